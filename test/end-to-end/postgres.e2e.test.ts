import { expect, test, vi } from "vitest";
import { startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { startPostgres } from "../support/postgres.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";
import { expectUnion } from "./first-sight.ts";
import { followDrift, headOf, listAssets, mutateEverywhere, readField, readLog, scan, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 120_000 });

async function ready(gateway: GatewayProcess): Promise<{ readonly status: string }> {
  const answer = await fetch(new URL("/health/ready", gateway.graphqlUrl));
  return (await answer.json()) as { readonly status: string };
}

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

  test("while the database is away every operation says so and what to do, and works again once it is back", async () => {
    await using postgres = await startPostgres();
    await using sandbox = await startIcebergSandbox({ seed: { tables: 3 } });
    const config = { ...governed(sandbox.url), ledger: { url: postgres.url } };
    await using gateway = await GatewayProcess.start({ config });
    await settle(gateway);
    const table = (await listAssets(gateway)).find((it) => it.kind === "TABLE")?.name ?? "";
    const input = { name: table, domain: "ours alone", idempotencyKey: "once" };
    const setDomain = () =>
      gateway.queryRaw(
        "mutation ($input: SetDomainInput!) { setDomain(input: $input) { change { id } userErrors { code } } }",
        { input },
      );
    expect((await ready(gateway)).status).toBe("ready");
    await postgres.stop();
    const away = [
      { message: expect.stringContaining("same idempotencyKey"), extensions: { code: "LEDGER_UNAVAILABLE" } },
    ];
    expect((await gateway.queryRaw("{ assets(first: 1) { nodes { name } } }")).errors).toMatchObject(away);
    expect((await setDomain()).errors).toMatchObject(away);
    expect(await ready(gateway)).toMatchObject({
      status: "unavailable",
      ledger: { status: "down" },
      problems: [expect.stringContaining("The ledger does not answer")],
    });
    await postgres.start();
    await waitFor("it is ready again", async () => (await ready(gateway)).status === "ready");
    const done = await setDomain();
    expect(done).toMatchObject({ data: { setDomain: { change: { id: expect.any(String) }, userErrors: [] } } });
    expect(await setDomain()).toEqual(done);
    expect(gateway.log).not.toContain("Unexpected error");
  });
});
