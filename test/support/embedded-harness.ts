import { randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { type EmbeddedTables } from "../../sources/embedded/database.ts";
import { type EmbeddedCatalog, openEmbeddedCatalog } from "../../sources/embedded/source.ts";
import type { NativeRef } from "../../src/domain/asset.ts";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { SqlLedger } from "../../src/ledger/sql-ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { SourceHarness } from "../contract/source-harness.ts";
import { systemClock } from "./system-clock.ts";

export interface EmbeddedHarness extends SourceHarness {
  readonly source: EmbeddedCatalog;
  readonly ledger: SqlLedger;
}

/** An embedded catalog in a ledger of its own; edits go straight to its table. */
export async function openEmbeddedHarness(
  openLedger: () => Promise<SqlLedger> = () => openSqliteLedger({ path: ":memory:" }),
  name = "catalog",
): Promise<EmbeddedHarness> {
  const ledger = await openLedger();
  const id = parseSourceId(name);
  const ids = { ulid: () => ulid() };
  const source = await openEmbeddedCatalog({ id, database: ledger.database, clock: systemClock, ids });
  const db = ledger.database.kysely.withTables<EmbeddedTables>();
  const change = async (ref: NativeRef, edit: (fields: Record<string, Json>) => void): Promise<void> => {
    const row = await db
      .selectFrom("embedded_record")
      .selectAll()
      .where("id", "=", ref.stableId)
      .executeTakeFirstOrThrow();
    const fields = JSON.parse(row.fields) as Record<string, Json>;
    edit(fields);
    const edited = { fields: JSON.stringify(fields), version: row.version + 1 };
    await db.updateTable("embedded_record").set(edited).where("id", "=", row.id).execute();
  };
  return {
    source,
    ledger,
    kinds: ["NAMESPACE", "TABLE", "VIEW"],
    async create({ kind, name, fields = {} }) {
      const record = {
        id: ulid(),
        source: id,
        kind,
        name: JSON.stringify(name),
        depth: name.length,
        version: 1,
        moved_at: 0,
      };
      await db
        .insertInto("embedded_record")
        .values({ ...record, fields: JSON.stringify(fields) })
        .execute();
      return { kind, name, stableId: record.id };
    },
    edit: (ref, values) => change(ref, (fields) => void Object.assign(fields, values)),
    async drop(ref) {
      await db.deleteFrom("embedded_record").where("id", "=", ref.stableId).execute();
    },
    async rename(ref, to) {
      const moved = { name: JSON.stringify(to), depth: to.length, moved_at: systemClock.now() };
      await db.updateTable("embedded_record").set(moved).where("id", "=", ref.stableId).execute();
    },
    async ungoverned(ref) {
      const row = await db
        .selectFrom("embedded_record")
        .selectAll()
        .where("id", "=", ref.stableId)
        .executeTakeFirstOrThrow();
      const { fields: _fields, version: _version, ...rest } = row;
      return rest;
    },
    async corrupt(ref, key) {
      const raw = `no value of this field ${randomUUID()}`;
      await change(ref, (fields) => void Object.assign(fields, { [key]: raw }));
      return raw;
    },
    async breakDown() {
      await ledger[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
    },
  };
}
