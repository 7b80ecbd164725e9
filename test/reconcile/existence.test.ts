import { afterEach, describe, expect, test } from "vitest";
import { openEmbeddedCatalog } from "../../sources/embedded/source.ts";
import {
  ALICE,
  CATALOG,
  EngineHarness,
  type HarnessOptions,
  heldBy,
  LAKEHOUSE,
  ORDERS,
  rules,
} from "../support/engine-harness.ts";
import { countingIds } from "../support/seeded.ts";

const HOUR = 3_600_000;
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(options: HarnessOptions = {}): Promise<void> {
  harness = await EngineHarness.open(options);
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "Orders" } });
  await harness.sync();
  await harness.apply({ field: "domain", edit: { op: "set", value: "sales" } });
  await harness.sync();
}

describe("a table that is dropped", () => {
  test("is SUSPECTED by the first complete listing without it, RETIRED after the misses and the grace period", async () => {
    await open();
    harness.lakehouse.assets.drop(ORDERS);
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, suspected: 1, retired: 0 });
    expect((await harness.state()).asset.state).toBe("SUSPECTED");
    await harness.rest();
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ suspected: 0, retired: 0 });
    await harness.clock.advance(HOUR);
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ retired: 1 });
    expect((await harness.state()).asset).toMatchObject({ state: "RETIRED", retiredAt: expect.any(String) });
    expect((await harness.log("ASSET_SUSPECTED", "ASSET_RETIRED")).map((it) => it.kind)).toEqual([
      "ASSET_SUSPECTED",
      "ASSET_RETIRED",
    ]);
    await harness.rest();
    const head = await harness.ledger.head();
    await harness.sync();
    expect(await harness.ledger.head()).toBe(head);
  });

  test("is RETIRED by the first complete listing without it where the treaty wants one miss and no grace period", async () => {
    harness = await EngineHarness.open({ treaty: { deletion: { misses: 1, gracePeriod: "PT0S" } } });
    for (const source of [harness.lakehouse, harness.catalog]) source.assets.put(ORDERS);
    await harness.sync();
    harness.lakehouse.assets.drop(ORDERS);
    const scan = harness.lakehouse.scan.bind(harness.lakehouse);
    harness.lakehouse.scan = async function* (request, signal) {
      yield* scan(request, signal);
      await harness.clock.sleep(1_000, signal);
    };
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, retired: 1, tookMs: 1_000 });
  });

  test("is not retired by the grace period alone", async () => {
    await open();
    harness.lakehouse.assets.drop(ORDERS);
    await harness.scan(LAKEHOUSE);
    await harness.clock.advance(10 * HOUR);
    await harness.rest();
    expect((await harness.state()).asset.state).toBe("SUSPECTED");
  });

  test("is not retired by a listing that began within the grace period, however long it took", async () => {
    await open();
    const { lakehouse } = harness;
    const scan = lakehouse.scan.bind(lakehouse);
    lakehouse.assets.drop(ORDERS);
    await harness.scan(LAKEHOUSE);
    lakehouse.scan = async function* (request, signal) {
      yield* scan(request, signal);
      await harness.clock.sleep(HOUR, signal);
    };
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, retired: 0, tookMs: HOUR });
    expect((await harness.state()).asset.state).toBe("SUSPECTED");
    lakehouse.scan = scan;
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, retired: 1 });
  });

  test("takes no mutation, and nothing is written to its mirrors", async () => {
    await open();
    harness.lakehouse.assets.drop(ORDERS);
    await harness.scan(LAKEHOUSE);
    const writes = harness.catalog.calls.writeCalls;
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    expect(outcome.userErrors).toMatchObject([
      { code: "ASSET_RETIRED", message: expect.stringContaining("SUSPECTED") },
    ]);
    await harness.rest();
    expect(harness.catalog.calls.writeCalls).toBe(writes);
  });

  test("leaves an orphan in the catalog, which is told, and ends when the catalog drops it too", async () => {
    await open();
    harness.lakehouse.assets.drop(ORDERS);
    for (const wait of [0, HOUR]) {
      await harness.clock.advance(wait);
      await harness.sync();
    }
    expect((await harness.state()).asset.state).toBe("RETIRED");
    expect(await harness.drifts()).toMatchObject([{ kind: "ORPHAN", source: CATALOG, found: "sales.orders" }]);
    harness.catalog.assets.drop(ORDERS);
    await harness.sync();
    expect(await harness.drifts()).toEqual([]);
  });

  test("that comes back is restored with everything it had", async () => {
    await open();
    const { ref } = harness.lakehouse.assets.list()[0] ?? { ref: undefined };
    harness.lakehouse.assets.drop(ORDERS);
    await harness.sync();
    harness.lakehouse.assets.put({
      ...ORDERS,
      stableId: ref?.stableId ?? null,
      fields: { description: "Orders", domain: "sales" },
    });
    await harness.sync();
    expect((await harness.state()).asset).toMatchObject({ state: "ACTIVE" });
    expect(await harness.log("ASSET_RESTORED")).toHaveLength(1);
    expect(await harness.view("domain")).toMatchObject({ status: "IN_SYNC", value: "sales" });
  });

  test("keeps its open drifts while it is only SUSPECTED", async () => {
    await open({ rules: rules({ onForeignWrite: "review" }) });
    harness.catalog.assets.edit(ORDERS, { description: "by a steward" });
    await harness.sync();
    expect(await harness.drifts()).toMatchObject([{ kind: "FOREIGN_WRITE", source: CATALOG }]);
    harness.lakehouse.assets.drop(ORDERS);
    await harness.scan(LAKEHOUSE);
    await harness.rest();
    expect(await harness.drifts()).toMatchObject([{ kind: "FOREIGN_WRITE", source: CATALOG, state: "IN_REVIEW" }]);
  });
});

