import {
  FIELD_KINDS,
  type FieldKey,
  type FieldKind,
  type FieldPath,
  PLAIN_FIELDS,
  type PlainField,
} from "../domain/field.ts";
import { type Glob, globMatcher, matchesEverything, parseTextGlob } from "../domain/glob.ts";
import { exampleOf, intersectGlobs, type TextBounds } from "../domain/glob-intersection.ts";
import type { FieldFacts } from "./decision.ts";

/** One entry of a rule's `fields`, for one kind of field. */
export interface FieldPattern {
  readonly text: string;
  readonly kind: FieldKind;
  /** It comes from "*", and yields to every pattern that says more. */
  readonly catchAll: boolean;
  /** What the custom field's or the column's name must match; undefined where every field of the kind does. */
  readonly glob?: Glob;
  /** `name`: the custom field's name, the column's dotted name, "" for every other kind. */
  readonly matches: (name: string) => boolean;
}

const CUSTOM: TextBounds = { maxLength: 63, begins: (it) => /[A-Za-z]/.test(it) };
const COLUMN: TextBounds = { maxLength: 10_000, begins: () => true };
const HOW =
  'Write one of owners, classifications, sensitivity, retention, domain, description, lifecycle, schema, "custom.*", ' +
  '"columns.*.description", "columns.*.classifications", or "*" for all of them but schema.';
const everything = () => true;

/** @throws TypeError, saying what to write instead. */
export function parseFieldPattern(text: string): readonly FieldPattern[] {
  if (text === "*") {
    return FIELD_KINDS.filter((it) => it !== "schema").map((kind) => ({
      text,
      kind,
      catchAll: true,
      matches: everything,
    }));
  }
  if ((PLAIN_FIELDS as readonly string[]).includes(text)) {
    return [{ text, kind: text as PlainField, catchAll: false, matches: everything }];
  }
  const custom = /^custom\.([A-Za-z0-9_*-]+)$/.exec(text);
  if (custom?.[1] !== undefined) return [namedPattern(text, "custom", custom[1], CUSTOM)];
  const column = /^columns\.(.+)\.(description|classifications)$/s.exec(text);
  if (column?.[1] === undefined) throw new TypeError(`Not a field: "${text}". ${HOW}`);
  return [
    namedPattern(
      text,
      column[2] === "description" ? "columns.description" : "columns.classifications",
      column[1],
      COLUMN,
    ),
  ];
}

function namedPattern(text: string, kind: FieldKind, pattern: string, bounds: TextBounds): FieldPattern {
  const glob = parseTextGlob(pattern);
  if (exampleOf(glob, bounds) === undefined) {
    throw new TypeError(
      `No field can match "${text}": a custom field's name begins with a letter and has at most 63 characters.`,
    );
  }
  if (matchesEverything(glob)) return { text, kind, catchAll: false, matches: everything };
  return { text, kind, catchAll: false, glob, matches: globMatcher(glob) };
}

/** Whether the pattern takes every field of its kind. */
export function coversKind(pattern: FieldPattern): boolean {
  return pattern.glob === undefined;
}

/** What a pattern of the field's kind is matched against. */
export function fieldNameOf(field: FieldFacts): string {
  switch (field.kind) {
    case "custom":
      return field.path.slice("custom.".length);
    case "columns.description":
      return field.path.slice("columns.".length, -".description".length);
    case "columns.classifications":
      return field.path.slice("columns.".length, -".classifications".length);
    default:
      return "";
  }
}

/** The field of `kind` with this name; a column's key is made from its name, for it exists only as an example. */
export function toFieldFacts(kind: FieldKind, name: string): FieldFacts {
  if (kind === "custom") return { key: `custom.${name}` as FieldKey, path: `custom.${name}` as FieldPath, kind };
  if (!kind.startsWith("columns.")) return { key: kind as string as FieldKey, path: kind as string as FieldPath, kind };
  const last = kind.slice("columns.".length);
  return { key: `columns.#${name}.${last}` as FieldKey, path: `columns.${name}.${last}` as FieldPath, kind };
}

/** A field that both patterns match, or undefined if there is none. */
export function intersectFieldPatterns(left: FieldPattern, right: FieldPattern): FieldFacts | undefined {
  if (left.kind !== right.kind) return undefined;
  if (left.kind !== "custom" && !left.kind.startsWith("columns.")) return toFieldFacts(left.kind, "");
  const any = parseTextGlob("*");
  const name = intersectGlobs(left.glob ?? any, right.glob ?? any, left.kind === "custom" ? CUSTOM : COLUMN);
  return name === undefined ? undefined : toFieldFacts(left.kind, name);
}
