import type { AssetKind, NativeRef } from "../../src/domain/asset.ts";
import { columnKey, customKey, type FieldKey, type FieldKind, plainKey } from "../../src/domain/field.ts";
import type { IntentId } from "../../src/domain/ids.ts";
import { isJsonObject, type Json } from "../../src/domain/json.ts";
import type { Reading } from "../../src/domain/reading.ts";
import type { FieldCapability, Source, SourceWrite, WriteResult } from "../../src/ports/source.ts";

type Values = readonly [Json, Json];

const OWNERS: Values = [
  [{ principal: "alice@example.com", role: "steward" }, { principal: "group:finance", role: null }],
  [{ principal: "bob@example.com", role: null }],
]; // biome-ignore format: one glance
const CLASSIFICATIONS: Values = [
  [{ name: "ops.tier", value: "gold = best, \"really\"" }, { name: "pii.email", value: null }],
  [{ name: "pii.name", value: null }],
]; // biome-ignore format: one glance

/** Two different normalised values of each writable kind of field. */
const VALUES: Readonly<Record<Exclude<FieldKind, "schema">, Values>> = {
  owners: OWNERS,
  classifications: CLASSIFICATIONS,
  sensitivity: ["restricted", "public"],
  retention: [
    { duration: "P7Y", basis: "tax law", legalHold: true },
    { duration: "P30D", basis: null, legalHold: false },
  ],
  domain: ["sales", "finance é 日本"],
  description: ['One row per order.\nWith a second line, "quotes" and émojis 🧭', "Orders"],
  lifecycle: [
    { stage: "deprecated", note: "moves", replacedBy: "sales.orders_v2" },
    { stage: "active", note: null, replacedBy: null },
  ],
  custom: [{ center: "cc-1", shares: [0.5, 0.5], nested: { b: false } }, "true"],
  "columns.description": ["What the customer paid", "Price in EUR"],
  "columns.classifications": CLASSIFICATIONS,
};

/** Texts and other values of a custom field that a system might read back as something else. */
export const CUSTOM_VALUES: readonly Json[] = [
  "007",
  "12",
  12,
  true,
  "true",
  "null",
  '"quoted"',
  '{"a":1}',
  { a: 1 },
  [1, "1"],
  "plain text",
];

export function keyOf(field: FieldKind): FieldKey {
  if (field === "custom") return customKey("costCenter");
  if (field === "columns.description") return columnKey("2", "description");
  if (field === "columns.classifications") return columnKey("2", "classifications");
  return plainKey(field);
}

/** A sample value as the source can hold it: what its capability says it omits or cannot hold is left out. */
export function sampleOf(capability: FieldCapability, which: 0 | 1): Json {
  if (capability.field === "schema") throw new TypeError("The schema is written by nobody.");
  const value = VALUES[capability.field][which];
  if (!Array.isArray(value)) return value;
  const bare = (value as Json[]).map((it) =>
    capability.omits.includes("role") && isJsonObject(it) ? { ...it, role: null } : it,
  );
  return capability.cardinality === "one" ? bare.slice(0, 1) : bare;
}

export function writableOn(source: Source, kind: AssetKind): readonly FieldCapability[] {
  return source.capabilities.fields.filter((it) => it.write && it.kinds.includes(kind));
}

let intents = 0;

export function nextIntent(): IntentId {
  intents += 1;
  return `intent:01J${intents.toString().padStart(23, "0")}` as IntentId;
}

export function toReading(value: Json): Exclude<Reading, { state: "unknown" }> {
  return value === null ? { state: "absent" } : { state: "value", value };
}

function toReadings(values: Readonly<Record<FieldKey, Json>>): SourceWrite["fields"] {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toReading(value as Json)]));
}

/** Writes values over what the caller believes to be there; null is none. Expects by default what the source holds now. */
export async function writeValues(
  source: Source,
  ref: NativeRef,
  values: Readonly<Record<FieldKey, Json>>,
  signal: AbortSignal,
  expected?: Readonly<Record<FieldKey, Json>>,
): Promise<WriteResult> {
  const [current] = await source.read([ref], signal);
  const held = current?.kind === "found" ? current.snapshot : undefined;
  const write: SourceWrite = {
    ref,
    intent: nextIntent(),
    fields: toReadings(values),
    expected: expected ? toReadings(expected) : (held?.fields ?? {}),
    expectedVersion: held?.version ?? null,
    create: false,
  };
  return source.write(write, signal);
}