describe("drop and recreate under the same name", () => {
  test("makes a new asset that inherits nothing, not even from the catalog", async () => {
    await open({
      openCatalog: (ledger, clock) =>
        openEmbeddedCatalog({ id: CATALOG, database: ledger.database, clock, ids: countingIds() }),
    });
    const old = (await harness.state()).asset.id;
    harness.lakehouse.assets.drop(ORDERS);
    harness.lakehouse.assets.put({ ...ORDERS });
    await harness.sync();
    const fresh = await harness.state();
    expect(fresh.asset.id).not.toBe(old);
    expect(await harness.view("domain")).toMatchObject({ value: null, status: "IN_SYNC" });
    expect(heldBy(harness.lakehouse, "domain")).toBeNull();
    const set = await harness.apply({ field: "owners", edit: { op: "set", value: ["bob"] } });
    expect(set.userErrors).toEqual([]);
    await harness.clock.advance(HOUR);
    await harness.sync();
    await harness.sync();
    expect(await harness.view("domain")).toMatchObject({ value: null, status: "IN_SYNC" });
    expect(heldBy(harness.lakehouse, "domain")).toBeNull();
    expect(heldBy(harness.lakehouse, "owners")).toEqual([{ principal: "bob", role: null }]);
    const [before] = await harness.ledger.loadStates([old]);
    expect(before?.asset.state).toBe("RETIRED");
    expect(before?.drifts).toMatchObject([{ kind: "ORPHAN" }]);
    expect((await harness.state()).drifts).toEqual([]);
  });
});

describe("a listing that is not complete", () => {
  const gone = async (): Promise<void> => {
    await open();
    harness.lakehouse.assets.put({ kind: "TABLE", name: ["sales", "other"] });
    await harness.sync();
    harness.lakehouse.assets.drop(ORDERS);
  };
  const untouched = async (): Promise<void> => {
    expect((await harness.state()).asset.state).toBe("ACTIVE");
    expect(await harness.log("ASSET_SUSPECTED", "ASSET_RETIRED")).toEqual([]);
    expect((await harness.ledger.counts()).assetsByKind).toMatchObject({ TABLE: 2 });
  };

  test("because it breaks off half-way suspects nothing", async () => {
    await gone();
    harness.lakehouse.scanBreaksAfter = 1;
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: false, error: { code: "server" } });
    await untouched();
    expect(await harness.log("SCAN_INCOMPLETE")).toHaveLength(1);
    await harness.scan(LAKEHOUSE);
    expect(await harness.log("SCAN_INCOMPLETE")).toHaveLength(1);
  });

  test("because the source is down or forbids it suspects nothing", async () => {
    await gone();
    for (const code of ["unreachable", "forbidden"] as const) {
      harness.lakehouse.down = { code, message: code };
      expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: false, error: { code } });
      await untouched();
    }
  });

  test("because it ends without saying so suspects nothing", async () => {
    await gone();
    const { lakehouse } = harness;
    const scan = lakehouse.scan.bind(lakehouse);
    lakehouse.scan = async function* (request, signal) {
      for await (const page of scan(request, signal)) yield { assets: page.assets };
    };
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: false, error: { code: "protocol" } });
    await untouched();
  });

  test("because it throws suspects nothing, and what was read before is kept", async () => {
    await gone();
    const { lakehouse } = harness;
    lakehouse.scan = async function* () {
      yield { assets: [] };
      throw new Error("boom");
    };
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({
      complete: false,
      error: { code: "protocol", message: expect.stringContaining("boom") },
    });
    await untouched();
  });

  test("an asset that is listed but cannot be read is not missing", async () => {
    await open();
    harness.lakehouse.unreadable.set("sales.orders", { code: "server", message: "500" });
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, failed: 1, suspected: 0 });
    expect((await harness.state()).asset.state).toBe("ACTIVE");
  });

  test("what is listed under an unknown name and cannot be read may be what is missing: nothing is suspected", async () => {
    await open();
    const { lakehouse } = harness;
    lakehouse.assets.drop(ORDERS);
    const unread = { kind: "TABLE" as const, name: ["sales", "all_orders"], stableId: null };
    const scan = lakehouse.scan.bind(lakehouse);
    lakehouse.scan = async function* () {
      const error = { code: "server", message: "500" } as const;
      yield { assets: [{ kind: "failed", ref: unread, error }], end: { complete: true } };
    };
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, failed: 1, suspected: 0 });
    expect((await harness.state()).asset.state).toBe("ACTIVE");
    lakehouse.scan = scan;
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, suspected: 1 });
  });

  test("an asset that a complete listing forgot is asked for by itself before it is suspected", async () => {
    await open();
    const { lakehouse } = harness;
    lakehouse.scan = async function* () {
      const ref = { kind: "NAMESPACE" as const, name: ["always"], stableId: null };
      yield { assets: [{ kind: "vanished", ref }], end: { complete: true } };
    };
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, suspected: 0 });
    lakehouse.unreadable.set("sales.orders", { code: "timeout", message: "slow" });
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, suspected: 0 });
    expect((await harness.state()).asset.state).toBe("ACTIVE");
  });

  test("because it is empty suspects nothing, however complete it says it is", async () => {
    await open();
    const { lakehouse } = harness;
    for (const { ref } of lakehouse.assets.list()) lakehouse.assets.drop(ref);
    const report = await harness.scan(LAKEHOUSE);
    expect(report).toMatchObject({
      complete: false,
      suspected: 0,
      error: { message: expect.stringContaining("empty") },
    });
    expect((await harness.state()).asset.state).toBe("ACTIVE");
  });

  test("that was complete before is told once when it becomes complete again", async () => {
    await gone();
    harness.lakehouse.scanBreaksAfter = 1;
    await harness.scan(LAKEHOUSE);
    harness.lakehouse.scanBreaksAfter = undefined;
    const completed = (await harness.log("SCAN_COMPLETED")).length;
    await harness.scan(LAKEHOUSE);
    expect(await harness.log("SCAN_COMPLETED")).toHaveLength(completed + 1);
  });
});

