import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LedgerOpenError } from "../../src/ledger/ledger-open-error.ts";
import { openPostgresLedger } from "../../src/ledger/postgres.ts";
import { createPostgresEngine } from "../../src/ledger/postgres-engine.ts";
import { askThenWrite, inTransaction, type Slots, statement } from "../../src/ledger/statement.ts";
import type { LedgerTables } from "../../src/ledger/tables.ts";
import { describeBacklog } from "../contract/ledger-backlog.ts";
import { describeLedgerContract } from "../contract/ledger-contract.ts";
import { describeSourceContract } from "../contract/source-contract.ts";
import { writeValues } from "../contract/source-samples.ts";
import { openEmbeddedHarness } from "../support/embedded-harness.ts";
import {
  accept,
  assetId,
  binding,
  change,
  fieldKey,
  intent,
  intentId,
  LAKE,
  newAsset,
} from "../support/ledger-fixtures.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { describeWithService } from "../support/services.ts";

describeWithService("postgres", "PostgreSQL", () => {
  let server: PostgresServer;
  let schemas = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const open = () => openPostgresLedger({ url: server.url, schema: `ledger_${++schemas}`, maxConnections: 4 });

  describeLedgerContract("PostgreSQL", open);
  describeBacklog("PostgreSQL", open);
  describeSourceContract("embedded in PostgreSQL", () => openEmbeddedHarness(open));

  test("gateways that start at once on an empty database share one ledger", async () => {
    const schema = `ledger_${++schemas}`;
    const ledgers = await Promise.all(
      [1, 2, 3].map(() => openPostgresLedger({ url: server.url, schema, maxConnections: 3 })),
    );
    const results = await Promise.all(
      ledgers.flatMap((ledger) => Array.from({ length: 20 }, () => accept(ledger, { changes: [change(), change()] }))),
    );
    const positions = results.flatMap((it) => it.positions).toSorted((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    for (const ledger of ledgers) await ledger[Symbol.asyncDispose]();
  });

  test("gateways that claim at once never hold the same work, and a stale one cannot complete it", async () => {
    const schema = `ledger_${++schemas}`;
    const url = server.url;
    await using first = await openPostgresLedger({ url, schema });
    await using second = await openPostgresLedger({ url, schema });
    await first.markDirty(Array.from({ length: 100 }, (_, n) => ({ asset: assetId(n), source: LAKE, reread: false })));
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? first : second).claimWork(LAKE, `w${n}`, 0, 10, 10)),
    );
    const assets = claims.flat().map((it) => it.asset);
    expect(new Set(assets).size).toBe(assets.length);
    const late = await second.claimWork(LAKE, "late", 10, 10, 100);
    const results = await Promise.all([first.commit({ completed: claims.flat() }), second.commit({ completed: late })]);
    expect(results.map((it) => it.ok)).toEqual([false, true]);
  });

  test("a server that dies in the middle of a transaction fails that transaction, and neither the process nor what comes after", async () => {
    await using own = await startPostgres();
    await using ledger = await openPostgresLedger({ url: own.url });
    await accept(ledger, { changes: [change()] });
    const dying = ledger.database.kysely.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      await own.crash();
      await sql`select 1`.execute(tx);
    });
    await expect(dying).rejects.toThrow();
    expect(await ledger.head()).toBe(1);
  });

  test("a newer gateway that adds columns leaves one that runs on older connections able to read", async ({
    signal,
  }) => {
    const options = { url: server.url, schema: `ledger_${++schemas}`, maxConnections: 1 };
    await using harness = await openEmbeddedHarness(() => openPostgresLedger(options));
    const { ledger, source } = harness;
    const ref = await harness.create({
      kind: "TABLE",
      name: ["sales", "orders"],
      fields: { [fieldKey("domain")]: "sales" },
    });
    const useAll = async (n: number) => {
      const record = { scope: `key-${n}`, requestHash: "r", state: "done" as const, outcome: n, expiresAt: 1_000 };
      const agreed = [{ mirror: LAKE, fields: {}, none: [] }];
      const opened = { asset: assetId(n), leaseUntil: 0 };
      await accept(ledger, {
        assets: [newAsset(n, { agreed })],
        openIntents: [intent(n, opened)],
        idempotency: [record],
      });
      const [state] = await ledger.loadStates([assetId(n)]);
      expect(state).toMatchObject({ bindings: [binding(n)], agreed });
      expect(await ledger.findBindings(LAKE, [binding(n).ref])).toMatchObject([{ asset: assetId(n) }]);
      expect(await ledger.listIntents({ expiredAt: 0 })).toMatchObject([{ id: intentId(n) }]);
      expect(await ledger.listIntents({ asset: assetId(n) })).toMatchObject([{ id: intentId(n) }]);
      expect(await ledger.takeOverIntent(intentId(n), "other", 1, 100)).toMatchObject({ holder: "other" });
      expect(await ledger.findIdempotency(record.scope)).toEqual(record);
      expect(await source.read([ref, { ...ref, stableId: null }], signal)).toMatchObject([
        { kind: "found" },
        { kind: "found" },
      ]);
      const found = [];
      for await (const page of source.scan({}, signal)) found.push(...page.assets);
      expect(found).toHaveLength(1);
      const written = await writeValues(source, ref, { [fieldKey("domain")]: `domain ${n}` }, signal);
      expect(written.kind).toBe("applied");
    };
    await useAll(1);
    await using newer = await openPostgresLedger(options);
    for (const table of ["asset", "binding", "reading", "agreed", "intent", "idempotency", "embedded_record"])
      await sql`alter table ${sql.table(table)} add column of_a_newer_gateway integer`.execute(newer.database.kysely);
    await useAll(2);
  });

  test("transactions that block one another are run again until each is through", async () => {
    await using ledger = await open();
    await accept(ledger, { settings: { a: 0, b: 0 } });
    const session = { db: ledger.database.kysely.withTables<LedgerTables>(), engine: createPostgresEngine() };
    let begun = 0;
    const both = Promise.withResolvers<void>();
    const addInOrder = (names: readonly string[]) =>
      inTransaction(session, async ({ db }) => {
        for (const name of names) {
          await db
            .updateTable("setting")
            .set({ value: sql<string>`(value::int + 1)::text` })
            .where("name", "=", name)
            .execute();
          if (++begun === 2) both.resolve();
          await both.promise; // each holds its first row before any asks for its second
        }
      });
    await Promise.all([addInOrder(["a", "b"]), addInOrder(["b", "a"])]);
    expect([await ledger.readSetting("a"), await ledger.readSetting("b")]).toEqual([2, 2]);
  });

  test("of what a transaction writes nothing stays if one of it is refused, though all of it was sent with the end", async () => {
    await using ledger = await open();
    const session = { db: ledger.database.kysely.withTables<LedgerTables>(), engine: createPostgresEngine() };
    const insert = statement((db, slots: Slots<{ name: string }>) =>
      db.insertInto("setting").values({ name: slots.value("name"), value: sql.lit("1") }),
    );
    const write = (...names: string[]) =>
      askThenWrite(session, async () => ({ value: names.length, writes: names.map((name) => insert.with({ name })) }));
    await expect(write("a", "a", "b")).rejects.toMatchObject({ code: "23505" });
    expect([await ledger.readSetting("a"), await ledger.readSetting("b")]).toEqual([undefined, undefined]);
    const unsendable = { bind: () => expect.fail("no such value can be sent") };
    const refused = askThenWrite(session, async () => ({ value: 1, writes: [insert.with({ name: "a" }), unsendable] }));
    await expect(refused).rejects.toThrow("no such value can be sent");
    expect(await ledger.readSetting("a")).toBeUndefined();
    expect(await write("a", "b")).toBe(2);
    expect([await ledger.readSetting("a"), await ledger.readSetting("b")]).toEqual([1, 1]);
  });

  test("a server that is not there, a wrong schema name: a clear message, without the password", async () => {
    const url = "postgresql://ann:secret@127.0.0.1:1/ledger";
    const refused = openPostgresLedger({ url });
    await expect(refused).rejects.toThrow(LedgerOpenError);
    await expect(refused).rejects.toThrow(
      /^The ledger in postgresql:\/\/127\.0\.0\.1:1\/ledger cannot be opened: .*ECONNREFUSED/,
    );
    await expect(openPostgresLedger({ url: server.url, schema: 'a"; drop' })).rejects.toThrow(/no schema name/);
  });
});
