import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { boundsOf } from "../../src/reconcile/guard.ts";
import { runLane } from "../../src/reconcile/lane.ts";
import { reconcileAsset } from "../../src/reconcile/reconcile-asset.ts";
import { TREATY_DEFAULTS } from "../../src/treaty/treaty-text.ts";
import { CATALOG, EngineHarness, type HarnessOptions, heldBy, LAKEHOUSE, rules } from "../support/engine-harness.ts";

describe("the bounds of a run", () => {
  test("are a number of changes and a percentage of the assets, and of few assets no percentage is taken", () => {
    const guards = { ...TREATY_DEFAULTS.guards };
    expect(boundsOf(guards, 10)).toEqual({
      removal: { changes: 1_000, assets: 25 },
      rewrite: { changes: 10_000, assets: 25 },
      retirement: { changes: 1_000, assets: 25 },
    });
    expect(boundsOf(guards, 1_000)).toMatchObject({ removal: { assets: 100 }, rewrite: { assets: 500 } });
    expect(boundsOf({ ...guards, maxRetirementPercent: 3 }, 1_000)).toMatchObject({ retirement: { assets: 30 } });
  });
});

describe("a run that would change too much", () => {
  let harness: EngineHarness;
  afterEach(() => harness[Symbol.asyncDispose]());
  const names = Array.from({ length: 12 }, (_, index) => ["sales", `t${String(index).padStart(2, "0")}`]);
  const GUARDS = { guards: { maxRemovals: 5, maxRewrites: 5, maxRetirements: 5 } };

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
    const left = changed(field);
    expect(left).toBe(names.length - 5);
    expect(harness.registry.table().get(LAKEHOUSE)?.mode).toBe("observe");
    expect(await harness.log("GUARD_TRIPPED")).toMatchObject([
      {
        source: LAKEHOUSE,
        before: "enforce",
        after: "observe",
        detail: { scope: "writes", spent: { changes: 5, assets: 5 }, bound: { changes: 5, assets: 25 } },
      },
    ]);
    expect((await harness.ledger.counts()).driftsByKind).toEqual({ MIRROR_STALE: left });
    const { items } = await harness.ledger.pageReviews({}, { limit: 10 });
    expect(items.map((it) => it.item)).toMatchObject([
      {
        kind: "GUARD",
        state: "OPEN",
        source: LAKEHOUSE,
        scope: "writes",
        total: left,
        listed: left,
        modeBefore: "enforce",
      },
    ]);
    expect(await harness.log("REVIEW_OPENED")).toMatchObject([{ source: LAKEHOUSE, review: items[0]?.item.id }]);
    await harness.sync();
    expect(changed(field)).toBe(left);
  });

  test("by adopting stops too: the authority that would take over the sixth goes to observe, and nothing turns in circles", async () => {
    await open({ rules: rules({ onForeignWrite: "adopt" }) });
    for (const name of names) harness.lakehouse.assets.edit({ kind: "TABLE", name }, { domain: "finance" });
    await harness.sync();
    expect(changed("domain")).toBe(names.length - 5);
    expect(harness.registry.table().get(CATALOG)?.mode).toBe("observe");
    expect(await harness.log("GUARD_TRIPPED")).toMatchObject([
      { source: CATALOG, before: "enforce", after: "observe" },
    ]);
    expect((await harness.ledger.counts()).workBySource).toEqual({});
  });

  test("does not count what fills the empty", async () => {
    await open({});
    for (const name of names) harness.catalog.assets.edit({ kind: "TABLE", name }, { lifecycle: "active" });
    await harness.sync();
    expect(changed("lifecycle")).toBe(0);
    expect(await harness.log("GUARD_TRIPPED")).toEqual([]);
  });

  test("does not count what carries on an order given through the gateway, removals neither; a revert of it counts", async () => {
    await open({});
    for (const value of ["finance", null]) {
      for (const name of names)
        await harness.apply({ asset: { name: name.join(".") }, field: "domain", edit: { op: "set", value } });
      await harness.rest();
      expect(changed("domain")).toBe(0);
    }
    expect(await harness.log("GUARD_TRIPPED")).toEqual([]);
    for (const name of names) harness.lakehouse.assets.edit({ kind: "TABLE", name }, { domain: "foreign" });
    await harness.sync();
    expect(changed("domain")).toBe(names.length - 5);
  });

  test("is stopped for the next process too: a restart brings no new allowance, nor does a long sleep", async () => {
    await open({});
    for (const name of names) harness.catalog.assets.edit({ kind: "TABLE", name }, { domain: null });
    await harness.scan(CATALOG);
    const { clock } = harness;
    const [first, ...rest] = await harness.ledger.claimWork(LAKEHOUSE, "gateway:1", clock.now(), 60_000, 4);
    for (const it of [first, ...rest])
      if (it) await clock.run(reconcileAsset(harness.engine, it, new AbortController().signal));
    expect(changed("domain")).toBe(names.length - 4);
    await clock.advance(600_000);
    await harness.start();
    await harness.rest();
    expect(changed("domain")).toBe(names.length - 5);
    expect(await harness.log("GUARD_TRIPPED")).toHaveLength(1);
  });

  test("that nobody has been asked about, because the process died, is asked about by the next", async () => {
    await open({});
    for (const name of names) harness.catalog.assets.edit({ kind: "TABLE", name }, { domain: null });
    await harness.scan(CATALOG);
    await harness.start({
      source: (it) => it,
      ledger: (it) => ({
        ...it,
        commit: (commit) => (commit.reviews ? Promise.reject(new Error("died")) : it.commit(commit)),
      }),
    });
    await expect(harness.rest()).rejects.toThrow("died");
    expect((await harness.ledger.pageReviews({}, { limit: 5 })).items).toEqual([]);
    await harness.start();
    const stop = new AbortController();
    const lane = runLane(harness.engine, LAKEHOUSE, stop.signal);
    for (let turn = 0; turn < 20; turn += 1) {
      await harness.clock.advance(1_000);
      for (let count = 0; count < 50; count += 1) await setImmediate();
    }
    stop.abort();
    await lane;
    const { items } = await harness.ledger.pageReviews({ states: ["OPEN"] }, { limit: 5 });
    expect(items.map((it) => it.item)).toMatchObject([{ kind: "GUARD", total: names.length - 5 }]);
  });

  test("a listing that misses too many at once suspects none of them, and sets the source to observe", async () => {
    await open({});
    for (const name of names.slice(0, 6)) harness.lakehouse.assets.drop({ kind: "TABLE", name });
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ complete: true, suspected: 0 });
    expect(await harness.log("ASSET_SUSPECTED")).toEqual([]);
    expect(await harness.log("GUARD_TRIPPED")).toMatchObject([
      { source: LAKEHOUSE, detail: { effect: "retirement", spent: { assets: 6 } } },
    ]);
  });

  test("a listing that misses too many is told in observe mode too, once, and again when it misses none", async () => {
    await open({ mode: "observe" });
    const lost = names.slice(0, 6).map((name) => ({ kind: "TABLE" as const, name }));
    const kept = harness.lakehouse.assets.list().filter((it) => lost.some(({ name }) => name[1] === it.ref.name[1]));
    for (const it of lost) harness.lakehouse.assets.drop(it);
    for (let scans = 0; scans < 3; scans += 1) {
      const { error, suspected } = await harness.scan(LAKEHOUSE);
      expect([error?.message, suspected]).toEqual([expect.stringContaining("lacks more assets at once"), 0]);
    }
    const told = (await harness.log("SCAN_COMPLETED")).filter((it) => it.source === LAKEHOUSE);
    expect(told.filter((it) => JSON.stringify(it.detail).includes("lacks more assets"))).toHaveLength(1);
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
