import { columnIdOf, type FieldKey, type FieldKind, fieldKindOf, splitField } from "../../src/domain/field.ts";
import { equalJson } from "../../src/domain/json.ts";
import { ABSENT, type FieldReadings, type Reading } from "../../src/domain/reading.ts";
import type { SourceCapabilities, SourceWrite, WriteResult } from "../../src/ports/source.ts";
import { readColumns } from "./columns.ts";
import type { Loaded } from "./load.ts";
import { asHeld } from "./mapping.ts";
import { columnClassificationsProperty, customProperty, PROPERTY_BY_FIELD, writeProperty } from "./properties.ts";
import { documentableIds } from "./schema-docs.ts";

/** What has to change in the source so that it holds the wanted readings. */
export interface WritePlan {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  /** Documentation by field id; undefined removes it. */
  readonly docs: ReadonlyMap<string, string | undefined>;
}

type Rejected = Extract<WriteResult, { kind: "rejected" }>;
export type Planned =
  | { readonly kind: "write"; readonly plan: WritePlan }
  /** Every wanted value stands there already. */
  | { readonly kind: "done" }
  /** A field holds neither what the caller expected nor what it wants. */
  | { readonly kind: "stale" }
  | Rejected;

/** Compares what is wanted and expected with what is there. Pure. */
export function planWrite(
  write: Pick<SourceWrite, "fields" | "expected" | "ref">,
  loaded: Loaded,
  capabilities: SourceCapabilities,
): Planned {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  const docs = new Map<string, string | undefined>();
  let stale = false;
  for (const key of Object.keys(write.fields) as FieldKey[]) {
    const rejected = reject(key, write.ref.kind, loaded, capabilities);
    if (rejected) return rejected;
    const kind = fieldKindOf(key);
    const wanted = asHeld(kind, write.fields[key]);
    if (!wanted || (wanted.state === "value" && wanted.malformed)) {
      return { kind: "rejected", field: key, message: `The wanted value is no value of ${key}.` };
    }
    const current = loaded.snapshot.fields[key] ?? ABSENT;
    if (sameReading(current, wanted)) continue;
    if (!sameReading(current, asHeld(kind, write.expected[key]) ?? ABSENT)) stale = true;
    const text = wanted.state === "value" ? writeProperty(kind, wanted.value) : undefined;
    if (kind === "columns.description") {
      docs.set(columnIdOf(key) ?? "", text);
    } else if (text === undefined) {
      remove.push(propertyOf(key, kind));
    } else {
      set[propertyOf(key, kind)] = text;
    }
  }
  if (stale) return { kind: "stale" };
  const nothing = Object.keys(set).length === 0 && remove.length === 0 && docs.size === 0;
  return nothing ? { kind: "done" } : { kind: "write", plan: { set, remove, docs } };
}

/** Whether the source now holds every wanted value. */
export function holds(fields: FieldReadings, wanted: SourceWrite["fields"]): boolean {
  return (Object.keys(wanted) as FieldKey[]).every((key) => {
    const reading = asHeld(fieldKindOf(key), wanted[key]);
    return reading !== undefined && sameReading(fields[key] ?? ABSENT, reading);
  });
}

function sameReading(left: Reading, right: Reading): boolean {
  if (left.state !== "value" || right.state !== "value") return left.state === right.state && left.state === "absent";
  return (left.malformed ?? false) === (right.malformed ?? false) && equalJson(left.value, right.value);
}

function reject(
  key: FieldKey,
  kind: SourceWrite["ref"]["kind"],
  loaded: Loaded,
  capabilities: SourceCapabilities,
): Rejected | undefined {
  const field = fieldKindOf(key);
  const writable = capabilities.fields.some((it) => it.field === field && it.write && it.kinds.includes(kind));
  if (!writable)
    return { kind: "rejected", field: key, message: `This catalog cannot write ${field} of a ${kind.toLowerCase()}.` };
  const column = columnIdOf(key);
  if (column === undefined || !loaded.metadata) return undefined;
  if (!readColumns(loaded.metadata.currentSchema).columns.some((it) => it.id === column)) {
    return { kind: "rejected", field: key, message: `The ${kind.toLowerCase()} has no column with id ${column}.` };
  }
  if (field === "columns.description" && !documentableIds(loaded.metadata.currentSchema).has(column)) {
    return {
      kind: "rejected",
      field: key,
      message: "Elements of lists, and keys and values of maps, have no description in Iceberg.",
    };
  }
  return undefined;
}

function propertyOf(key: FieldKey, kind: Exclude<FieldKind, "columns.description">): string {
  if (kind === "columns.classifications") return columnClassificationsProperty(columnIdOf(key) ?? "");
  if (kind === "custom") {
    const split = splitField(key);
    return customProperty(split?.kind === "custom" ? split.name : "");
  }
  if (kind === "schema") throw new TypeError("The schema is no property.");
  return PROPERTY_BY_FIELD[kind];
}
