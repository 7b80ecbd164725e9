import { afterEach, expect, test, vi } from "vitest";
import { updateSource } from "../../src/delivery/update-source.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { type Ledger, LOOKED_AGAIN_SETTING } from "../../src/ports/ledger.ts";
import { lookAgain, needsLook, runLooks } from "../../src/reconcile/look-again.ts";
import { recordTreaty } from "../../src/server/record-treaty.ts";
import type { Mode } from "../../src/treaty/decision.ts";
import { ALICE, CATALOG, EngineHarness, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { startReplica } from "../support/replicas.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

test("a process that dies between a new treaty and the look at everything leaves it to the next one that starts", async () => {
  harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "Orders" } });
  await harness.sync();
  await recordTreaty(harness.engine);
  expect(await needsLook(harness.engine)).toBe(true);
  const next = await harness.start();
  await recordTreaty(next);
  expect(await needsLook(next)).toBe(true);
  await lookAgain(next);
  expect(await needsLook(next)).toBe(false);
  expect(Object.values((await harness.ledger.counts()).workBySource).some((it) => it > 0)).toBe(true);
});

test("a treaty that comes back after another one was in force has everything looked at again", async () => {
  harness = await EngineHarness.open();
  const { engine } = harness;
  const other = { ...engine, treaty: { ...engine.treaty, hash: "another" } };
  await recordTreaty(engine);
  await lookAgain(engine);
  await recordTreaty(other);
  await recordTreaty(engine);
  expect(await needsLook(engine)).toBe(true);
  // A process that still has the other one cannot say that everything was judged by what is in force.
  await expect(lookAgain(other)).rejects.toThrow("another treaty is in force");
  expect(await needsLook(engine)).toBe(true);
});

test("a look in the middle of which a mode is changed, to and fro, is not the one after which all has been looked at", async () => {
  harness = await EngineHarness.openWithOrders();
  const { engine } = harness;
  await lookAgain(
    whenListed(async () => {
      for (const mode of ["observe", "enforce"] as const) await setMode(mode);
    }),
  );
  expect(await needsLook(engine)).toBe(true);
  await untilLooked();
});

test("a look that goes on by the modes of before leaves what lists filter by as the next one has derived it", async () => {
  harness = await EngineHarness.openWithOrders();
  await lookAgain(harness.engine);
  const other = await startReplica(harness, "other");
  const slow = await startReplica(harness, "slow");
  const engine = whenListed(async () => {
    await other.gateway.setSourceMode(CATALOG, "pause", undefined, ALICE);
  }, slow.engine);
  await lookAgain(engine);
  await untilLooked();
  expect((await harness.ledger.counts()).assetsByStatus).toEqual({ UNKNOWN: 2 });
});

test("setting the same mode again while everything is being looked at begins no other look", async () => {
  harness = await EngineHarness.openWithOrders();
  const { gateway } = await startReplica(harness, "other");
  let pages = 0;
  await setMode("observe");
  await lookAgain(
    whenListed(async () => {
      pages += 1;
      if (pages > 1) return;
      const listAssetIds = vi.spyOn(harness.ledger, "listAssetIds");
      expect((await gateway.setSourceMode(LAKEHOUSE, "observe", undefined, ALICE)).ok).toBe(true);
      expect(listAssetIds).not.toHaveBeenCalled();
    }),
  );
  await harness.engine.sources.refresh();
  expect(await needsLook(harness.engine)).toBe(false);
});

test("whoever dies at it leaves it to those who are there", async () => {
  harness = await EngineHarness.openWithOrders();
  const dying = whenListed(() => Promise.reject(new Error("killed")));
  await expect(lookAgain(dying)).rejects.toThrow("killed");
  await untilLooked();
});

test("a process that ends does not look on", async () => {
  harness = await EngineHarness.openWithOrders();
  const stopped = new AbortController();
  await setMode("observe");
  const engine = whenListed(async () => stopped.abort());
  const before = (await harness.ledger.counts()).workBySource;
  await harness.clock.run(runLooks(engine, stopped.signal));
  expect((await harness.ledger.counts()).workBySource).toEqual(before);
  expect(await needsLook(harness.engine)).toBe(true);
});

test("a look that fails is told of, and tried again ever more rarely", async () => {
  harness = await EngineHarness.openWithOrders();
  await setMode("observe");
  const stopped = new AbortController();
  const at: number[] = [];
  const engine = whenListed(() => {
    at.push(harness.clock.now());
    throw new Error("statement timeout");
  });
  const running = runLooks(engine, stopped.signal);
  while (at.length < 12) await harness.clock.advance(1_000);
  stopped.abort();
  await harness.clock.run(running);
  expect(harness.reports).toContainEqual({ event: "look-failed", facts: { error: "Error: statement timeout" } });
  const [first = 0, last = 0] = [at[0], at.at(-1)];
  expect(last - first).toBeGreaterThan(at.length * 10_000);
});

/** The engine, where something happens whenever a look lists what there is. */
function whenListed(happens: () => Promise<void>, engine = harness.engine): Engine {
  const listAssetIds: Ledger["listAssetIds"] = async (...args) => {
    await happens();
    return engine.ledger.listAssetIds(...args);
  };
  return { ...engine, ledger: { ...engine.ledger, listAssetIds } };
}

async function setMode(mode: Mode): Promise<void> {
  const settings = { [LOOKED_AGAIN_SETTING]: null };
  await updateSource(harness.engine, LAKEHOUSE, (it) => ({ record: { ...it, mode }, more: { settings } }));
}

async function untilLooked(): Promise<void> {
  const stopped = new AbortController();
  const running = runLooks(harness.engine, stopped.signal);
  while (await needsLook(harness.engine)) await harness.clock.advance(2_000);
  stopped.abort();
  await harness.clock.run(running);
}
