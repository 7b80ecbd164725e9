import type { NativeRef } from "../../src/domain/asset.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { ReadResult } from "../../src/ports/source.ts";
import { type Db, RECORD_COLUMNS, type RecordTable } from "./database.ts";
import { recordToSnapshot } from "./mapping.ts";

/** Parameters of one statement; both engines take many more. */
const CHUNK = 1_000;

export async function readRecords(
  db: Db,
  source: SourceId,
  refs: readonly NativeRef[],
): Promise<readonly ReadResult[]> {
  const byId = await findByIds(
    db,
    source,
    refs.flatMap((it) => it.stableId ?? []),
  );
  const unfound = refs.filter((it) => it.stableId === null || !byId.has(it.stableId));
  const byName = await findByNames(db, source, unfound);
  return refs.map((ref) => {
    const held = ref.stableId === null ? undefined : byId.get(ref.stableId);
    const named = byName.get(nameKey(ref.kind, JSON.stringify(ref.name)))?.[0];
    const found = held ?? (ref.stableId === null ? named : undefined);
    if (found) return { kind: "found", snapshot: recordToSnapshot(found) };
    return named ? { kind: "missing", replacedBy: recordToSnapshot(named) } : { kind: "missing" };
  });
}

async function findByIds(db: Db, source: SourceId, ids: readonly string[]): Promise<ReadonlyMap<string, RecordTable>> {
  const found = new Map<string, RecordTable>();
  for (const chunk of chunksOf([...new Set(ids)])) {
    const rows = await db
      .selectFrom("embedded_record")
      .select(RECORD_COLUMNS)
      .where("source", "=", source)
      .where("id", "in", chunk)
      .execute();
    for (const row of rows) found.set(row.id, row);
  }
  return found;
}

/** By kind and name, the newest first: a name can have been used again while the record of its first bearer stands. */
export async function findByNames(
  db: Db,
  source: SourceId,
  refs: readonly Pick<NativeRef, "kind" | "name">[],
): Promise<ReadonlyMap<string, readonly RecordTable[]>> {
  const found = new Map<string, RecordTable[]>();
  for (const chunk of chunksOf([...new Set(refs.map((it) => JSON.stringify(it.name)))])) {
    const query = db
      .selectFrom("embedded_record")
      .select(RECORD_COLUMNS)
      .where("source", "=", source)
      .where("name", "in", chunk);
    for (const row of await query.orderBy("id", "desc").execute()) {
      const key = nameKey(row.kind, row.name);
      found.set(key, [...(found.get(key) ?? []), row]);
    }
  }
  return found;
}

export function nameKey(kind: string, name: string): string {
  return `${kind} ${name}`;
}

export function* chunksOf<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += CHUNK) yield items.slice(at, at + CHUNK);
}
