import { describe, expect, test } from "vitest";
import type { AssetFilter } from "../../src/ports/ledger.ts";
import {
  accept, asset, assetId, binding, CATALOG, change, drift, driftId, fieldKey, INDEX, intent, LAKE, newAsset, seconds,
} from "../support/ledger-fixtures.ts"; // biome-ignore format: one glance
import type { OpenLedger } from "./ledger-contract.ts";

export function describeCommits(open: OpenLedger): void {
  describe("commit", () => {
    test("a new ledger has nothing in it", async () => {
      await using ledger = await open();
      expect(await ledger.head()).toBe(0);
      expect(await ledger.commit({})).toEqual({ ok: true, positions: [], head: 0 });
      expect(await ledger.loadStates([assetId(1)])).toEqual([undefined]);
      expect(await ledger.counts()).toEqual({
        assetsByKind: {},
        assetsByStatus: {},
        driftsByKind: {},
        workBySource: {},
        openIntents: 0,
      });
    });

    test("what is committed is read back as it was, with the revision counted", async () => {
      await using ledger = await open();
      const update = newAsset(1, {
        asset: { labels: { env: "prod" }, missingSince: seconds(1), name: 'sales."odd.name"' },
        bindings: [
          binding(1, { url: "http://lake/t", version: null }),
          binding(1, { source: CATALOG, state: "missing", misses: 2 }),
        ],
        agreed: [
          {
            mirror: LAKE,
            fields: { [fieldKey("owners")]: { with: CATALOG, value: ["ann"] } },
            none: [fieldKey("domain")],
          },
        ],
        drifts: [drift(1), drift(2, { state: "RESOLVED" })],
      });
      await accept(ledger, { assets: [update] });
      const expected = {
        asset: update.asset,
        revision: 1,
        bindings: update.bindings,
        agreed: update.agreed,
        drifts: [drift(1)],
      };
      const [state] = await ledger.loadStates([assetId(1)]);
      expect({ ...state, bindings: state?.bindings.toSorted((it) => (it.source === LAKE ? -1 : 1)) }).toEqual(expected);
    });

    test("what an update leaves out stays as it is", async () => {
      await using ledger = await open();
      await accept(ledger, { assets: [newAsset(1, { agreed: [{ mirror: LAKE, fields: {}, none: [] }] })] });
      const [before] = await ledger.loadStates([assetId(1)]);
      await accept(ledger, { assets: [{ id: assetId(1), expectedRevision: 1 }] });
      expect(await ledger.loadStates([assetId(1)])).toEqual([{ ...before, revision: 2 }]);
      expect(
        (await ledger.pageAssets({ statuses: ["IN_SYNC"] }, { by: "name", direction: "asc" }, { limit: 1 })).items,
      ).toHaveLength(1);
    });

    test("lists find an asset by what it is now, and no longer by what it was", async () => {
      await using ledger = await open();
      const before = {
        ...INDEX,
        owners: ["ann", "ben"],
        classifications: ["pii.name"],
        domain: "sales",
        description: "Old",
      };
      await accept(ledger, { assets: [newAsset(1, { index: before })] });
      const after = {
        ...INDEX,
        status: "DRIFTED" as const,
        owners: ["ben"],
        sensitivity: "secret",
        description: "New",
      };
      await accept(ledger, {
        assets: [
          { id: assetId(1), expectedRevision: 1, asset: asset(1, { name: "hr.moved", kind: "VIEW" }), index: after },
        ],
      });
      const found = async (filter: AssetFilter): Promise<boolean> =>
        (await ledger.pageAssets(filter, { by: "name", direction: "asc" }, { limit: 1 })).items.length === 1;
      for (const filter of [
        { owners: ["ben"] },
        { sensitivities: ["secret"] },
        { names: ["hr.*"] },
        { text: "new" },
        { kinds: ["VIEW" as const] },
        { statuses: ["DRIFTED" as const] },
      ]) {
        expect([filter, await found(filter)]).toEqual([filter, true]);
      }
      for (const filter of [
        { owners: ["ann"] },
        { classifications: ["pii.name"] },
        { domains: ["sales"] },
        { names: ["sales.*"] },
        { text: "old" },
        { statuses: ["IN_SYNC" as const] },
      ]) {
        expect([filter, await found(filter)]).toEqual([filter, false]);
      }
      expect(await found({ hasOwner: true })).toBe(true);
      await accept(ledger, { assets: [{ id: assetId(1), expectedRevision: 2, index: INDEX }] });
      expect(await found({ hasOwner: true })).toBe(false);
    });

    test("a binding that is forgotten takes its agreed values with it", async () => {
      await using ledger = await open();
      await accept(ledger, { assets: [newAsset(1, { agreed: [{ mirror: LAKE, fields: {}, none: [] }] })] });
      await accept(ledger, { assets: [{ id: assetId(1), expectedRevision: 1, unbind: [LAKE] }] });
      expect(await ledger.loadStates([assetId(1)])).toMatchObject([{ bindings: [], agreed: [] }]);
      expect(await ledger.findBindings(LAKE, [binding(1).ref])).toEqual([undefined]);
    });

    test("texts that databases find hard are kept to the character", async () => {
      await using ledger = await open();
      const odd = "nul \0 lone \ud800 quote ' \" back \\ emoji 🦉 line\nend";
      const update = newAsset(1, {
        asset: { name: "sales.odd", labels: { odd } },
        bindings: [
          binding(1, {
            ref: { kind: "TABLE", name: ["sales", odd], stableId: null },
            fields: { [fieldKey("description")]: { state: "value", value: odd, after: 0, by: 1 } },
          }),
        ],
        index: { ...INDEX, owners: [odd], classifications: [odd], domain: odd, description: odd },
      });
      await accept(ledger, {
        assets: [update],
        settings: { odd },
        changes: [change({ actor: { kind: "person", id: odd }, name: odd, after: odd })],
      });
      const [state] = await ledger.loadStates([assetId(1)]);
      expect(state).toMatchObject({ asset: update.asset, bindings: update.bindings });
      expect(await ledger.readSetting("odd")).toBe(odd);
      expect(await ledger.findBindings(LAKE, [{ kind: "TABLE", name: ["sales", odd], stableId: null }])).toMatchObject([
        { asset: assetId(1) },
      ]);
      const byOwner = await ledger.pageAssets(
        { owners: [odd], text: "LONE" },
        { by: "name", direction: "asc" },
        { limit: 1 },
      );
      expect(byOwner.items).toHaveLength(1);
      expect((await ledger.readChanges([1]))[0]?.after).toBe(odd.toWellFormed());
    });

    test("a value of any depth is kept", async () => {
      await using ledger = await open();
      const deep = JSON.parse(`${"[".repeat(1_500)}1${"]".repeat(1_500)}`);
      const fields = { [fieldKey("custom.deep")]: { state: "value" as const, value: deep, after: 0, by: 1 } };
      await accept(ledger, {
        assets: [newAsset(1, { bindings: [binding(1, { fields })] })],
        changes: [change({ after: deep })],
      });
      expect(JSON.stringify((await ledger.loadStates([assetId(1)]))[0]?.bindings[0]?.fields)).toBe(
        JSON.stringify(fields),
      );
      expect(JSON.stringify((await ledger.readChanges([1]))[0]?.after)).toBe(JSON.stringify(deep));
    });

    test("a thousand assets in one commit are a thousand assets", async () => {
      await using ledger = await open();
      const numbers = Array.from({ length: 1_000 }, (_, n) => n + 1);
      const changes = numbers.map((n) => change({ kind: "ASSET_FOUND", asset: assetId(n) }));
      const result = await accept(ledger, { assets: numbers.map((n) => newAsset(n)), changes });
      expect(result.positions).toEqual(numbers);
      expect((await ledger.loadStates(numbers.map(assetId))).map((it) => it?.asset.id)).toEqual(numbers.map(assetId));
    });

    test("sources and settings hold what was written last", async () => {
      await using ledger = await open();
      await accept(ledger, {
        sources: [{ id: LAKE, revision: 0, mode: "observe", completeScans: 0 }],
        settings: { a: 1, b: null },
      });
      await accept(ledger, {
        sources: [{ id: LAKE, revision: 1, mode: "enforce", completeScans: 1, lastScan: { pages: 2 } }],
        settings: { a: { x: [] } },
      });
      expect(await ledger.readSources()).toEqual([
        { id: LAKE, revision: 2, mode: "enforce", completeScans: 1, lastScan: { pages: 2 } },
      ]);
      expect([await ledger.readSetting("a"), await ledger.readSetting("b"), await ledger.readSetting("c")]).toEqual([
        { x: [] },
        null,
        undefined,
      ]);
    });

    test("counts leave out what is retired and resolved", async () => {
      await using ledger = await open();
      const drifts = [
        drift(1),
        drift(2, { kind: "CONFLICT", state: "RESOLVED" }),
        drift(3, { kind: "ORPHAN", state: "WAIVED" }),
      ];
      await accept(ledger, {
        assets: [
          newAsset(1, { drifts }),
          newAsset(2, { asset: { kind: "VIEW", state: "SUSPECTED" }, index: { ...INDEX, status: "DRIFTED" } }),
          newAsset(3, { asset: { state: "RETIRED" } }),
        ],
        dirty: [{ asset: assetId(1), source: LAKE, reread: false }],
        openIntents: [intent(1)],
      });
      expect(await ledger.counts()).toEqual({
        assetsByKind: { TABLE: 1, VIEW: 1 },
        assetsByStatus: { IN_SYNC: 1, DRIFTED: 1 },
        driftsByKind: { FOREIGN_WRITE: 1, ORPHAN: 1 },
        workBySource: { lake: 1 },
        openIntents: 1,
      });
    });

    test("a drift that resolves leaves the state and stays in the list", async () => {
      await using ledger = await open();
      await accept(ledger, { assets: [newAsset(1, { drifts: [drift(1)] })] });
      const resolved = drift(1, { state: "RESOLVED", resolvedAt: seconds(5), resolution: "reverted" });
      await accept(ledger, { assets: [{ id: assetId(1), expectedRevision: 1, drifts: [resolved] }] });
      expect((await ledger.loadStates([assetId(1)]))[0]?.drifts).toEqual([]);
      expect(await ledger.loadDrifts([driftId(2), driftId(1)])).toEqual([undefined, resolved]);
    });

    test("an asset that is new must say what it is", async () => {
      await using ledger = await open();
      await expect(ledger.commit({ assets: [{ id: assetId(1), expectedRevision: 0 }] })).rejects.toThrow(/is new/);
      await expect(
        ledger.commit({ assets: [newAsset(1), { id: assetId(1), expectedRevision: 1, asset: asset(1) }] }),
      ).rejects.toThrow(/at most once/);
      expect(await ledger.loadStates([assetId(1)])).toEqual([undefined]);
    });
  });
}
