import { afterEach, expect, test } from "vitest";
import { updateSource } from "../../src/delivery/update-source.ts";
import { LOOKED_AGAIN_SETTING } from "../../src/ports/ledger.ts";
import { lookAgain, lookIfLeft, needsLook } from "../../src/reconcile/look-again.ts";
import { recordTreaty } from "../../src/server/record-treaty.ts";
import { EngineHarness, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";

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
  expect(await lookAgain(next)).toBeGreaterThan(0);
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
  const listAssetIds: typeof engine.ledger.listAssetIds = async (...args) => {
    for (const mode of ["observe", "enforce"] as const) {
      const settings = { [LOOKED_AGAIN_SETTING]: null };
      await updateSource(engine, LAKEHOUSE, (it) => ({ record: { ...it, mode }, more: { settings } }));
    }
    return engine.ledger.listAssetIds(...args);
  };
  await lookAgain({ ...engine, ledger: { ...engine.ledger, listAssetIds } });
  expect(await needsLook(engine)).toBe(true);
  await lookIfLeft(engine);
  expect(await needsLook(engine)).toBe(false);
});

test("whoever dies at it leaves it to those who are there", async () => {
  harness = await EngineHarness.openWithOrders();
  const { engine } = harness;
  const listAssetIds = () => Promise.reject(new Error("killed"));
  await expect(lookAgain({ ...engine, ledger: { ...engine.ledger, listAssetIds } })).rejects.toThrow("killed");
  await lookIfLeft(engine);
  expect(await needsLook(engine)).toBe(false);
});
