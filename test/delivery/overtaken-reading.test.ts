import { expect, test } from "vitest";
import { applyReadings, type FreshReading, readFresh, toMarks } from "../../src/delivery/read-fresh.ts";
import { updateAsset } from "../../src/delivery/update-asset.ts";
import type { AssetState } from "../../src/domain/state.ts";
import type { Told } from "../../src/plan/observe.ts";
import { scanAlone } from "../../src/reconcile/scan-source.ts";
import { ALICE, CATALOG, EngineHarness, ORDERS } from "../support/engine-harness.ts";

/** With the domain "old", which the catalog has authority over. */
async function open(): Promise<EngineHarness> {
  const harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, columns: [], fields: {} });
  await harness.sync();
  await harness.apply({ field: "domain", edit: { op: "set", value: "old" } });
  return harness;
}

test("a read that began before a write came to its end does not undo what the write brought", async () => {
  await using harness = await open();
  const [id] = await harness.ledger.listAssetIds(undefined, 1);
  if (!id) throw new Error("There is no asset.");
  const [before] = await harness.catalog.read([{ ...ORDERS, stableId: null }], AbortSignal.timeout(1_000));
  if (before?.kind !== "found") throw new Error("The catalog does not have it.");
  await harness.apply({ field: "domain", edit: { op: "set", value: "new" } });
  const head = await harness.ledger.head();
  const log = (await harness.ledger.readLog(0, 500, { kinds: ["WRITE_INTENDED"] })).changes;
  const from = log.at(-1)?.position ?? 0;
  const late: FreshReading = {
    source: CATALOG,
    sight: { at: "2026-01-01T00:00:00.000Z", from, to: from },
    result: before,
    writes: [],
  };
  const { engine } = harness;
  await updateAsset(engine, id, (state) => {
    const { changes, state: next } = applyReadings(engine, state, [late]);
    return { next, commit: { changes }, value: undefined };
  });
  expect((await harness.view("domain")).value).toBe("new");
  expect(await harness.ledger.head()).toBe(head);
});

test("an answer that comes late does not tell as the newest what somebody has replaced meanwhile", async () => {
  await using harness = await open();
  const write = harness.catalog.write.bind(harness.catalog);
  harness.catalog.write = async (it, signal) => {
    const answer = await write(it, signal);
    harness.catalog.assets.edit(ORDERS, { domain: "theirs" });
    await scanAlone(harness.engine, harness.catalog, () => undefined, signal);
    return answer;
  };
  const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "mine" } });
  expect(outcome.userErrors).toEqual([]);
  const told = (await harness.log("FIELD_CHANGED")).filter((it) => it.field === "domain").map((it) => it.after);
  expect(told).toEqual(["old", "theirs"]);
  expect((await harness.view("domain")).value).toBe("theirs");
  expect((await harness.log("WRITE_APPLIED")).at(-1)).toMatchObject({ after: { domain: "mine" } });
});

test("an answer that others have gone beyond, of a source that cannot be read again, is left open until it can: the change is its writer's", async () => {
  await using harness = await open();
  const { catalog } = harness;
  const [read, write] = [catalog.read.bind(catalog), catalog.write.bind(catalog)];
  catalog.write = async (it, signal) => {
    catalog.assets.edit(ORDERS, { "custom.note": "theirs" });
    await scanAlone(harness.engine, catalog, () => undefined, signal);
    catalog.read = async (refs) => refs.map(() => ({ kind: "failed", error: { code: "server", message: "down" } }));
    return write(it, signal);
  };
  const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "mine" } });
  expect(outcome.userErrors).toMatchObject([{ code: "OUTCOME_UNKNOWN", message: expect.stringContaining(CATALOG) }]);
  catalog.read = read;
  await harness.clock.advance(60_000);
  expect(await harness.settle(CATALOG)).toBe(1);
  const told = (await harness.log("FIELD_CHANGED")).filter((it) => it.field === "domain");
  expect(told.map((it) => [it.after, it.actor])).toEqual([
    ["old", ALICE],
    ["mine", ALICE],
  ]);
});

test("an answer that others have gone beyond, of a record that is gone by then, stands all the same", async () => {
  await using harness = await open();
  const { catalog } = harness;
  const write = catalog.write.bind(catalog);
  catalog.write = async (it, signal) => {
    catalog.assets.edit(ORDERS, { "custom.note": "theirs" });
    await scanAlone(harness.engine, catalog, () => undefined, signal);
    const answer = await write(it, signal);
    catalog.assets.drop(ORDERS);
    return answer;
  };
  const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "mine" } });
  expect(outcome.userErrors).toEqual([]);
  expect((await harness.log("WRITE_APPLIED")).at(-1)).toMatchObject({ after: { domain: "mine" } });
  expect(await harness.ledger.listIntents({})).toEqual([]);
});

test("of two reads that began at the same position of the log the older does not undo what the newer brought, and the source is read again", async () => {
  await using harness = await open();
  await harness.rest();
  const { engine } = harness;
  const state = await harness.state();
  const signal = AbortSignal.timeout(1_000);
  const older = await readFresh(engine, state, [CATALOG], signal);
  harness.catalog.assets.edit(ORDERS, { domain: "new" });
  const newer = await readFresh(engine, state, [CATALOG], signal);
  expect(newer.readings[0]?.sight.from).toBe(older.readings[0]?.sight.from);
  for (const { readings } of [newer, older]) {
    const record = (now: AssetState, told: Told) => {
      const observed = applyReadings(engine, now, readings, told);
      const dirty = toMarks(now.asset.id, observed);
      return { next: observed.state, commit: { changes: observed.changes, dirty }, value: undefined };
    };
    await updateAsset(engine, state.asset.id, record, readings);
  }
  expect((await harness.view("domain")).value).toBe("new");
  const told = (await harness.log("FIELD_CHANGED")).filter((it) => it.field === "domain").map((it) => it.after);
  expect(told).toEqual(["old", "new"]);
  const work = await harness.ledger.claimWork(CATALOG, "somebody", harness.clock.now(), 1_000, 9);
  expect(work).toMatchObject([{ asset: state.asset.id, reread: true }]);
});
