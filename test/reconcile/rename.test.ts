import { afterEach, describe, expect, test } from "vitest";
import { toTimestamp } from "../../src/ports/clock.ts";
import { ALICE, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";

const RENAMED = { kind: "TABLE" as const, name: ["sales", "all_orders"] };
const HOUR = 3_600_000;
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(): Promise<void> {
  harness = await EngineHarness.openWithOrders();
}

describe("a rename in the lakehouse", () => {
  test("keeps identity, values and history, and the catalog follows", async () => {
    await open();
    const before = await harness.state();
    harness.lakehouse.assets.rename(ORDERS, RENAMED.name);
    await harness.sync();
    const after = await harness.state("sales.all_orders");
    expect(after.asset.id).toBe(before.asset.id);
    expect(heldBy(harness.catalog, "domain", RENAMED)).toBe("sales");
    expect(heldBy(harness.catalog, "domain")).toBeUndefined();
    expect(after.drifts).toEqual([]);
    const kinds = (await harness.log()).filter((it) => it.asset === before.asset.id).map((it) => it.kind);
    expect(kinds.filter((it) => it === "ASSET_FOUND")).toHaveLength(1);
    expect(kinds).toContain("ASSET_RENAMED");
    expect((await harness.log("ASSET_RENAMED")).at(-1)).toMatchObject({
      before: "sales.orders",
      after: "sales.all_orders",
    });
    expect(await harness.log("ASSET_SUSPECTED", "ASSET_RETIRED")).toEqual([]);
  });

  test("is no absence where somebody has recorded more of the asset since the listing began (P9)", async () => {
    await open();
    const { lakehouse } = harness;
    const { asset } = await harness.state();
    lakehouse.assets.rename(ORDERS, RENAMED.name);
    lakehouse.read = async (refs) => refs.map(() => ({ kind: "missing" })); // as of a catalog that is asked by name
    const told = { kind: "WRITE_FAILED", actor: ALICE, source: LAKEHOUSE, asset: asset.id, name: asset.name } as const;
    const scan = lakehouse.scan.bind(lakehouse);
    lakehouse.scan = async function* (request, signal) {
      for await (const page of scan(request, signal)) {
        await harness.ledger.commit({ changes: [{ ...told, at: toTimestamp(harness.clock.now()) }] });
        yield page;
      }
    };
    for (let scans = 0; scans < 3; scans += 1) {
      expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true });
      await harness.clock.advance(2 * HOUR);
    }
    expect(await harness.log("ASSET_SUSPECTED", "ASSET_RETIRED")).toEqual([]);
    lakehouse.scan = scan;
    await harness.sync();
    expect((await harness.log("ASSET_RENAMED")).at(-1)).toMatchObject({ after: "sales.all_orders" });
  });

  test("is seen once even if the listing shows both names in one page", async () => {
    await open();
    const id = (await harness.state()).asset.id;
    const { stableId } = harness.lakehouse.assets.find({ ...ORDERS, stableId: null })?.ref ?? { stableId: null };
    harness.lakehouse.assets.put({ ...RENAMED, stableId, fields: { description: "Orders" } });
    const report = await harness.scan(LAKEHOUSE);
    expect(report).toMatchObject({ complete: true });
    await harness.rest();
    expect((await harness.ledger.counts()).assetsByKind).toMatchObject({ TABLE: 1 });
    expect((await harness.log("ASSET_RENAMED")).every((it) => it.asset === id)).toBe(true);
  });
});
