import { isDeepStrictEqual } from "node:util";
import { type FieldKey, fieldKindOf } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";
import { ABSENT, type Reading, type Snapshot } from "../../src/domain/reading.ts";
import type { SourceWrite, WriteResult } from "../../src/ports/source.ts";
import type { Db, RecordTable } from "./database.ts";
import { parseFields, recordToSnapshot, writableKey } from "./mapping.ts";

type Rejected = Extract<WriteResult, { kind: "rejected" }>;
/** Wanted values by field; null removes. */
export type Wanted = ReadonlyMap<FieldKey, Json>;

/** The wanted values in their normal form, or the first one that the field cannot take. */
export function toWanted({ ref, fields }: Pick<SourceWrite, "ref" | "fields">): Wanted | Rejected {
  const wanted = new Map<FieldKey, Json>();
  for (const [text, reading] of Object.entries(fields) as [FieldKey, Reading][]) {
    const key = writableKey(ref.kind, text);
    if (!key.ok) return { kind: "rejected", field: text, message: key.error };
    if (reading.state === "unknown" || (reading.state === "value" && reading.malformed)) {
      return { kind: "rejected", field: text, message: "Only a known value can be written." };
    }
    const value =
      reading.state === "value" ? normalise(fieldKindOf(key.value), reading.value) : { ok: true as const, value: null };
    if (!value.ok) return { kind: "rejected", field: text, message: value.error };
    wanted.set(key.value, value.value);
  }
  return wanted;
}

/**
 * Compares and sets, within the caller's transaction, which holds the row: nothing is written where everything is as wanted
 * already, nor where the version or a field to be written is not what the caller saw.
 */
export async function changeRecord(
  db: Db,
  row: RecordTable,
  write: SourceWrite,
  wanted: Wanted,
  now: number,
): Promise<WriteResult> {
  const snapshot = recordToSnapshot(row);
  const name = JSON.stringify(write.ref.stableId === null ? snapshot.ref.name : write.ref.name);
  const different = [...wanted].filter(
    ([key, value]) => !isDeepStrictEqual(snapshot.fields[key] ?? ABSENT, toReading(value)),
  );
  if (different.length === 0 && name === row.name) return { kind: "applied", snapshot };
  if (
    isStale(
      snapshot,
      write,
      different.map(([key]) => key),
    )
  )
    return { kind: "stale", snapshot };
  const fields: Record<FieldKey, Json> = { ...parseFields(row) };
  for (const [key, value] of different) {
    if (value === null) delete fields[key];
    else fields[key] = value;
  }
  const changed: RecordTable = {
    ...row,
    name,
    depth: (JSON.parse(name) as string[]).length,
    version: row.version + 1,
    moved_at: name === row.name ? row.moved_at : now,
    fields: JSON.stringify(fields),
  };
  await db.updateTable("embedded_record").set(changed).where("id", "=", row.id).execute();
  return { kind: "applied", snapshot: recordToSnapshot(changed) };
}

function isStale(snapshot: Snapshot, write: SourceWrite, keys: readonly FieldKey[]): boolean {
  if (write.expectedVersion !== null && write.expectedVersion !== snapshot.version) return true;
  return keys.some((key) => !isDeepStrictEqual(snapshot.fields[key] ?? ABSENT, write.expected[key] ?? ABSENT));
}

function toReading(value: Json): Reading {
  return value === null ? ABSENT : { state: "value", value };
}

export async function insertRecord(
  db: Db,
  record: Pick<RecordTable, "id" | "source"> & Pick<SourceWrite, "ref">,
  wanted: Wanted,
): Promise<Snapshot> {
  const row = toRow(record, wanted);
  await db.insertInto("embedded_record").values(row).execute();
  return recordToSnapshot(row);
}

export function toRow(
  { id, source, ref }: Pick<RecordTable, "id" | "source"> & { readonly ref: Pick<SourceWrite["ref"], "kind" | "name"> },
  wanted: Wanted,
): RecordTable {
  const fields = Object.fromEntries([...wanted].filter(([, value]) => value !== null));
  return {
    id,
    source,
    kind: ref.kind,
    name: JSON.stringify(ref.name),
    depth: ref.name.length,
    version: 1,
    moved_at: 0,
    fields: JSON.stringify(fields),
  };
}
