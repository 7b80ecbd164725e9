import type { AssetKind, NativeRef } from "../../src/domain/asset.ts";
import { columnKey, type FieldKey, fieldKindOf, parseFieldKey } from "../../src/domain/field.ts";
import { equalJson, type Json } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";
import { ABSENT, type FieldReadings, type Reading, type Snapshot } from "../../src/domain/reading.ts";
import { err, ok, type Result } from "../../src/domain/result.ts";
import type { RecordRow } from "./tables.ts";

/** Normalised values by field key; what is not listed is ABSENT. */
export type Values = Readonly<Record<FieldKey, Json>>;

/** A record as people write it: raw values by field key, those of columns by column id. */
export interface ImportedRecord {
  readonly kind: AssetKind;
  readonly name: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly columns?: Readonly<Record<string, { readonly description?: unknown; readonly classifications?: unknown }>>;
}

export function rowToSnapshot(row: RecordRow): Snapshot {
  const fields: Record<FieldKey, Reading> = {};
  for (const [key, value] of Object.entries(rowToValues(row))) fields[parseFieldKey(key)] = { state: "value", value };
  return { ref: rowToRef(row), version: String(row.version), fields, labels: {}, createdAt: row.created_at };
}

export function rowToRef(row: RecordRow): NativeRef {
  return { kind: row.kind as AssetKind, name: JSON.parse(row.name) as string[], stableId: row.id };
}

export function rowToValues(row: RecordRow): Values {
  return JSON.parse(row.fields) as Values;
}

/** Whether the record holds what the caller believes it to hold. A reading that the caller did not have (UNKNOWN) is not held against it. */
export function holdsExpected(values: Values, expected: FieldReadings): boolean {
  return Object.entries(expected).every(([text, reading]) => {
    if (reading.state === "unknown") return true;
    return equalJson(values[parseFieldKey(text)] ?? null, reading.state === "value" ? reading.value : null);
  });
}

/** The values after a write, or why one of them is none of its field. */
export function writeValues(values: Values, wanted: FieldReadings): Result<Values, { readonly field: FieldKey; readonly message: string }> {
  const next: Record<FieldKey, Json> = { ...values };
  for (const [text, reading] of Object.entries(wanted)) {
    const field = parseFieldKey(text);
    const kind = fieldKindOf(field);
    if (kind === "schema") return err({ field, message: "The embedded catalog holds no schemas." });
    const value = normalise(kind, reading.state === "value" ? reading.value : null);
    if (!value.ok) return err({ field, message: value.error });
    if (value.value === null) delete next[field];
    else next[field] = value.value;
  }
  return ok(next);
}

/** @throws TypeError that names the record and the field. */
export function importedValues({ columns, fields, kind, name }: ImportedRecord): Values {
  const raw: [FieldKey, unknown][] = Object.entries(fields).map(([key, it]) => [parseFieldKey(key), it]);
  for (const [id, { classifications, description }] of Object.entries(columns ?? {})) {
    raw.push([columnKey(id, "description"), description], [columnKey(id, "classifications"), classifications]);
  }
  const readings = raw.map(([key, it]) => [key, it === undefined || it === null ? ABSENT : { state: "value", value: it as Json }]);
  const values = writeValues({}, Object.fromEntries(readings) as FieldReadings);
  if (!values.ok) throw new TypeError(`${kind} ${name.join(".")}, field ${values.error.field}: ${values.error.message}`);
  return values.value;
}
