import { expect, test } from "vitest";
import { startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { headOf, mutate, readField, readLog, scan, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

const TABLE = "/v1/namespaces/sales/tables/orders";

/** The lakehouse of `governed`, of which it is known that it shows late what it took. */
function behindCache(uri: string): ReturnType<typeof governed> {
  const config = governed(uri);
  const { lakehouse, ...others } = config["sources"] as Record<string, object>;
  return { ...config, sources: { lakehouse: { ...lakehouse, visibleWithin: "PT2M" }, ...others } };
}

test("a change in a lakehouse behind a cache is acknowledged when it can be read, written once, and nobody's but the caller's", async () => {
  await using server = await startIcebergSandbox();
  server.edit.createNamespace("sales");
  server.edit.createTable("sales.orders", [{ name: "id", type: "long" }], { comment: "Before." });
  await using proxy = await FaultProxy.start(server.url);
  let isCached = false;
  proxy.add({ matches: (method, path) => isCached && method === "GET" && path.startsWith(TABLE), answer: "cached" });
  await using gateway = await GatewayProcess.start({ config: behindCache(proxy.url) });
  await scan(gateway);
  await settle(gateway);
  await mutate(gateway, "setOwners", { name: "sales.orders", owners: [{ principal: "alice" }] }); // every form of request is known
  await settle(gateway);
  const head = await headOf(gateway);
  const before = proxy.requests.length;
  isCached = true;

  let isAnswered = false;
  const answer = mutate(gateway, "setDescription", { name: "sales.orders", description: "After." }).finally(() => {
    isAnswered = true;
  });
  await waitFor("it is asked again after the commit", () => {
    const sent = proxy.requests.slice(before);
    const commit = sent.indexOf(`POST ${TABLE}`);
    return commit >= 0 && sent.slice(commit).filter((it) => it.startsWith("GET")).length >= 3;
  });
  expect(isAnswered).toBe(false);
  expect((await readLog(gateway, {}, head)).map((it) => it.kind)).toEqual(["WRITE_INTENDED"]);

  isCached = false;
  expect(await answer).toMatchObject({ change: { cursor: expect.any(String) }, userErrors: [] });
  await settle(gateway);
  expect(proxy.requests.slice(before).filter((it) => it.startsWith("POST"))).toHaveLength(1);
  const told = (await readLog(gateway, {}, head)).filter((it) => it.source?.name === "lakehouse");
  expect(told.map((it) => [it.kind, it.actor.kind])).toEqual([
    ["WRITE_INTENDED", "PERSON"],
    ["WRITE_APPLIED", "PERSON"],
    ["FIELD_CHANGED", "PERSON"],
  ]);
  expect((await readField(gateway, "sales.orders", "description", "LIVE")).at).toEqual({
    lakehouse: "After.",
    catalog: "After.",
  });
});
