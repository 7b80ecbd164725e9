import { afterEach, describe, expect, test } from "vitest";
import type { AssetId } from "../../src/domain/ids.ts";
import { Allowance, boundsOf } from "../../src/reconcile/guard.ts";
import { workOnce } from "../../src/reconcile/lane.ts";
import { CATALOG, EngineHarness, type HarnessOptions, heldBy, LAKEHOUSE, rules } from "../support/engine-harness.ts";

const A = "asset:a" as AssetId;
const B = "asset:b" as AssetId;

describe("the bounds of a run", () => {
  test("are the lesser of the absolute and the percentage, and of few assets no percentage is taken", () => {
    const guards = { maxRemovals: 1_000, maxRemovalPercent: 10, maxRewrites: 10_000, maxRewritePercent: 50 };
    expect(boundsOf(guards, 10)).toEqual({ removals: 25, rewrites: 25 });
    expect(boundsOf(guards, 1_000)).toEqual({ removals: 100, rewrites: 500 });
    expect(boundsOf(guards, 1_000_000)).toEqual({ removals: 1_000, rewrites: 10_000 });
    expect(boundsOf({ ...guards, maxRemovals: 3 }, 1_000)).toEqual({ removals: 3, rewrites: 500 });
  });
});

describe("an allowance", () => {
  test("refuses the one too many, and spends nothing on it", () => {
    const allowance = new Allowance({ removals: 2, rewrites: 3 });
    expect(allowance.take(A, { removals: 2, rewrites: 0 })).toBe(true);
    expect(allowance.take(B, { removals: 1, rewrites: 0 })).toBe(false);
    expect(allowance.take(B, { removals: 0, rewrites: 3 })).toBe(true);
    expect(allowance.spent).toEqual({ removals: 2, rewrites: 3 });
  });

  test("counts what is tried again once", () => {
    const allowance = new Allowance({ removals: 2, rewrites: 2 });
    for (let count = 0; count < 5; count += 1) expect(allowance.take(A, { removals: 1, rewrites: 1 })).toBe(true);
    expect(allowance.spent).toEqual({ removals: 1, rewrites: 1 });
  });

  test("grows with the number of assets, and never shrinks", () => {
    const allowance = new Allowance({ removals: 2, rewrites: 2 });
    expect(allowance.widen({ removals: 2, rewrites: 2 })).toBe(false);
    expect(allowance.widen({ removals: 5, rewrites: 2 })).toBe(true);
    expect(allowance.take(A, { removals: 5, rewrites: 0 })).toBe(true);
  });
});

