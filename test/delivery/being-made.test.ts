import { expect, test } from "vitest";
import { bindingOf } from "../../src/plan/source-facts.ts";
import type { SourceWrite } from "../../src/ports/source.ts";
import { CATALOG, EngineHarness, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";

test("a record that a write in doubt makes for a table that is dropped meanwhile is not inherited by the next one of its name", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "the old one's" } });
  harness.catalog.write = async (write: SourceWrite) => {
    expect(write.create).toBe(true);
    return { kind: "unknown", error: { code: "timeout", message: "no answer" } };
  };
  await harness.scanAll();
  await harness.work();
  expect(await harness.ledger.listIntents({})).toHaveLength(1);
  const first = await harness.state();
  harness.lakehouse.assets.drop(ORDERS);
  harness.lakehouse.assets.put(ORDERS);
  await harness.scan(LAKEHOUSE);
  const second = await harness.state();
  expect(second.asset.id).not.toBe(first.asset.id);
  harness.catalog.assets.put({ ...ORDERS, fields: { description: "the old one's" } }); // the write has arrived by now
  await harness.scan(CATALOG);
  await harness.work();
  expect(bindingOf(await harness.state(), CATALOG)).toBeUndefined();
});
