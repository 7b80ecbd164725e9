import { copyFile, cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { readTestimony } from "../../src/server/witness.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { startPostgres } from "../support/postgres.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";
import {
  CHANGE_EVENTS,
  findAsset,
  headOf,
  listAssets,
  mutate,
  mutateEverywhere,
  openDrift,
  readField,
  readLog,
  scan,
  settle,
} from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 240_000 });

let opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const it of opened.reverse()) await it[Symbol.asyncDispose]();
  opened = [];
});

interface Scene {
  readonly lake: IcebergSandbox;
  readonly gateway: GatewayProcess;
  readonly tables: readonly string[];
  /** A cursor of an entry that the backup does not hold. */
  readonly lostCursor: string;
  /** What the lakehouse holds when the backup is put back. */
  readonly held: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** A day in the life of a gateway, after the backup that `takeBackup` took of it; then `putBack` undoes it. */
async function lose(
  ledger: Readonly<Record<string, unknown>>,
  takeBackup: (gateway: GatewayProcess) => Promise<void>,
  putBack: (gateway: GatewayProcess) => Promise<void>,
): Promise<Scene> {
  const lake = await startIcebergSandbox({ seed: { tables: 12 } });
  opened.push(lake);
  const gateway = await GatewayProcess.start({ config: { ...governed(lake.url), ...ledger } });
  opened.push(gateway);
  await settle(gateway);
  const tables = (await listAssets(gateway)).filter((it) => it.kind === "TABLE").map((it) => it.name);
  const [set = "", grown = "", described = "", quiet = ""] = tables;
  await mutateEverywhere(gateway, "setDomain", { name: set, domain: "yesterday" });
  await mutateEverywhere(gateway, "setOwners", { name: grown, owners: [{ principal: "ann" }] });
  await mutateEverywhere(gateway, "setDomain", { name: quiet, domain: "the same" });
  await gateway.stop();
  await takeBackup(gateway);

  await gateway.restart();
  await mutateEverywhere(gateway, "setDomain", { name: set, domain: "today" });
  await mutateEverywhere(gateway, "addOwners", { name: grown, owners: [{ principal: "bob" }] });
  lake.edit.setProperties(described, { comment: "Described today." });
  lake.edit.drop(tables.at(-1) ?? "");
  lake.edit.createTable("lake.sales_0000.born_today", [{ name: "id", type: "long" }], { owner: "carl" });
  await scan(gateway);
  await settle(gateway);
  const lostCursor = await headOf(gateway);
  await gateway.stop();
  await putBack(gateway);
  const held = new Map(tables.slice(0, -1).map((it) => [it, lake.edit.properties(it)]));
  lake.requests.reset();
  return { lake, gateway, tables, lostCursor, held };
}

/** What must hold once the gateway runs on yesterday's ledger. */
async function expectNothingLost({ gateway, held, lake, lostCursor, tables }: Scene): Promise<void> {
  const [set = "", grown = "", described = "", quiet = ""] = tables;
  await settle(gateway);
  await scan(gateway);
  await settle(gateway);

  // Nothing was written to anybody, and nothing taken away.
  expect(lake.requests.counts().writes).toBe(0);
  expect(new Map([...held.keys()].map((it) => [it, lake.edit.properties(it)]))).toEqual(held);
  const log = await readLog(gateway);
  const restored = log.findIndex((it) => it.kind === "LEDGER_RESTORED");
  expect(restored).toBeGreaterThan(0);
  const since = log.slice(restored).filter((it) => it.kind.startsWith("WRITE_") || it.kind === "ASSET_RETIRED");
  // But for what the ledger never heard of: a table that is new to it is taken into the catalog, as at any first sight.
  expect(since.filter((it) => it.assetName !== "lake.sales_0000.born_today")).toEqual([]);

  // What differs waits for a person, and both values are told.
  expect(await openDrift(gateway, set)).toMatchObject([
    { kind: "FIRST_SIGHT", state: "IN_REVIEW", field: "domain", wanted: "yesterday", found: "today", hasBase: false },
  ]);
  expect(await openDrift(gateway, grown)).toMatchObject([
    { state: "IN_REVIEW", field: "owners", found: [{ principal: "ann" }, { principal: "bob" }] },
  ]);
  expect(await openDrift(gateway, described)).toMatchObject([
    { state: "IN_REVIEW", field: "description", wanted: "Described today." },
  ]);
  // What did not change meanwhile is as it was, and what was born is found.
  expect(await openDrift(gateway, quiet)).toEqual([]);
  expect(await readField(gateway, quiet, "domain")).toMatchObject({ status: "IN_SYNC" });
  expect(await findAsset(gateway, "lake.sales_0000.born_today")).toMatchObject({ state: "ACTIVE" });

  // A cursor of what was lost is refused, however far the log has got since.
  const page = await gateway.queryRaw("query ($after: Cursor) { changes(first: 1, after: $after) { nodes { id } } }", {
    after: lostCursor,
  });
  expect(JSON.stringify(page.errors)).toContain("lost when the ledger was restored from a backup");
  await expect(async () => {
    await using stream = gateway.subscribe(CHANGE_EVENTS, { after: lostCursor });
    for await (const _ of stream) return;
  }).rejects.toThrow(/lost when the ledger was restored/);

  // The person decides, and it is carried out.
  await mutateEverywhere(gateway, "setDomain", { name: set, domain: "today" });
  await waitFor("the review is over", async () => (await openDrift(gateway, set)).length === 0);
  expect(lake.edit.properties(set)["concordat.domain"]).toBe("today");
  // From then on edits are told apart again.
  lake.edit.setProperties(quiet, { "concordat.domain": "meddled with" });
  await scan(gateway);
  await waitFor("a foreign write is reverted as ever", () => {
    return lake.edit.properties(quiet)["concordat.domain"] === "the same";
  });
}

describe("A SQLite ledger that was restored from yesterday's backup", () => {
  const file = (gateway: GatewayProcess, name = "ledger.sqlite"): string => join(gateway.folder, "data", name);

  test("is known by what the data folder remembers, and nothing is deleted or overwritten", async () => {
    const scene = await lose(
      {},
      (gateway) => copyFile(file(gateway), file(gateway, "../backup.sqlite")),
      (gateway) => copyFile(file(gateway, "../backup.sqlite"), file(gateway)),
    );
    const config = file(scene.gateway, "../concordat.yaml");
    await writeFile(config, (await readFile(config, "utf8")).replace("maxRemovals: 100000", "maxRemovals: 90000"));
    await scene.gateway.restart();
    // Before the log grows by anything else: a start that is cut off then must not leave it past its old end.
    const log = (await readLog(scene.gateway)).map((it) => it.kind);
    expect(log.indexOf("LEDGER_RESTORED")).toBeLessThan(log.lastIndexOf("TREATY_CHANGED"));
    await expectNothingLost(scene);
  });

  test("together with the whole data folder, is taken for what it is when the operator says so", async () => {
    const scene = await lose(
      {},
      (gateway) => cp(file(gateway, ""), file(gateway, "../backup"), { recursive: true }),
      async (gateway) => {
        await rm(file(gateway, ""), { recursive: true });
        await cp(file(gateway, "../backup"), file(gateway, ""), { recursive: true });
      },
    );
    await scene.gateway.restart("--restored");
    await expectNothingLost(scene);
  });
});

describeWithService("postgres", "A PostgreSQL ledger that goes back while a gateway runs on it", () => {
  test("stops every change, and is known at the next start however far it has got since", async () => {
    const postgres = await startPostgres();
    opened.push(postgres);
    const lake = await startIcebergSandbox({ seed: { tables: 3 } });
    opened.push(lake);
    const gateway = await GatewayProcess.start({ config: { ...governed(lake.url), ledger: { url: postgres.url } } });
    opened.push(gateway);
    await settle(gateway);
    const [name = ""] = (await listAssets(gateway)).filter((it) => it.kind === "TABLE").map((it) => it.name);
    const move = async (by: number): Promise<number> => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      const sql = "update head set position = position + $1 returning position::int";
      const { rows } = await client.query<{ position: number }>(sql, [by]);
      await client.end();
      return rows[0]?.position ?? 0;
    };
    const witness = join(gateway.folder, "data", "ledger.witness.json");
    await waitFor("the witness knows the end", async () => {
      return JSON.stringify(await readTestimony(witness)).includes(`"head":${await move(0)}`);
    });
    await move(-1);
    await waitFor("the gateway has seen that the log went back", async () => {
      const { userErrors } = await mutate(gateway, "setDomain", { name, domain: "later", dryRun: true });
      return userErrors.some((it) => it.code === "LEDGER_REPLACED");
    });
    const ready = await fetch(new URL("/health/ready", gateway.graphqlUrl));
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: "unavailable", ledger: { code: "LEDGER_REPLACED" } });
    await move(50);
    await gateway.stop();
    await gateway.restart();
    const restored = (await readLog(gateway)).filter((it) => it.kind === "LEDGER_RESTORED");
    expect(restored).toHaveLength(1);
  });
});

describeWithService("postgres", "A PostgreSQL ledger that was restored from yesterday's backup", () => {
  test("is known by what the data folder remembers, and nothing is deleted or overwritten", async () => {
    const postgres = await startPostgres();
    opened.push(postgres);
    const admin = async (...statements: readonly string[]): Promise<void> => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      for (const it of statements) await client.query(it);
      await client.end();
    };
    await admin("create database ledger");
    const url = postgres.url.replace(/\/postgres$/, "/ledger");
    const scene = await lose(
      { ledger: { url } },
      () => admin("create database backup template ledger"),
      () => admin("drop database ledger", "create database ledger template backup"),
    );
    await scene.gateway.restart();
    await expectNothingLost(scene);
  });
});
