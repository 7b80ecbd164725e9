import { expect, test } from "vitest";
import type { SourceWrite } from "../../src/ports/source.ts";
import { settleIntents } from "../../src/reconcile/settle-intents.ts";
import { crashWire } from "../support/crash-wire.ts";
import { CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";

const SET_SALES = { field: "domain", edit: { op: "set", value: "sales" } } as const;

async function open(): Promise<EngineHarness> {
  const harness = await EngineHarness.open();
  harness.lakehouse.assets.put(ORDERS);
  await harness.sync();
  return harness;
}

test("a write that a process is still at is not said to have failed by anybody, however long it takes", async () => {
  await using harness = await open();
  const first = harness.engine;
  const route = harness.route;
  const second = await harness.start();
  const write = harness.catalog.write.bind(harness.catalog);
  const settled: number[] = [];
  harness.catalog.write = async (it: SourceWrite, signal: AbortSignal) => {
    await first.clock.sleep(55_000, signal); // longer than five leases
    for (const engine of [first, second]) settled.push(await settleIntents(engine, CATALOG, signal));
    return write(it, signal);
  };
  const mutation = { asset: { name: "sales.orders" }, ...SET_SALES };
  const outcome = await harness.clock.run(
    route.apply(mutation, { kind: "person", id: "alice" }, new AbortController().signal),
  );
  expect(outcome.userErrors).toEqual([]);
  expect(settled).toEqual([0, 0]);
  expect(heldBy(harness.catalog, "domain")).toBe("sales");
  expect(await harness.log("WRITE_FAILED")).toEqual([]);
  expect(await harness.log("WRITE_APPLIED")).toHaveLength(1);
});

test("a write that gives no answer is given up in bounded time, and settled by what stands there then", async () => {
  await using harness = await open();
  const began = harness.clock.now();
  harness.lakehouse.write = () => new Promise(() => undefined);
  const outcome = await harness.apply({ field: "description", edit: { op: "set", value: "Orders" } });
  expect(outcome.userErrors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
  expect(harness.clock.now() - began).toBeLessThan(120_000);
  harness.lakehouse.assets.edit(ORDERS, { description: "Orders" }); // it was carried out all the same
  await harness.rest();
  const told = await harness.log("WRITE_APPLIED", "WRITE_FAILED");
  expect(told.filter((it) => it.source === LAKEHOUSE)).toMatchObject([
    { kind: "WRITE_APPLIED", actor: { id: "alice" } },
  ]);
});

test("a write that breaks off is in doubt, not forgotten", async () => {
  await using harness = await open();
  const { catalog } = harness;
  const write = catalog.write.bind(catalog);
  catalog.write = async (it, signal) => {
    catalog.write = write;
    await write(it, signal);
    throw new TypeError("a bug in the source");
  };
  expect((await harness.apply(SET_SALES)).userErrors).toEqual([]);
  expect(await harness.log("WRITE_APPLIED")).toHaveLength(1);
});

/** The process dies while its write is under way, which takes place; another one is there then. */
async function dieInTheMiddle(harness: EngineHarness): Promise<void> {
  const wire = crashWire(Number.POSITIVE_INFINITY, "before");
  await harness.start(wire);
  const write = harness.catalog.write.bind(harness.catalog);
  harness.catalog.write = async (it, signal) => {
    wire.die();
    return write(it, signal); // which it hears no more of
  };
  await expect(harness.apply({ ...SET_SALES, idempotencyKey: "k" })).rejects.toHaveProperty("name", "Crash");
  await harness.start();
}

test("a write in the middle of which its process died is settled by another within seconds", async () => {
  await using harness = await open();
  await dieInTheMiddle(harness);
  expect(await harness.settle(CATALOG)).toBe(0);
  await harness.clock.advance(harness.engine.leases.leaseMs);
  expect(await harness.settle(CATALOG)).toBe(1);
  const again = await harness.apply({ ...SET_SALES, idempotencyKey: "k" });
  expect(again).toMatchObject({ change: expect.any(Number), userErrors: [] });
  expect(harness.catalog.calls.writes).toBe(1);
});

test("a write whose key somebody else has by now is settled all the same, and leaves them the key", async () => {
  await using harness = await open();
  await dieInTheMiddle(harness);
  const [scope, at] = ["person:alice:k", harness.clock.now()];
  const other = { scope, requestHash: "another", state: "done", outcome: null, expiresAt: at + 3_600_000 } as const;
  expect(await harness.ledger.findIdempotency(scope)).toMatchObject({ state: "running" });
  await harness.ledger.commit({ forgetIdempotency: [scope], idempotency: [other] });
  await harness.clock.advance(harness.engine.leases.leaseMs);
  expect(await harness.settle(CATALOG)).toBe(1);
  expect(await harness.log("WRITE_APPLIED")).toHaveLength(1);
  expect(await harness.ledger.findIdempotency(scope)).toEqual(other);
});

test("a source that does not answer delays the settling of no other", async () => {
  await using harness = await open();
  for (const source of [harness.catalog, harness.lakehouse])
    source.writeFaults.push({ kind: "unknown", applied: false });
  await harness.apply(SET_SALES);
  await harness.apply({ field: "description", edit: { op: "set", value: "Orders" } });
  expect((await harness.ledger.counts()).openIntents).toBe(2);
  await harness.clock.advance(60_000);
  harness.catalog.read = () => new Promise(() => undefined);
  const stop = new AbortController();
  const stuck = settleIntents(harness.engine, CATALOG, stop.signal).catch(() => undefined);
  expect(await settleIntents(harness.engine, LAKEHOUSE, stop.signal)).toBe(1);
  expect((await harness.ledger.counts()).openIntents).toBe(1);
  stop.abort();
  await stuck;
});
