import type { Drift } from "../domain/drift.ts";
import { type Elements, fromElements, isDivisible, projectValue, toElements } from "../domain/elements.ts";
import type { FieldKind } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import { type ComparedPart, comparedPart } from "../domain/state.ts";
import type { FieldCapability } from "../ports/source.ts";
import type { Mode, Part } from "../treaty/decision.ts";
import type { Seen } from "./source-facts.ts";

/** One field of one asset and one mirror, with all that decides about it. */
export interface FieldCase {
  readonly kind: FieldKind;
  /** The parts in which this source is a mirror and its authority, or any other; the last takes the rest. */
  readonly parts: readonly PartCase[];
  readonly mirror: SourceId;
  readonly mirrorSeen: Seen;
  /** When the mirror's value came to be, in log positions, if known: see `DatedReading`. */
  readonly mirrorSince: { readonly after: number } | undefined;
  readonly holds: FieldCapability;
  /** In the mirror's form; undefined: no base. null: ABSENT. */
  readonly base: Json | undefined;
  /** The parts that the base holds for: of others there is none. */
  readonly comparedWith: readonly ComparedPart[];
  /** The base is not missing because they were never compared: it was lost. */
  readonly isLost?: boolean;
  readonly open: Drift | undefined;
  readonly levels: readonly string[];
}

export interface PartCase {
  readonly part: Part;
  /** Whether this source has to carry the part's elements: it is among the rule's mirrors. */
  readonly mirrored: boolean;
  readonly authoritySeen: Seen;
  readonly authoritySince: { readonly by: number } | undefined;
  readonly authorityMode: Mode;
  readonly authorityWritable: boolean;
  /** Whether the authority has room for more than one element. */
  readonly authorityRoom: "one" | "many";
  readonly mirrorMode: Mode;
}

/** Stands for content that is no value of the field: differs from everything and can never be adopted. */
export const MALFORMED = "\u0000malformed";

export interface Sides {
  readonly whole: boolean;
  /** What the authorities say together of the mirrored elements: as much of it as the mirror can hold, in its form. */
  readonly authority: Elements;
  /** The same with every element, also those that the mirror has no room for. */
  readonly authorityAll: Elements;
  readonly mirror: Elements;
  readonly base: Elements;
  /** The mirrored parts of which there is a base. */
  readonly comparedWith: ReadonlySet<ComparedPart>;
  readonly malformed: boolean;
}

export function isKnown(seen: Seen): boolean {
  return seen.state === "absent" || (seen.state === "value" && seen.malformed !== true);
}

export function valueOf(seen: Seen): Json {
  return seen.state === "value" ? seen.value : null;
}

export function partOf(parts: readonly PartCase[], key: string): PartCase {
  return parts.find((it) => it.part.claims?.(key) ?? true) ?? (parts.at(-1) as PartCase);
}

export function isCompared({ part }: Pick<PartCase, "part">, { comparedWith }: Pick<Sides, "comparedWith">): boolean {
  return comparedWith.has(part.rule.authority) || comparedWith.has(nameOf(part));
}

function nameOf({ rule, scope }: Part): ComparedPart {
  return comparedPart(rule.authority, scope);
}

/** The mirrored parts of which it is so that they have been compared. */
export function comparedParts(
  parts: readonly PartCase[],
  hasBeen: (part: PartCase) => boolean,
): ReadonlySet<ComparedPart> {
  return new Set(parts.filter((it) => it.mirrored && hasBeen(it)).map((it) => nameOf(it.part)));
}

/** One write would replace all that the mirror holds: malformed content, or the one element that there is room for. */
export function isReplacedWhole({ holds }: FieldCase, { malformed }: Sides): boolean {
  return malformed || holds.cardinality === "one";
}

/** Whether something can be concluded of the element at this mirror. */
export function isJudged(part: PartCase, sides: Sides, key: string): boolean {
  return part.mirrored && isKnown(part.authoritySeen) && !isOneOfMany(sides, key);
}

/** The mirror has room for one element, and holds another one of the authority's than it is to hold. */
function isOneOfMany({ authority, authorityAll, mirror }: Sides, key: string): boolean {
  return !authority.has(key) && authorityAll.has(key) && equalJson(authorityAll.get(key), mirror.get(key));
}

/** Both sides of the mirrored elements; undefined where nothing can be concluded of them now. */
export function readSides(it: FieldCase): Sides | undefined {
  const { holds, kind, mirrorSeen, parts } = it;
  if (mirrorSeen.state === "unknown" || mirrorSeen.state === "unsupported") return undefined;
  const known = parts.filter((part) => part.mirrored && isKnown(part.authoritySeen));
  if (known.length === 0) return undefined;
  const malformed = mirrorSeen.state === "value" && mirrorSeen.malformed === true;
  // Which element a source keeps of many, and what malformed content stands for, depends on every part of the field.
  if ((malformed || holds.cardinality === "one") && known.length < parts.length) return undefined;
  const whole = isWhole(it, known, malformed);
  const comparedWith = new Set(it.comparedWith);
  const full = new Map<string, Json>();
  for (const part of known) {
    for (const [key, element] of toElements(kind, valueOf(part.authoritySeen), whole)) {
      if (partOf(parts, key) === part) full.set(key, element);
    }
  }
  const projected = (elements: Elements, cardinality = holds.cardinality): Elements =>
    toElements(kind, projectValue(kind, fromElements(kind, elements, whole), { ...holds, cardinality }), whole);
  return {
    whole,
    authority: projected(full),
    authorityAll: projected(full, "many"),
    mirror: malformed ? new Map([[MALFORMED, valueOf(mirrorSeen)]]) : toElements(kind, valueOf(mirrorSeen), whole),
    base: projected(toElements(kind, it.base ?? null, whole)),
    comparedWith: comparedParts(parts, (part) => it.base !== undefined && isCompared(part, { comparedWith })),
    malformed,
  };
}

/**
 * A field with one rule that replaces, or of which one side has elements and another has not, is judged as one element. So is
 * what neither side has room for more than one of: there is nothing to merge, and two that took the place of the base are a
 * conflict. At first sight they stay apart, so that nothing is replaced (P7).
 */
function isWhole(
  { base, holds, kind, mirrorSeen, parts }: FieldCase,
  known: readonly PartCase[],
  malformed: boolean,
): boolean {
  if (parts.length > 1) return false;
  if (parts[0]?.part.rule.merge === "replace") return true;
  if (base !== undefined && holds.cardinality === "one" && parts[0]?.authorityRoom === "one") return true;
  const values = [
    ...known.map((it) => valueOf(it.authoritySeen)),
    malformed ? null : valueOf(mirrorSeen),
    base ?? null,
  ];
  return values.some((it) => it !== null && !isDivisible(kind, it));
}