describe("a run that would change too much", () => {
  let harness: EngineHarness;
  afterEach(() => harness[Symbol.asyncDispose]());
  const names = Array.from({ length: 12 }, (_, index) => ["sales", `t${String(index).padStart(2, "0")}`]);
  const GUARDS = { guards: { maxRemovals: 5, maxRewrites: 5 } };

  async function open(options: HarnessOptions): Promise<void> {
    harness = await EngineHarness.open({
      treaty: { ...GUARDS, deletion: { misses: 2, gracePeriod: "PT1H" } },
      ...options,
    });
    for (const name of names) {
      harness.lakehouse.assets.put({ kind: "TABLE", name, fields: { domain: "sales", owners: ["a", "b"] } });
      harness.catalog.assets.put({ kind: "TABLE", name, fields: { domain: "sales", owners: ["a", "b"] } });
    }
    await harness.sync();
  }

  const changed = (field: string): number =>
    names.filter(
      (name) =>
        JSON.stringify(heldBy(harness.lakehouse, field, { kind: "TABLE", name })) !==
        JSON.stringify(heldBy(harness.catalog, field, { kind: "TABLE", name })),
    ).length;

  test.each([
    ["removals of whole values", "domain", null],
    ["removals of elements", "owners", ["a"]],
    ["rewrites", "domain", "finance"],
  ])("stops before the sixth of the %s, sets the mirror to observe and says so once", async (_, field, value) => {
    await open({});
    for (const name of names) harness.catalog.assets.edit({ kind: "TABLE", name }, { [field]: value });
    await harness.sync();
    // Workers side by side: one that has not written yet when another trips the guard writes nothing.
    const left = changed(field);
    expect(left).toBeGreaterThanOrEqual(names.length - 5);
    expect(harness.registry.table().get(LAKEHOUSE)?.mode).toBe("observe");
    expect(await harness.log("GUARD_TRIPPED")).toMatchObject([
      {
        source: LAKEHOUSE,
        before: "enforce",
        after: "observe",
        detail: { spent: expect.any(Object), bounds: { removals: 5, rewrites: 5 } },
      },
    ]);
    expect((await harness.ledger.counts()).driftsByKind).toEqual({ MIRROR_STALE: left });
    await harness.sync();
    expect(changed(field)).toBe(left);
  });

  test("by adopting stops too: the authority that would take over the sixth goes to observe, and nothing turns in circles", async () => {
    await open({ rules: rules({ onForeignWrite: "adopt" }) });
    for (const name of names) harness.lakehouse.assets.edit({ kind: "TABLE", name }, { domain: "finance" });
    await harness.sync();
    expect(changed("domain")).toBeGreaterThanOrEqual(names.length - 5);
    expect(harness.registry.table().get(CATALOG)?.mode).toBe("observe");
    expect(await harness.log("GUARD_TRIPPED")).toMatchObject([
      { source: CATALOG, before: "enforce", after: "observe" },
    ]);
    expect((await harness.ledger.counts()).workBySource).toEqual({});
  });

  test("by bounds of a time with fewer assets goes on under those of now, however many meet the old ones at once", async () => {
    await open({ treaty: {} });
    for (const name of names) harness.catalog.assets.edit({ kind: "TABLE", name }, { domain: "finance" });
    await harness.scan(CATALOG);
    const old = new Allowance({ removals: 1, rewrites: 1 });
    const { clock, engine } = harness;
    await clock.run(workOnce(engine, LAKEHOUSE, old, new AbortController().signal));
    expect(await harness.log("GUARD_TRIPPED")).toEqual([]);
    await harness.rest();
    expect(changed("domain")).toBe(0);
  });

  test("does not count what fills the empty", async () => {
    await open({});
    for (const name of names) harness.catalog.assets.edit({ kind: "TABLE", name }, { lifecycle: "active" });
    await harness.sync();
    expect(changed("lifecycle")).toBe(0);
    expect(await harness.log("GUARD_TRIPPED")).toEqual([]);
  });

  test("a listing that misses too many at once suspects none of them, and sets the source to observe", async () => {
    await open({});
    for (const name of names.slice(0, 6)) harness.lakehouse.assets.drop({ kind: "TABLE", name });
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, suspected: 0 });
    expect(await harness.log("ASSET_SUSPECTED")).toEqual([]);
    expect(await harness.log("GUARD_TRIPPED")).toMatchObject([
      { source: LAKEHOUSE, detail: { spent: { removals: 6 } } },
    ]);
    for (const name of names.slice(0, 1)) harness.lakehouse.assets.put({ kind: "TABLE", name, stableId: "back" });
  });

  test("a listing that misses too many is told in observe mode too, once, and again when it misses none", async () => {
    await open({ mode: "observe" });
    const lost = names.slice(0, 6).map((name) => ({ kind: "TABLE" as const, name }));
    const kept = harness.lakehouse.assets.list().filter((it) => lost.some(({ name }) => name[1] === it.ref.name[1]));
    for (const it of lost) harness.lakehouse.assets.drop(it);
    for (let scans = 0; scans < 3; scans += 1) {
      const { error, suspected } = await harness.scan(LAKEHOUSE);
      expect([error?.message, suspected]).toEqual([expect.stringContaining("lacks more than 5 assets at once"), 0]);
    }
    const told = (await harness.log("SCAN_COMPLETED")).filter((it) => it.source === LAKEHOUSE);
    expect(told.filter((it) => JSON.stringify(it.detail).includes("lacks more than 5"))).toHaveLength(1);
    for (const { ref } of kept) harness.lakehouse.assets.put(ref);
    expect((await harness.scan(LAKEHOUSE)).error).toBeUndefined();
    expect((await harness.log("SCAN_COMPLETED")).filter((it) => it.source === LAKEHOUSE)).toHaveLength(told.length + 1);
  });

  test("a listing that misses as many as may be suspects them", async () => {
    await open({});
    for (const name of names.slice(0, 5)) harness.lakehouse.assets.drop({ kind: "TABLE", name });
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, suspected: 5 });
    expect(await harness.log("GUARD_TRIPPED")).toEqual([]);
  });
});