describe("a catalog", () => {
  test("that holds what no lakehouse has is told as an orphan, once the lakehouse has been listed completely", async () => {
    await open();
    harness.catalog.assets.put({ kind: "TABLE", name: ["old", "table"], fields: { domain: "x" } });
    await harness.scan(CATALOG);
    await harness.rest();
    expect(await harness.drifts("old.table")).toEqual([]);
    await harness.scan(LAKEHOUSE);
    await harness.rest();
    expect(await harness.drifts("old.table")).toMatchObject([{ kind: "ORPHAN", source: CATALOG }]);
    harness.catalog.assets.drop({ kind: "TABLE", name: ["old", "table"] });
    await harness.sync();
    expect(await harness.drifts("old.table")).toEqual([]);
  });

  test("that knows an asset before the lakehouse does gives it its values, not another asset", async () => {
    harness = await EngineHarness.open();
    harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales" } });
    await harness.scan(CATALOG);
    harness.lakehouse.assets.put({ ...ORDERS });
    await harness.sync();
    expect((await harness.ledger.counts()).assetsByKind).toMatchObject({ TABLE: 1 });
    expect(heldBy(harness.lakehouse, "domain")).toBe("sales");
    const found = (await harness.log("ASSET_FOUND", "ASSET_BOUND")).filter((it) => it.name === "sales.orders");
    expect(found.map((it) => it.source)).toEqual([CATALOG, LAKEHOUSE]);
  });

  test("that turns out to hold a text the lakehouse lacks is not emptied, whichever is scanned first (P7)", async () => {
    harness = await EngineHarness.open({ rules: rules({ onFirstSight: "review" }) });
    harness.lakehouse.assets.put({ ...ORDERS });
    harness.catalog.assets.put({ ...ORDERS, fields: { description: "by a steward" } });
    await harness.scan(LAKEHOUSE);
    await harness.rest();
    await harness.sync();
    expect(heldBy(harness.catalog, "description")).toBe("by a steward");
    expect(await harness.drifts()).toMatchObject([{ kind: "FIRST_SIGHT", state: "IN_REVIEW" }]);
  });

  test("that lost an asset is told, and told again when it has it back", async () => {
    await open();
    const { fields = {} } = harness.catalog.assets.find({ ...ORDERS, stableId: null }) ?? {};
    const ref = harness.catalog.assets.find({ ...ORDERS, stableId: null })?.ref;
    harness.catalog.assets.drop(ORDERS);
    await harness.sync();
    expect(await harness.drifts()).toMatchObject([{ kind: "MISSING_IN_MIRROR", source: CATALOG }]);
    expect(heldBy(harness.lakehouse, "domain")).toBe("sales");
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } }, ALICE);
    expect(outcome.userErrors).toMatchObject([{ code: "SOURCE_UNAVAILABLE" }]);
    expect(Object.keys(fields)).toContain("domain");
    harness.catalog.assets.put({
      ...ORDERS,
      stableId: ref?.stableId ?? null,
      fields: { domain: "sales", description: "Orders" },
    });
    await harness.sync();
    expect(await harness.drifts()).toEqual([]);
    expect((await harness.log("DRIFT_RESOLVED")).at(-1)).toMatchObject({
      detail: { kind: "MISSING_IN_MIRROR", resolution: "restored" },
    });
  });
});
