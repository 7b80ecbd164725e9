import { describe, expect, test } from "vitest";
import type { Change } from "../../src/domain/change.ts";
import { canonicalChange, encodeChange } from "../../src/domain/log-entry.ts";
import { accept, assetId, change, fieldKey, LAKE, newAsset, seconds } from "../support/ledger-fixtures.ts";
import type { OpenLedger } from "./ledger-contract.ts";

function entry(position: number, { causedBy: _cause, ...rest } = change()): Change {
  return { ...rest, position };
}

export function describeLog(open: OpenLedger): void {
  describe("log", () => {
    test("positions begin at 1 and follow one another without a gap, however many commit at once", async () => {
      await using ledger = await open();
      await accept(ledger, { assets: [newAsset(1)] });
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          // Every third is refused: a refusal takes no position.
          ledger.commit({
            changes: Array.from({ length: 1 + (n % 4) }, () => change({ detail: n })),
            ...(n % 3 === 0 ? { assets: [newAsset(1)] } : {}),
          }),
        ),
      );
      const positions = results.flatMap((it) => (it.ok ? it.positions : []));
      const all = Array.from({ length: positions.length }, (_, n) => n + 1);
      expect(positions.toSorted((a, b) => a - b)).toEqual(all);
      expect(await ledger.head()).toBe(positions.length);
      const { changes } = await ledger.readLog(0, 1_000);
      expect(changes.map((it) => it.position)).toEqual(all);
      for (const [n, result] of results.entries()) {
        expect(result.ok).toBe(n % 3 !== 0);
        if (result.ok)
          expect((await ledger.readChanges(result.positions)).map((it) => it?.detail)).toEqual(
            result.positions.map(() => n),
          );
      }
    });

    test("an entry is read back as it was written, with its cause resolved", async () => {
      await using ledger = await open();
      const full = change({
        kind: "DRIFT_OPENED", source: LAKE, asset: assetId(1), name: 'sales."odd.name"', key: fieldKey("columns.#4.description"),
        before: null, after: { b: [1, 1e21, -0.5], a: "é" }, reason: "because", rule: "default", actor: { kind: "person", id: "ann", onBehalfOf: "ben" },
      }); // biome-ignore format: one glance
      const { positions } = await accept(ledger, {
        changes: [change(), full, change({ causedBy: { index: 1 } }), change({ causedBy: 1 })],
      });
      expect(positions).toEqual([1, 2, 3, 4]);
      const { positions: later } = await accept(ledger, {
        changes: [change({ causedBy: 3 }), change({ causedBy: { index: 0 } })],
      });
      expect(later).toEqual([5, 6]);
      expect(await ledger.readChanges([6, 2, 99, 3, 4, 5])).toEqual([
        { ...change(), position: 6, causedBy: 5 },
        { ...full, position: 2 },
        undefined,
        { ...change(), position: 3, causedBy: 2 },
        { ...change(), position: 4, causedBy: 1 },
        { ...change(), position: 5, causedBy: 3 },
      ]);
    });

    test("an entry cannot be caused by one that comes after it", async () => {
      await using ledger = await open();
      await expect(ledger.commit({ changes: [change({ causedBy: { index: 0 } })] })).rejects.toThrow(/caused by/);
      await expect(ledger.commit({ changes: [change({ causedBy: 7 })] })).rejects.toThrow(/caused by/);
      expect(await ledger.head()).toBe(0);
    });

    test("the stored bytes are the canonical JSON of the entry", async () => {
      await using ledger = await open();
      const odd = change({ after: { z: "\u0000\ud800é🦉", a: 1e30 } });
      await accept(ledger, { changes: [change(), odd, change()] });
      expect(await ledger.readLogBytes(2, 3)).toEqual([encodeChange(entry(2, odd)), encodeChange(entry(3))]);
      expect(new TextDecoder().decode((await ledger.readLogBytes(1, 1))[0])).toBe(canonicalChange(entry(1)));
      expect(await ledger.readLogBytes(4, 9)).toEqual([]);
    });

    test("reading on from where a read ended misses nothing, filtered or not", async () => {
      await using ledger = await open();
      await accept(ledger, {
        changes: Array.from({ length: 25 }, (_, n) => change({ kind: n % 5 ? "FIELD_CHANGED" : "SCAN_COMPLETED" })),
      });
      for (const [filter, expected] of [
        [undefined, 25],
        [{ kinds: ["SCAN_COMPLETED"] }, 5],
        [{ kinds: ["TREATY_CHANGED"] }, 0],
      ] as const) {
        const seen: number[] = [];
        let position = 0;
        for (let reads = 0; position < 25; reads++) {
          if (reads > 25) throw new Error("It does not come forward.");
          const page = await ledger.readLog(position, 3, filter);
          seen.push(...page.changes.map((it) => it.position));
          position = page.scannedTo;
        }
        expect(seen).toHaveLength(expected);
        expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
      }
      expect(await ledger.readLog(25, 3)).toEqual({ changes: [], scannedTo: 25 });
      expect(await ledger.readLog(99, 3, { kinds: [] })).toEqual({ changes: [], scannedTo: 99 });
    });

    test("a filter takes what it names, by each of its parts", async () => {
      await using ledger = await open();
      const path = (text: string) => ({ field: text as never });
      await accept(ledger, {
        changes: [
          change({ asset: assetId(1), name: "sales.orders", ...path("owners"), source: LAKE, at: seconds(1) }),
          change({
            asset: assetId(2),
            name: 'sales."a.b".x',
            ...path("columns.address.city.description"),
            actor: { kind: "person", id: "ann" },
            at: seconds(2),
          }),
          change({ kind: "TREATY_CHANGED", at: seconds(3) }),
        ],
      });
      const taken = async (filter: object): Promise<number[]> =>
        (await ledger.pageChanges(filter, { limit: 9 })).items.map((it) => it.item.position);
      expect(await taken({})).toEqual([1, 2, 3]);
      expect(await taken({ assets: [assetId(2)] })).toEqual([2]);
      expect(await taken({ names: ["sales.*"] })).toEqual([1]);
      expect(await taken({ names: ["sales.*.x", "hr.**"] })).toEqual([2]);
      expect(await taken({ names: ["**"] })).toEqual([1, 2]);
      expect(await taken({ fields: ["columns.*.description"] })).toEqual([2]);
      expect(await taken({ fields: ["owners", "retention"] })).toEqual([1]);
      expect(await taken({ sources: [LAKE] })).toEqual([1]);
      expect(await taken({ kinds: ["TREATY_CHANGED"] })).toEqual([3]);
      expect(await taken({ actors: ["ann"] })).toEqual([2]);
      expect(await taken({ since: seconds(2) })).toEqual([2, 3]);
      expect(await taken({ until: "2026-01-01T01:00:02+01:00" })).toEqual([1]);
      expect(await taken({ since: seconds(2), kinds: ["FIELD_CHANGED"] })).toEqual([2]);
      expect(await taken({ kinds: [] })).toEqual([]);
      expect(await taken({ upTo: 2 })).toEqual([1, 2]);
      expect(await taken({ upTo: 0 })).toEqual([]);
      await expect(taken({ since: "yesterday" })).rejects.toThrow(/2026-01-31T12:00:00Z/);
    });

    test("a page is continued by its cursor, which is the position, in both directions", async () => {
      await using ledger = await open();
      await accept(ledger, { changes: Array.from({ length: 7 }, () => change()) });
      const middle = await ledger.pageChanges({}, { limit: 3, after: "2" });
      expect(middle).toMatchObject({ hasNext: true, hasPrevious: true });
      expect(middle.items.map((it) => it.cursor)).toEqual(["3", "4", "5"]);
      const newest = await ledger.pageChanges({}, { limit: 3, backwards: true });
      expect(newest).toMatchObject({ hasNext: false, hasPrevious: true });
      expect(newest.items.map((it) => it.item.position)).toEqual([5, 6, 7]);
      expect(await ledger.pageChanges({}, { limit: 1, after: String(Number.MAX_SAFE_INTEGER) })).toMatchObject({
        items: [],
        hasNext: false,
        hasPrevious: true,
      });
      await expect(ledger.pageChanges({}, { limit: 1, after: "9".repeat(16) })).rejects.toThrow(/a cursor of the log/);
      await expect(ledger.pageChanges({}, { limit: 1, after: "x" })).rejects.toThrow(/a cursor of the log/);
    });

    test("the last change of a field is the newest FIELD_CHANGED of that asset and field", async () => {
      await using ledger = await open();
      const of = (n: number, key: string, kind: "FIELD_CHANGED" | "DRIFT_OPENED" = "FIELD_CHANGED") =>
        change({ kind, asset: assetId(n), key: fieldKey(key) });
      await accept(ledger, {
        changes: [of(1, "owners"), of(1, "domain"), of(2, "owners"), of(1, "owners"), of(1, "owners", "DRIFT_OPENED")],
      });
      const found = await ledger.lastChanges([
        { asset: assetId(1), key: fieldKey("owners") },
        { asset: assetId(3), key: fieldKey("owners") },
        { asset: assetId(2), key: fieldKey("owners") },
        { asset: assetId(1), key: fieldKey("owners") },
        { asset: assetId(1), key: fieldKey("domain") },
      ]);
      expect(found.map((it) => it?.position)).toEqual([4, undefined, 3, 4, 2]);
    });

    test("the last change up to a position is the newest one then, whatever is asked for besides", async () => {
      await using ledger = await open();
      const owners = { asset: assetId(1), key: fieldKey("owners") };
      await accept(ledger, { changes: [change(owners), change(), change(owners), change(owners)] });
      const found = await ledger.lastChanges([
        { ...owners, upTo: 3 },
        owners,
        { ...owners, upTo: 2 },
        { ...owners, upTo: 0 },
      ]);
      expect(found.map((it) => it?.position)).toEqual([3, 4, 1, undefined]);
    });
  });
}
