import { afterEach, expect, test } from "vitest";
import { ALICE, CATALOG, EngineHarness, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

test("a write under way when the process stops is given time before anybody says that it did not take place", async () => {
  harness = await EngineHarness.open();
  for (const it of [harness.lakehouse, harness.catalog])
    it.assets.put({ ...ORDERS, fields: { description: "Orders", domain: "sales" } });
  await harness.sync();
  const stopping = new AbortController();
  const write = harness.catalog.write.bind(harness.catalog);
  harness.catalog.write = (_write, signal) => {
    stopping.abort(new Error("stopping"));
    return Promise.reject(signal.reason as Error);
  };
  const mutation = { asset: { name: "sales.orders" }, field: "domain", edit: { op: "set", value: "hr" } } as const;
  await expect(harness.clock.run(harness.route.apply(mutation, ALICE, stopping.signal))).rejects.toThrow("stopping");
  harness.catalog.write = write;

  await harness.clock.advance(20_000);
  expect(await harness.settle(CATALOG)).toBe(0);
  harness.catalog.assets.edit(ORDERS, { domain: "hr" }); // what was under way arrives
  await harness.rest();

  const outcomes = await harness.log("WRITE_APPLIED", "WRITE_FAILED");
  expect(outcomes.map((it) => [it.source, it.kind])).toEqual([
    [CATALOG, "WRITE_APPLIED"],
    [LAKEHOUSE, "WRITE_APPLIED"],
  ]);
});
