import { expect, test } from "vitest";
import { applyReadings, type FreshReading } from "../../src/delivery/read-fresh.ts";
import { updateAsset } from "../../src/delivery/update-asset.ts";
import { CATALOG, EngineHarness, ORDERS } from "../support/engine-harness.ts";

test("a read that began before a write came to its end does not undo what the write brought", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, columns: [], fields: {} });
  await harness.sync();
  await harness.apply({ field: "domain", edit: { op: "set", value: "old" } });
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
