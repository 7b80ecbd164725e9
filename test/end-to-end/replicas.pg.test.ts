import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";
import {
  headOf,
  listAssets,
  mutate,
  mutateEverywhere,
  type Payload,
  readField,
  readLog,
  scan,
  setMode,
  settle,
} from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** For a process whose clock is an hour ahead. */
const AN_HOUR_AHEAD = "--import=data:text/javascript,const/**/now=Date.now;Date.now=()=>now()+3600000";

describeWithService("postgres", "Three gateways on one PostgreSQL ledger", () => {
  let postgres: PostgresServer;
  let sandbox: IcebergSandbox;
  let config: Readonly<Record<string, unknown>>;
  let gateways: GatewayProcess[] = [];
  let tables: readonly string[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
    sandbox = await startIcebergSandbox({ seed: { tables: 12 } });
    config = { ...governed(sandbox.url), ledger: { url: postgres.url } };
    gateways = await Promise.all(
      [{}, {}, { NODE_OPTIONS: AN_HOUR_AHEAD }].map((env) => GatewayProcess.start({ config, env })),
    );
    await settle(at(0));
    tables = (await listAssets(at(1))).filter((it) => it.kind === "TABLE").map((it) => it.name);
  });
  afterAll(async () => {
    for (const it of gateways) await it[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });
  const at = (n: number): GatewayProcess => gateways[n] as GatewayProcess;
  const table = (n: number): string => tables[n] as string;
  const describeAs = (n: number, name: string, description: string): Promise<Payload> =>
    mutate(at(n), "setDescription", { name, description });

  test("mutations of one table at all of them take place in one order, the same in the log and in the lakehouse", async () => {
    const before = await headOf(at(0));
    const texts = Array.from({ length: 12 }, (_, n) => `text ${n}`);
    const payloads = await Promise.all(texts.map((it, n) => describeAs(n % 3, table(0), it)));
    expect(payloads.flatMap((it) => it.userErrors)).toEqual([]);
    const told = await readLog(at(1), { kinds: ["FIELD_CHANGED"], sources: ["lakehouse"] }, before);
    const values = told.map((it) => it.after);
    expect(new Set(values)).toEqual(new Set(texts));
    expect(values).toHaveLength(texts.length);
    expect(told.map((it) => it.before).slice(1)).toEqual(values.slice(0, -1));
    expect(sandbox.edit.properties(table(0))["comment"]).toBe(values.at(-1));
    const known = await readLog(at(0), {}, before);
    expect((await readLog(at(2), {}, before)).slice(0, known.length)).toEqual(known);
  });

  test("a mode that is set at one stops the writes of the others at once", async () => {
    await setMode(at(0), "lakehouse", "OBSERVE");
    const refused = await Promise.all([1, 2].map((n) => describeAs(n, table(1), "never")));
    for (const it of refused) expect(it.userErrors).toMatchObject([{ code: "SOURCE_IN_OBSERVE_MODE" }]);
    await setMode(at(1), "lakehouse", "ENFORCE");
    expect((await describeAs(0, table(1), "again")).userErrors).toEqual([]);
  });

  test("a scan that is asked for at all of them is made by one, and all get its report", async () => {
    const reads = (): number => sandbox.requests.of("GET /v1/{prefix}/namespaces");
    await scan(at(0));
    const one = await countOf(reads, () => scan(at(0)));
    const slow = sandbox.faults.add({ kind: "latency", method: "GET", ms: 500 });
    sandbox.edit.setProperties(table(1), { owner: "found by a scan" });
    let reports: readonly unknown[] = [];
    const all = await countOf(reads, async () => {
      reports = await Promise.all([0, 1, 2].map((n) => scan(at(n))));
    });
    slow[Symbol.dispose]();
    expect(all).toBe(one);
    expect(new Set(reports.map((it) => JSON.stringify(it))).size).toBe(1);
    expect(reports[0]).toMatchObject({ complete: true, changed: 1 });
  });

  test("a write in the middle of which its gateway was killed is settled by another, and the retry gets its one outcome", async () => {
    await settle(at(1)); // so that no other write meets the delay
    const before = await headOf(at(1));
    const input = { name: table(2), description: "survives", idempotencyKey: "killed" };
    sandbox.faults.add({ kind: "latency", method: "POST", ms: 4_000, count: 1 });
    const lost = mutate(at(0), "setDescription", input).catch(() => "killed");
    await waitFor("the write is intended", async () => {
      return (await readLog(at(1), { kinds: ["WRITE_INTENDED"] }, before)).some((it) => it.assetName === table(2));
    });
    await at(0).kill();
    expect(await lost).toBe("killed");
    const retried = await waitFor("the retry has its outcome", async () => {
      const payload = await mutate(at(1), "setDescription", input);
      return payload.userErrors.length === 0 && payload;
    });
    expect(retried.change).not.toBeNull();
    const writes = await readLog(
      at(2),
      { kinds: ["WRITE_INTENDED", "WRITE_APPLIED", "WRITE_FAILED"], sources: ["lakehouse"] },
      before,
    );
    const own = writes.filter((it) => it.assetName === table(2));
    const outcomes = own.filter((it) => it.kind !== "WRITE_INTENDED");
    expect(outcomes).toHaveLength(own.length / 2);
    expect(outcomes.filter((it) => it.kind === "WRITE_APPLIED")).toHaveLength(1);
    expect(sandbox.edit.properties(table(2))["comment"]).toBe("survives");
    await at(0).restart();
  });

  test("work that a killed gateway had claimed is done by the others", async () => {
    await Promise.all(
      [3, 4, 5, 6, 7, 8].map((n) =>
        mutate(at(0), "setOwners", { name: table(n), owners: [{ principal: `owner-${n}` }] }),
      ),
    );
    await at(0).kill();
    for (const n of [3, 4, 5, 6, 7, 8]) {
      await waitFor(`${table(n)} has its owner in the lakehouse`, () => {
        return sandbox.edit.properties(table(n))["owner"] === `owner-${n}`;
      });
    }
    await at(0).restart();
    expect(await readField(at(0), table(3), "owners")).toMatchObject({ status: "IN_SYNC" });
  });

  test("a gateway whose clock is an hour off neither takes what others are at nor keeps its own from them", async () => {
    await mutateEverywhere(at(2), "setOwners", { name: table(9), owners: [{ principal: "late" }] });
    await mutateEverywhere(at(1), "setOwners", { name: table(10), owners: [{ principal: "early" }] });
    const log = await readLog(at(1), { kinds: ["WRITE_APPLIED"] });
    expect(log.length).toBeGreaterThan(2);
    const before = await headOf(at(1));
    sandbox.faults.add({ kind: "latency", method: "POST", ms: 3_000, count: 1 });
    const [one, other] = await Promise.all([describeAs(1, table(11), "one"), describeAs(2, table(11), "other")]);
    expect([...one.userErrors, ...other.userErrors]).toEqual([]);
    expect(await readLog(at(1), { kinds: ["WRITE_FAILED"] }, before)).toEqual([]);
  });

  test("one with another treaty takes over: the others answer, change nothing, and say that they are not to be asked", async () => {
    const rolledOut = await GatewayProcess.start({
      config: { ...config, ...governed(sandbox.url, [], { deletion: { misses: 5 } }) },
    });
    gateways.push(rolledOut);
    const refused = await describeAs(1, table(1), "never");
    expect(refused.userErrors).toMatchObject([{ code: "TREATY_OUTDATED" }]);
    const ready = await fetch(at(1).graphqlUrl.replace("/graphql", "/health/ready"));
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: "unavailable" }]);
    expect((await listAssets(at(1))).length).toBeGreaterThan(0);
    expect((await mutate(rolledOut, "setDescription", { name: table(1), description: "new" })).userErrors).toEqual([]);
  });
});

async function countOf(read: () => number, work: () => Promise<unknown>): Promise<number> {
  const before = read();
  await work();
  return read() - before;
}
