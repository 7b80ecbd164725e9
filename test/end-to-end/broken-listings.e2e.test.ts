import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FaultSpec } from "../../sandbox/iceberg-rest/fault.ts";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { findAsset, headOf, listAssets, readLog, scan, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

const TABLES = 40;
const LIST = { method: "GET" as const, path: "**" };

describe.each([
  ["as they are", {}],
  ["as if there were none", { maxRetirements: 1_000_000, maxRetirementPercent: 100 }],
])("A listing that proves nothing retires nothing, with guards %s", (_guards, guards) => {
  let sandbox: IcebergSandbox;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    sandbox = await startIcebergSandbox({ seed: { tables: TABLES }, pageSizeLimit: 10 });
    const config = governed(sandbox.url, [], { deletion: { misses: 2, gracePeriod: "PT0S" }, guards });
    gateway = await GatewayProcess.start({ config });
    await settle(gateway);
  });
  afterEach(() => sandbox.faults.clear());
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await sandbox?.[Symbol.asyncDispose]();
  });

  /** A scan that is complete: the gateway spares a server that has just failed for some seconds. */
  const scanWell = () =>
    waitFor("a scan is complete", async () => {
      const report = await scan(gateway);
      return report.complete && report;
    });

  test.each<[string, FaultSpec]>([
    ["fails half-way", { kind: "listing-breaks" }],
    ["is empty", { kind: "listing-empty" }],
    ["is forbidden", { kind: "listing-forbidden" }],
    ["is answered with 404", { kind: "listing-missing" }],
    ["never ends, because the connection is cut", { kind: "connection-reset", ...LIST }],
    ["is cut off in the middle of an answer", { kind: "truncated-body", ...LIST }],
    ["is answered with 500", { kind: "server-error", ...LIST }],
    ["is answered with 503", { kind: "unavailable", retryAfter: 60, ...LIST }],
  ])("one that %s", async (_title, fault) => {
    await scanWell();
    const before = await headOf(gateway);
    sandbox.faults.add(fault);
    for (const _ of [1, 2, 3]) {
      expect(await scan(gateway)).toMatchObject({ complete: false, suspected: 0, retired: 0 });
    }
    expect(sandbox.faults.list()[0]?.fired).toBeGreaterThan(0);
    const assets = await listAssets(gateway);
    expect(assets.filter((it) => it.kind === "TABLE")).toHaveLength(TABLES);
    expect(assets.filter((it) => it.state !== "ACTIVE")).toEqual([]);
    const told = (await readLog(gateway, {}, before)).map((it) => it.kind);
    expect(told).toEqual(["SCAN_INCOMPLETE"]); // once, not with every scan
  });

  test("while a table that is really gone is retired once the listings are whole again", async () => {
    await scanWell();
    const gone = (await listAssets(gateway)).find((it) => it.kind === "TABLE");
    if (!gone) throw new Error("There is no table.");
    sandbox.edit.drop(gone.name);
    const broken = sandbox.faults.add({ kind: "listing-breaks" });
    await scan(gateway);
    await scan(gateway);
    expect(await findAsset(gateway, gone.name)).toMatchObject({ id: gone.id, state: "ACTIVE" });
    sandbox.faults.remove(broken.id);
    expect(await scanWell()).toMatchObject({ suspected: 1 });
    expect(await scan(gateway)).toMatchObject({ complete: true, retired: 1 });
    expect((await listAssets(gateway)).find((it) => it.id === gone.id)).toMatchObject({ state: "RETIRED" });
  });
});
