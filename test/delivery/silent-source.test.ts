import { afterEach, describe, expect, test } from "vitest";
import { EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { DOWN } from "../support/memory-source.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(): Promise<void> {
  harness = await EngineHarness.openWithOrders();
}

describe("a source that does not answer", () => {
  test("decides nothing: a foreign write is not judged by what the authority once said", async () => {
    await open();
    harness.lakehouse.assets.edit(ORDERS, { domain: "by hand" });
    harness.catalog.down = DOWN;
    await harness.scan(LAKEHOUSE);
    await harness.work();
    await harness.clock.advance(60_000);
    await harness.work();
    expect(harness.lakehouse.calls.writeCalls).toBe(0);
    expect(heldBy(harness.lakehouse, "domain")).toBe("by hand");
    harness.catalog.down = undefined;
    harness.catalog.assets.edit(ORDERS, { domain: "by hand" });
    await harness.rest();
    expect(harness.lakehouse.calls.writeCalls).toBe(0);
    expect(await harness.drifts()).toEqual([]);
  });

  test("keeps its drifts open, and its work is tried again with growing pauses", async () => {
    await open();
    harness.lakehouse.down = DOWN;
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    let attempts = 0;
    for (let count = 0; count < 40; count += 1) {
      attempts += await harness.work();
      await harness.clock.advance(5_000);
    }
    expect(attempts).toBeGreaterThan(3);
    expect(attempts).toBeLessThan(40);
    harness.lakehouse.down = undefined;
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
  });

  test("that is paused is neither read nor written", async () => {
    await open();
    const [record] = (await harness.ledger.readSources()).filter((it) => it.id === LAKEHOUSE);
    if (record) await harness.ledger.commit({ sources: [{ ...record, mode: "pause" }] });
    await harness.registry.refresh();
    const calls = { ...harness.lakehouse.calls };
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.ledger.markDirty([{ asset: (await harness.state()).asset.id, source: LAKEHOUSE, reread: true }]);
    await harness.rest();
    expect(harness.lakehouse.calls).toEqual(calls);
    expect((await harness.view("domain")).status).toBe("UNKNOWN");
  });
});
