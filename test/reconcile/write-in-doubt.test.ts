import { expect, test } from "vitest";
import { EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";

test("a mirror that shows what an older write in doubt brought is not taken for somebody's edit", async () => {
  await using harness = await EngineHarness.open({
    rules: rules({ onForeignWrite: "adopt", onConflict: "newest-at-authority" }),
  });
  harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  await harness.sync();
  const write = harness.lakehouse.write.bind(harness.lakehouse);
  harness.lakehouse.write = async () => ({ kind: "unknown", error: { code: "timeout", message: "no answer" } });
  await harness.apply({ field: "domain", edit: { op: "set", value: "first" } });
  await harness.work();
  harness.lakehouse.write = write;
  await harness.apply({ field: "domain", edit: { op: "set", value: "second" } });
  await harness.scan(LAKEHOUSE); // it shows neither yet
  harness.lakehouse.assets.edit(ORDERS, { domain: "first" }); // the write in doubt arrives
  await harness.clock.advance(20_000);
  await harness.work();
  expect(await harness.ledger.listIntents({})).toHaveLength(1);
  expect(heldBy(harness.catalog, "domain")).toBe("second");
  await harness.rest();
  expect([heldBy(harness.catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["second", "second"]);
  expect(await harness.log("DRIFT_OPENED")).toEqual([]);
});
