import { describe, expect, test } from "vitest";
import type { NativeRef } from "../../src/domain/asset.ts";
import { accept, assetId, binding, CATALOG, LAKE, newAsset, seconds, T0 } from "../support/ledger-fixtures.ts";
import type { OpenLedger } from "./ledger-contract.ts";

const ref = (name: string, stableId: string | null = null): NativeRef => ({
  kind: "TABLE",
  name: ["sales", name],
  stableId,
});

export function describeLookups(open: OpenLedger): void {
  describe("lookup", () => {
    test("a binding is found by its stable id under any name, and by name only where the ref has no id", async () => {
      await using ledger = await open();
      await accept(ledger, {
        assets: [
          newAsset(1, { bindings: [binding(1, { ref: ref("orders", "u1") })] }),
          newAsset(2, {
            bindings: [binding(2, { ref: ref("flat") }), binding(2, { source: CATALOG, ref: ref("elsewhere", "u9") })],
          }),
        ],
      });
      const found = await ledger.findBindings(LAKE, [
        ref("renamed", "u1"), ref("orders"), ref("orders", "u2"), ref("flat"), ref("elsewhere", "u9"), { ...ref("flat"), kind: "VIEW" }, ref("flat"),
      ]); // biome-ignore format: one glance
      expect(found.map((it) => it?.asset)).toEqual([
        assetId(1),
        assetId(1),
        undefined,
        assetId(2),
        undefined,
        undefined,
        assetId(2),
      ]);
      expect(found[0]).toEqual({
        asset: assetId(1), assetState: "ACTIVE", source: LAKE, ref: ref("orders", "u1"), state: "present", misses: 0, observedAt: T0, version: "v1", digest: "digest-1",
      }); // biome-ignore format: one glance
    });

    test("of several bindings with one name the present one wins, then the living, then the newest", async () => {
      await using ledger = await open();
      const bound = (n: number, state: "present" | "missing") => ({
        bindings: [binding(n, { ref: ref("t", `u${n}`), state })],
      });
      await accept(ledger, { assets: [newAsset(1, bound(1, "present")), newAsset(2, bound(2, "missing"))] });
      expect((await ledger.findBindings(LAKE, [ref("t")]))[0]?.asset).toBe(assetId(1));
      await accept(ledger, {
        assets: [
          newAsset(3, { ...bound(3, "present"), asset: { createdAt: seconds(9) } }),
          newAsset(4, { ...bound(4, "present"), asset: { createdAt: seconds(1) } }),
        ],
      });
      expect((await ledger.findBindings(LAKE, [ref("t")]))[0]?.asset).toBe(assetId(3));
      await accept(ledger, {
        assets: [newAsset(5, { ...bound(5, "present"), asset: { state: "RETIRED", createdAt: seconds(99) } })],
      });
      expect((await ledger.findBindings(LAKE, [ref("t")]))[0]?.asset).toBe(assetId(3));
      expect((await ledger.findBindings(LAKE, [ref("x", "u5")]))[0]).toMatchObject({
        asset: assetId(5),
        assetState: "RETIRED",
      });
    });

    test("an asset is found by its name and kind, the active one first, retired ones only if asked for", async () => {
      await using ledger = await open();
      const named = (n: number, more: object) => newAsset(n, { asset: { name: 'sales."a.b"', ...more } });
      await accept(ledger, {
        assets: [
          named(1, { state: "ACTIVE" }),
          named(2, { state: "SUSPECTED", createdAt: seconds(5) }),
          named(3, { state: "RETIRED", createdAt: seconds(9) }),
          named(4, { kind: "VIEW", state: "RETIRED" }),
        ],
      });
      const name = 'sales."a.b"';
      expect(
        await ledger.findAssets([{ name }, { name: "sales" }, { name, kind: "VIEW" }, { name, kind: "TABLE" }], false),
      ).toEqual([assetId(1), undefined, undefined, assetId(1)]);
      expect(await ledger.findAssets([{ name, kind: "VIEW" }, { name }], true)).toEqual([assetId(4), assetId(1)]);
      expect(await ledger.findAssets([], true)).toEqual([]);
    });

    test("what was not seen since a time is listed by id, page by page, and nothing that is retired", async () => {
      await using ledger = await open();
      const seen = (n: number, at: number, more = {}) =>
        newAsset(n, { bindings: [binding(n, { observedAt: seconds(at) })], ...more });
      await accept(ledger, {
        assets: [
          seen(1, 10), seen(2, 1), seen(3, 1, { asset: { state: "RETIRED" } }), seen(4, 2), seen(5, 5),
          newAsset(6, { bindings: [binding(6, { source: CATALOG, observedAt: seconds(0) })] }), seen(7, 4, { asset: { state: "SUSPECTED" } }),
        ],
      }); // biome-ignore format: one glance
      const first = await ledger.listUnseen(LAKE, seconds(5), undefined, 2);
      expect(first.map((it) => it.asset)).toEqual([assetId(2), assetId(4)]);
      expect((await ledger.listUnseen(LAKE, seconds(5), assetId(4), 2)).map((it) => it.asset)).toEqual([assetId(7)]);
      expect(await ledger.listAssetIds(assetId(1), 3)).toEqual([assetId(2), assetId(4), assetId(5)]);
    });

    test("touching says when a binding was seen again, without a revision, a log entry, or going back in time", async () => {
      await using ledger = await open();
      await accept(ledger, {
        assets: [
          newAsset(1),
          newAsset(2),
          newAsset(3, { bindings: [binding(3, { observedFrom: 9, observedAt: seconds(99) })] }),
        ],
      });
      const before = await ledger.loadStates([1, 2, 3].map(assetId));
      await ledger.touchBindings(LAKE, [assetId(1), assetId(3), assetId(8)], seconds(7), 5);
      const after = await ledger.loadStates([1, 2, 3].map(assetId));
      expect(after[0]?.bindings[0]).toEqual({ ...before[0]?.bindings[0], observedAt: seconds(7), observedFrom: 5 });
      expect(after[0]?.revision).toBe(1);
      expect(after.slice(1)).toEqual(before.slice(1));
      await ledger.touchBindings(LAKE, [assetId(1), assetId(3)], seconds(50), undefined);
      const listed = await ledger.loadStates([1, 2, 3].map(assetId));
      expect(listed[0]?.bindings[0]).toEqual({ ...after[0]?.bindings[0], observedAt: seconds(50) });
      expect(listed.slice(1)).toEqual(before.slice(1));
      // A scan that began earlier can touch later, at the same end of the log, even after its process has died.
      await ledger.touchBindings(LAKE, [assetId(1)], seconds(20), 5);
      expect((await ledger.loadStates([assetId(1)]))[0]?.bindings[0]).toEqual(listed[0]?.bindings[0]);
      expect(await ledger.listUnseen(LAKE, seconds(50), undefined, 9)).not.toContainEqual(
        expect.objectContaining({ asset: assetId(1) }),
      );
      // What was read before the scan began can be recorded after it.
      const [late] = listed[0]?.bindings ?? [];
      if (!late) throw new Error("There is no binding.");
      const update = {
        id: assetId(1),
        expectedRevision: 1,
        bindings: [{ ...late, observedAt: seconds(30), misses: 7 }],
      };
      await accept(ledger, { assets: [update] });
      expect((await ledger.loadStates([assetId(1)]))[0]?.bindings).toEqual([{ ...late, misses: 7 }]);
      expect(await ledger.head()).toBe(0);
    });
  });
}
