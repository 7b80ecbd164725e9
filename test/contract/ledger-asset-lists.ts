import { fc, test as propertyTest } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AssetFilter, AssetOrder, Ledger, Page, PageRequest } from "../../src/ports/ledger.ts";
import { accept, assetId, change, drift, driftId, LAKE, newAsset, seconds } from "../support/ledger-fixtures.ts";
import { anyFilter, anyOrder, listedAssets, listNaively } from "../support/listed-assets.ts";
import type { OpenLedger } from "./ledger-contract.ts";

export function describeAssetLists(open: OpenLedger): void {
  describe("lists", () => {
    let ledger: Ledger;
    beforeAll(async () => {
      ledger = await open();
      for (const batch of listedAssets) await accept(ledger, batch.commit);
    });
    afterAll(() => ledger[Symbol.asyncDispose]());

    propertyTest.prop([anyFilter, anyOrder], { numRuns: 150 })(
      "a filter and an order give what looking at every asset gives",
      async (filter, order) => {
        const { items } = await ledger.pageAssets(filter, order, { limit: 1_000 });
        expect(items.map((it) => it.item)).toEqual(listNaively(filter, order));
      },
    );

    const page = fc.record({ limit: fc.integer({ min: 1, max: 9 }), backwards: fc.boolean() });
    propertyTest.prop([anyFilter, anyOrder, page], { numRuns: 40 })(
      "paging through gives every asset once, in order, and knows where it ends",
      async (filter, order, { limit, backwards }) => {
        const pages = await pageThrough((request) => ledger.pageAssets(filter, order, request), limit, backwards);
        expect(pages.flatMap((it) => it.items.map(({ item }) => item))).toEqual(listNaively(filter, order));
        for (const [index, it] of pages.entries()) {
          expect([it.hasPrevious, it.hasNext]).toEqual([index > 0, index < pages.length - 1]);
        }
      },
    );

    test("a page between two cursors says what lies outside it", async () => {
      const order: AssetOrder = { by: "name", direction: "asc" };
      const all = await ledger.pageAssets({}, order, { limit: 1_000 });
      const cursor = (n: number): string => all.items.at(n)?.cursor ?? "";
      const between = await ledger.pageAssets({}, order, { limit: 50, after: cursor(0), before: cursor(3) });
      expect(between).toEqual({ items: all.items.slice(1, 3), hasPrevious: true, hasNext: true });
      const nothing = { items: [], hasPrevious: true, hasNext: true };
      expect(await ledger.pageAssets({}, order, { limit: 50, after: cursor(0), before: cursor(1) })).toEqual(nothing);
      expect(await ledger.pageAssets({}, order, { limit: 50, after: cursor(-1) })).toEqual({
        ...nothing,
        hasNext: false,
      });
      expect(await ledger.pageAssets({}, order, { limit: 50, before: cursor(0) })).toEqual({
        ...nothing,
        hasPrevious: false,
      });
      expect(await ledger.pageAssets({}, order, { limit: 0 })).toEqual({
        items: [],
        hasPrevious: false,
        hasNext: true,
      });
    });

    test("a cursor that is none, or is of another list, says so", async () => {
      const byName: AssetOrder = { by: "name", direction: "asc" };
      const { items } = await ledger.pageAssets({}, byName, { limit: 1 });
      const cursor = items[0]?.cursor ?? "";
      const read = (order: AssetOrder, after: string) => ledger.pageAssets({}, order, { limit: 1, after });
      for (const bad of [
        "",
        "x",
        "W10",
        Buffer.from('["assets:name",null,""]').toString("base64url"),
        "🦉",
        "9".repeat(50_000),
      ]) {
        await expect(read(byName, bad)).rejects.toThrow(TypeError);
      }
      await expect(read({ by: "changed", direction: "asc" }, cursor)).rejects.toThrow(/Not a cursor of this list/);
      await expect(ledger.pageDrifts({}, { limit: 1, after: cursor })).rejects.toThrow(/Not a cursor of this list/);
      await expect(ledger.pageAssets({}, byName, { limit: 1.5 })).rejects.toThrow(/0 to 10000/);
    });

    test("a pattern that is none, and a filter without bounds, are refused with what to do", async () => {
      const read = (filter: AssetFilter) => ledger.pageAssets(filter, { by: "name", direction: "asc" }, { limit: 1 });
      await expect(read({ names: ['sales."'] })).rejects.toThrow(/Not a pattern of names/);
      let deep: AssetFilter = {};
      for (let n = 0; n < 300; n++) deep = { not: deep };
      await expect(read(deep)).rejects.toThrow(/at most 200 filters/);
      await expect(read({ names: Array.from({ length: 101 }, (_, n) => `a${n}.*`) })).rejects.toThrow(
        /at most 100 patterns/,
      );
    });
  });

  test("an asset that changes moves to the end of the order by change, at the position of its commit", async () => {
    await using ledger = await open();
    await accept(ledger, { assets: [newAsset(1), newAsset(2)], changes: [change(), change()] });
    await accept(ledger, { assets: [{ id: assetId(1), expectedRevision: 1 }], changes: [change()] });
    const list = async (filter: AssetFilter) =>
      (await ledger.pageAssets(filter, { by: "changed", direction: "asc" }, { limit: 9 })).items.map((it) => it.item);
    expect(await list({})).toEqual([assetId(2), assetId(1)]);
    expect(await list({ changedSince: 2 })).toEqual([assetId(1)]);
    expect(await list({ changedSince: 3 })).toEqual([]);
  });

  test("drifts are listed in the order of their opening, by each part of a filter", async () => {
    await using ledger = await open();
    const conflict = drift(1, { kind: "CONFLICT", path: "columns.a.b.description" as never, openedAt: seconds(1) });
    const waived = drift(2, { asset: assetId(2), state: "WAIVED", openedAt: seconds(2), source: "other" as never });
    await accept(ledger, {
      assets: [newAsset(2, { asset: { name: "hr.people" }, drifts: [waived] })],
      changes: [change({ kind: "DRIFT_OPENED", drift: driftId(2) })],
    });
    await accept(ledger, {
      assets: [newAsset(1, { drifts: [conflict] })],
      changes: [change({ kind: "DRIFT_OPENED", drift: driftId(1) })],
    });
    const resolved = { ...waived, state: "RESOLVED" as const };
    const list = async (filter: object) =>
      (await ledger.pageDrifts(filter, { limit: 9 })).items.map((it) => it.item.id);
    expect(await list({})).toEqual([driftId(2), driftId(1)]);
    expect(await list({ assets: [assetId(1)] })).toEqual([driftId(1)]);
    expect(await list({ names: ["hr.*"] })).toEqual([driftId(2)]);
    expect(await list({ fields: ["columns.*.description"] })).toEqual([driftId(1)]);
    expect(await list({ sources: [LAKE] })).toEqual([driftId(1)]);
    expect(await list({ kinds: ["CONFLICT", "ORPHAN"] })).toEqual([driftId(1)]);
    expect(await list({ states: ["WAIVED"] })).toEqual([driftId(2)]);
    expect(await list({ since: seconds(2) })).toEqual([driftId(2)]);
    expect(await list({ until: seconds(2) })).toEqual([driftId(1)]);
    await accept(ledger, {
      assets: [{ id: assetId(2), expectedRevision: 1, drifts: [resolved] }],
      changes: [change()],
    });
    expect(await list({ states: ["RESOLVED", "OPEN"] })).toEqual([driftId(2), driftId(1)]);
    const pages = await pageThrough((request) => ledger.pageDrifts({}, request), 1, true);
    expect(pages.flatMap((it) => it.items.map(({ item }) => item))).toEqual([resolved, conflict]);
  });

  test("a drift that is opened with its review stands where its opening stands", async () => {
    await using ledger = await open();
    const [first, second] = [drift(1, { state: "IN_REVIEW" }), drift(2, { source: "other" as never })];
    await accept(ledger, {
      assets: [newAsset(1, { drifts: [first, second] })],
      changes: [
        change({ kind: "DRIFT_OPENED", drift: driftId(1) }),
        change({ kind: "DRIFT_OPENED", drift: driftId(2) }),
        change({ kind: "REVIEW_OPENED", drift: driftId(1) }),
      ],
    });
    const [state] = await ledger.loadStates([assetId(1)]);
    expect(state?.drifts.map((it) => it.id)).toEqual([driftId(1), driftId(2)]);
    const { items } = await ledger.pageDrifts({}, { limit: 9 });
    expect(items.map(({ item }) => item.id)).toEqual([driftId(1), driftId(2)]);
  });
}

/** Every page of a list, in the list's order, from either end. */
async function pageThrough<T>(
  read: (request: PageRequest) => Promise<Page<T>>,
  limit: number,
  backwards: boolean,
): Promise<Page<T>[]> {
  const pages: Page<T>[] = [];
  for (let cursor: string | undefined; ; ) {
    const bound = cursor === undefined ? {} : backwards ? { before: cursor } : { after: cursor };
    const page = await read({ limit, backwards, ...bound });
    if (backwards) pages.unshift(page);
    else pages.push(page);
    if (!(backwards ? page.hasPrevious : page.hasNext)) return pages;
    cursor = backwards ? page.items[0]?.cursor : page.items.at(-1)?.cursor;
    if (cursor === undefined || pages.length > 1_000) throw new Error("The list does not end.");
  }
}
