import { expect, test } from "vitest";
import type { SourceWrite } from "../../src/ports/source.ts";
import { settleIntents } from "../../src/reconcile/settle-intents.ts";
import { EngineHarness, heldBy, ORDERS } from "../support/engine-harness.ts";

test("a write that this process is still at is not said to have failed, however long it takes", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put(ORDERS);
  await harness.sync();
  const write = harness.catalog.write.bind(harness.catalog);
  const settled: number[] = [];
  harness.catalog.write = async (it: SourceWrite, signal: AbortSignal) => {
    await harness.engine.clock.sleep(120_000, signal); // longer than the intent's lease
    settled.push(await settleIntents(harness.engine, signal));
    return write(it, signal);
  };
  const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "sales" } });
  expect(outcome.userErrors).toEqual([]);
  expect(settled).toEqual([0]);
  expect(heldBy(harness.catalog, "domain")).toBe("sales");
  expect(await harness.log("WRITE_FAILED")).toEqual([]);
  expect(await harness.log("WRITE_APPLIED")).toHaveLength(1);
});
