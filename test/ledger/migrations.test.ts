import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { LedgerOpenError } from "../../src/ledger/ledger-open-error.ts";
import { LEDGER_MIGRATIONS, migrate } from "../../src/ledger/migrate.ts";
import { createNodeSqliteDialect } from "../../src/ledger/sqlite-database.ts";
import type { NoTables } from "../../src/ledger/tables.ts";

function openEmpty(): Kysely<NoTables> & AsyncDisposable {
  const db = new Kysely<NoTables>({ dialect: createNodeSqliteDialect(new DatabaseSync(":memory:")) });
  return Object.assign(db, { [Symbol.asyncDispose]: () => db.destroy() });
}

/** Those whose names come before it; and it besides. */
const upTo = (name: string) => Object.fromEntries(Object.entries(LEDGER_MIGRATIONS).filter(([it]) => it <= name));
const before = (name: string) => Object.fromEntries(Object.entries(LEDGER_MIGRATIONS).filter(([it]) => it < name));

const tables = async (db: Kysely<NoTables>): Promise<string[]> =>
  (await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(db)).rows.map(
    (it) => it.name,
  );

test("0001-ledger makes the tables, with the log at position 0", async () => {
  await using db = openEmpty();
  await migrate(db, "ledger", LEDGER_MIGRATIONS);
  expect(await tables(db)).toEqual(
    expect.arrayContaining(["asset", "binding", "drift", "head", "intent", "log", "work"]),
  );
  expect((await sql`select position from head`.execute(db)).rows).toEqual([{ position: 0 }]);
});

test("0003-guards gives drift that was in review its review, and not drift that was decided or is in none", async () => {
  await using db = openEmpty();
  await migrate(db, "ledger", before("0003-guards"));
  const drift = { asset: "asset:a", key: "owners", path: "owners", kind: "CONFLICT", source: "lake", authority: "catalog", wanted: "x", found: "y", rule: "r", openedAt: "2026-01-01T00:00:00.000Z" }; // biome-ignore format: one glance
  const rows = [
    { ...drift, id: "drift:1", state: "IN_REVIEW", base: null, note: "rule r asks for a review" },
    { ...drift, id: "drift:2", state: "IN_REVIEW", decision: "authority" },
    { ...drift, id: "drift:3", state: "OPEN" },
  ];
  for (const [index, it] of rows.entries())
    await sql`insert into drift (id, asset, key, path, source, kind, state, opened_at, position, body)
      values (${it.id}, ${it.asset}, ${it.key}, ${it.path}, ${it.source}, ${it.kind}, ${it.state}, ${it.openedAt}, ${index}, ${JSON.stringify(it)})`.execute(
      db,
    );
  await migrate(db, "ledger", upTo("0003-guards"));
  const found = (await sql<{ body: string }>`select body from review`.execute(db)).rows;
  expect(found.map((it) => JSON.parse(it.body))).toEqual([
    {
      id: "review:1", kind: "FIELD", state: "OPEN", drift: "drift:1", driftKind: "CONFLICT", asset: "asset:a", key: "owners", path: "owners", source: "lake",
      authority: "catalog", rule: "r", base: null, wanted: "x", found: "y", openedAt: drift.openedAt, because: "rule r asks for a review",
    },
  ]); // biome-ignore format: one glance
});

test("0004-made-once says of intents that are open which record they make", async () => {
  await using db = openEmpty();
  await migrate(db, "ledger", before("0004-made-once"));
  const ref = { kind: "TABLE", name: ["sales", "orders"], stableId: null };
  const details = [{ create: true, ref }, { create: false, ref }, null];
  for (const [index, it] of details.entries())
    await sql`insert into intent (id, asset, source, holder, lease_until, position, purpose, detail)
      values (${`intent:${index}`}, ${`asset:${index}`}, 'lake', 'h', 1, 1, 'mirror', ${JSON.stringify(it)})`.execute(
      db,
    );
  await migrate(db, "ledger", upTo("0004-made-once"));
  const found = (await sql<{ makes: string | null }>`select makes from intent order by id`.execute(db)).rows;
  expect(found.map((it) => it.makes)).toEqual(['["TABLE","sales","orders"]', null, null]);
});

test("a migration runs once, and keeps what is there", async () => {
  await using db = openEmpty();
  await migrate(db, "ledger", LEDGER_MIGRATIONS);
  await sql`insert into setting (name, value) values ('a', '1')`.execute(db);
  await migrate(db, "ledger", LEDGER_MIGRATIONS);
  const later = {
    ...LEDGER_MIGRATIONS,
    "9999-more": { up: (it: Kysely<NoTables>) => it.schema.createTable("more").addColumn("x", "integer").execute() },
  };
  await migrate(db, "ledger", later);
  await migrate(db, "ledger", later);
  expect(await tables(db)).toContain("more");
  expect((await sql`select value from setting`.execute(db)).rows).toEqual([{ value: "1" }]);
});

test("a migration that fails half-way leaves nothing behind and can be tried again", async () => {
  await using db = openEmpty();
  const broken = {
    "0001-half": {
      async up(it: Kysely<NoTables>) {
        await it.schema.createTable("half").addColumn("x", "integer").execute();
        throw new Error("The power went.");
      },
    },
  };
  await expect(migrate(db, "ledger", broken)).rejects.toThrow("The power went.");
  expect(await tables(db)).not.toContain("half");
  await migrate(db, "ledger", LEDGER_MIGRATIONS);
  expect(await tables(db)).toContain("log");
});

test("owners of tables in one database do not see each other's migrations; a newer version of one is refused", async () => {
  await using db = openEmpty();
  await migrate(db, "ledger", LEDGER_MIGRATIONS);
  await migrate(db, "other", {
    "0001-other": { up: (it: Kysely<NoTables>) => it.schema.createTable("other").addColumn("x", "integer").execute() },
  });
  await migrate(db, "ledger", LEDGER_MIGRATIONS);
  const older = migrate(db, "other", {});
  await expect(older).rejects.toThrow(LedgerOpenError);
  await expect(older).rejects.toThrow(/newer version of Concordat.*"0001-other" of other/);
});

test("0002-replicas keeps the sources that are there, at their first revision", async () => {
  await using db = openEmpty();
  const { "0001-ledger": first, ...later } = LEDGER_MIGRATIONS;
  if (!first) throw new Error("No first migration.");
  await migrate(db, "ledger", { "0001-ledger": first });
  await sql`insert into source (id, body) values ('lake', '{"id":"lake","mode":"enforce","completeScans":3}')`.execute(
    db,
  );
  await migrate(db, "ledger", { "0001-ledger": first, ...later });
  expect((await sql`select id, revision from source`.execute(db)).rows).toEqual([{ id: "lake", revision: 1 }]);
  expect(await tables(db)).toContain("lease");
});
