import { expect, test, vi } from "vitest";
import { startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { startPostgres } from "../support/postgres.ts";
import { describeWithService } from "../support/services.ts";
import { expectUnion } from "./first-sight.ts";
import { followDrift, headOf, listAssets, mutateEverywhere, readField, readLog, scan, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 120_000 });

describeWithService("postgres", "With its ledger in PostgreSQL", () => {
  test("a lakehouse and an empty catalog are brought together, and nothing is lost", async () => {
    await using postgres = await startPostgres();
    await expectUnion({ ledger: { url: postgres.url } });
  });

  test("the main job is done, and a restart goes on where it was", async () => {
    await using postgres = await startPostgres();
    await using sandbox = await startIcebergSandbox({ seed: { tables: 20 } });
    const config = { ...governed(sandbox.url), ledger: { url: postgres.url } };
    await using gateway = await GatewayProcess.start({ config });
    await settle(gateway);
    const table = (await listAssets(gateway)).find((it) => it.kind === "TABLE")?.name ?? "";
    await mutateEverywhere(gateway, "setOwners", { name: table, owners: [{ principal: "alice" }] });
    expect(sandbox.edit.properties(table)["owner"]).toBe("alice");
    const before = await headOf(gateway);
    sandbox.edit.setProperties(table, { owner: "mallory" });
    await scan(gateway);
    const events = await followDrift(gateway, before, { names: [table] }, (it) => it.type === "RESOLVED");
    expect(events[0]?.drift).toMatchObject({ kind: "FOREIGN_WRITE", found: [{ principal: "mallory" }] });
    expect(sandbox.edit.properties(table)["owner"]).toBe("alice");
    const [assets, log] = [await listAssets(gateway), await readLog(gateway)];
    expect((await gateway.stop()).code).toBe(0);
    await gateway.restart();
    expect(await listAssets(gateway)).toEqual(assets);
    expect((await readLog(gateway)).slice(0, log.length)).toEqual(log);
    expect(await readField(gateway, table, "owners", "LIVE")).toMatchObject({ status: "IN_SYNC" });
  });
});
