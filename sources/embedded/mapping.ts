import type { AssetKind, NativeRef } from "../../src/domain/asset.ts";
import { type FieldKey, fieldKindOf, isFieldOn, parseFieldKey } from "../../src/domain/field.ts";
import { isJsonObject, type Json } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";
import type { Reading, Snapshot } from "../../src/domain/reading.ts";
import { err, ok, type Result } from "../../src/domain/result.ts";
import type { RecordTable } from "./database.ts";

/** Field values as a record holds them: normalised, none of them null. */
export type Fields = Readonly<Record<FieldKey, Json>>;

export function refOfRecord(row: RecordTable): NativeRef {
  return { kind: row.kind as AssetKind, name: JSON.parse(row.name) as string[], stableId: row.id };
}

export function recordToSnapshot(row: RecordTable): Snapshot {
  const fields: Record<FieldKey, Reading> = {};
  for (const [key, value] of Object.entries(parseFields(row))) {
    const reading = toReading(row.kind as AssetKind, key, value as Json);
    if (reading) fields[key as FieldKey] = reading;
  }
  return { ref: refOfRecord(row), version: String(row.version), fields, labels: {} };
}

/** What a person put into the table by hand is told as it stands if it is no value of the field, and left out if there is no such field. */
function toReading(kind: AssetKind, text: string, value: Json): Reading | undefined {
  const key = writableKey(kind, text);
  if (!key.ok || value === null) return undefined;
  const normal = normalise(fieldKindOf(key.value), value);
  if (normal.ok) return normal.value === null ? undefined : { state: "value", value: normal.value };
  return { state: "value", value: typeof value === "string" ? value : JSON.stringify(value), malformed: true };
}

export function parseFields(row: RecordTable): Fields {
  const fields: unknown = JSON.parse(row.fields);
  return isJsonObject(fields) ? (fields as Fields) : {};
}

/** The key, if an asset of this kind has such a field here; otherwise why not. */
export function writableKey(kind: AssetKind, text: string): Result<FieldKey, string> {
  let key: FieldKey;
  try {
    key = parseFieldKey(text);
  } catch (error) {
    return err((error as Error).message);
  }
  const field = fieldKindOf(key);
  if (field === "schema") return err("The embedded catalog keeps no schemas: they come from the lakehouse.");
  return isFieldOn(kind, field) ? ok(key) : err(`A ${kind} has no ${field}.`);
}
