import { ASSET_KINDS, type AssetKind } from "../../src/domain/asset.ts";
import { columnKey, type FieldKey, fieldKindOf } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import { formatName } from "../../src/domain/name.ts";
import { normalise } from "../../src/domain/normalise.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { Db, RecordTable } from "./database.ts";
import { chunksOf, findByNames, nameKey } from "./find-records.ts";
import { parseFields, writableKey } from "./mapping.ts";
import { toRow, type Wanted } from "./write-record.ts";

/** One record to import, as people write it: values need not be normalised. */
export interface ImportedRecord {
  readonly kind: AssetKind;
  /** Path from the outermost namespace in. */
  readonly name: readonly string[];
  /** By field key or plain path: "owners", "custom.costCenter". */
  readonly fields: Readonly<Record<string, unknown>>;
  /** By column id. */
  readonly columns?: Readonly<Record<string, { readonly description?: unknown; readonly classifications?: unknown }>>;
}

const MAX_PROBLEMS = 20;

/** @throws TypeError that names the records and fields, if any value is none of its field. */
export function parseImport(
  records: readonly ImportedRecord[],
): readonly (ImportedRecord & { readonly wanted: Wanted })[] {
  const problems: string[] = [];
  const parsed = records.map((record, index) => ({ ...record, wanted: parseRecord(record, index, problems) }));
  if (problems.length > 0) {
    const shown = problems.slice(0, MAX_PROBLEMS).join("\n");
    throw new TypeError(`Nothing was imported, there are ${problems.length} problems:\n${shown}`);
  }
  return parsed;
}

function parseRecord(record: ImportedRecord, index: number, problems: string[]): Wanted {
  const wanted: Map<FieldKey, Exclude<ReturnType<Wanted["get"]>, undefined>> = new Map();
  const named = record.name.length > 0 && record.name.every((it) => typeof it === "string" && it !== "");
  if (!named || !ASSET_KINDS.includes(record.kind)) {
    problems.push(`Record ${index}: it needs a kind (${ASSET_KINDS.join(", ")}) and a name without empty segments.`);
    return wanted;
  }
  for (const [text, value] of valuesOf(record)) {
    const key = writableKey(record.kind, text);
    const normal = key.ok ? normalise(fieldKindOf(key.value), value) : key;
    if (!key.ok || !normal.ok) {
      problems.push(`${record.kind} ${formatName(record.name)}, ${text}: ${normal.ok ? "" : normal.error}`);
    } else wanted.set(key.value, normal.value);
  }
  return wanted;
}

function valuesOf({ fields, columns }: ImportedRecord): [string, unknown][] {
  const ofColumns = Object.entries(columns ?? {}).flatMap(([id, column]) =>
    (["description", "classifications"] as const).map((field): [string, unknown] => [
      columnKey(id, field),
      column[field],
    ]),
  );
  return [...Object.entries(fields), ...ofColumns].filter(([, value]) => value !== undefined);
}

/** Makes the records that are not there and sets the given fields of those that are; within the caller's transaction. */
export async function importInto(
  db: Db,
  source: SourceId,
  records: ReturnType<typeof parseImport>,
  ids: Ids,
): Promise<{ readonly created: number; readonly updated: number }> {
  const standing = await findByNames(db, source, records);
  const made = new Map<string, RecordTable>();
  const changed = new Map<string, RecordTable>();
  for (const record of records) {
    const key = nameKey(record.kind, JSON.stringify(record.name));
    const before = made.get(key) ?? changed.get(key) ?? standing.get(key)?.[0];
    if (!before) made.set(key, toRow({ id: ids.ulid(), source, ref: record }, record.wanted));
    else {
      const after = withFields(before, record.wanted);
      if (made.has(key)) made.set(key, { ...after, version: 1 });
      else if (after.fields !== before.fields) changed.set(key, after);
    }
  }
  for (const chunk of chunksOf([...made.values()])) await db.insertInto("embedded_record").values(chunk).execute();
  for (const row of changed.values())
    await db.updateTable("embedded_record").set(row).where("id", "=", row.id).execute();
  return { created: made.size, updated: changed.size };
}

function withFields(row: RecordTable, wanted: Wanted): RecordTable {
  const fields = Object.entries({ ...parseFields(row), ...Object.fromEntries(wanted) }).filter(
    ([, value]) => value !== null,
  );
  return { ...row, version: row.version + 1, fields: JSON.stringify(Object.fromEntries(fields)) };
}
