import { describe, expect, test } from "vitest";
import type { WorkItem } from "../../src/ports/ledger.ts";
import { accept, assetId, CATALOG, change, intent, intentId, LAKE } from "../support/ledger-fixtures.ts";
import type { OpenLedger } from "./ledger-contract.ts";

const mark = (n: number, dueAt?: number) => ({
  asset: assetId(n),
  source: LAKE,
  reread: false,
  ...(dueAt === undefined ? {} : { dueAt }),
});
const numbers = (items: readonly WorkItem[]): number[] => items.map((it) => Number(it.asset.slice(6)));

export function describeWork(open: OpenLedger): void {
  describe("work", () => {
    test("the oldest that is due is claimed first, of its source alone", async () => {
      await using ledger = await open();
      await accept(ledger, { changes: [change()], dirty: [mark(3), mark(1, 50), mark(2, 40), mark(9, 1_000)] });
      await accept(ledger, { changes: [change()], dirty: [mark(0), { ...mark(5), source: CATALOG }] });
      expect(await ledger.nextDue(LAKE)).toBe(0);
      const first = await ledger.claimWork(LAKE, "w", 100, 500, 3);
      expect(numbers(first)).toEqual([3, 0, 2]);
      expect(first[0]).toMatchObject({ source: LAKE, attempts: 0, reread: false, position: 1 });
      expect(first[1]).toMatchObject({ position: 2 });
      expect(numbers(await ledger.claimWork(LAKE, "w", 100, 500, 3))).toEqual([1]);
      expect(await ledger.claimWork(LAKE, "w", 100, 500, 3)).toEqual([]);
      expect(await ledger.nextDue(LAKE)).toBe(600);
    });

    test("a lease that ended is free again, under a higher token", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1)]);
      const [first] = await ledger.claimWork(LAKE, "w1", 0, 100, 1);
      expect(await ledger.claimWork(LAKE, "w2", 99, 100, 1)).toEqual([]);
      const [second] = await ledger.claimWork(LAKE, "w2", 100, 100, 1);
      if (!first || !second) throw new Error("Nothing claimed.");
      expect(second.token).toBeGreaterThan(first.token);
      expect([first.takenOver, second.takenOver]).toEqual([undefined, true]);
      expect(await ledger.commit({ completed: [first] })).toEqual({ ok: false, reason: "lease-lost" });
      await accept(ledger, { completed: [second] });
      expect(await ledger.nextDue(LAKE)).toBeUndefined();
    });

    test("a token of an earlier life of the item completes nothing", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1)]);
      const [stale] = await ledger.claimWork(LAKE, "w1", 0, 10, 1);
      const [done] = await ledger.claimWork(LAKE, "w2", 10, 10, 1);
      if (!stale || !done) throw new Error("Nothing claimed.");
      await accept(ledger, { completed: [done] });
      await ledger.markDirty([mark(1)]);
      await ledger.claimWork(LAKE, "w3", 20, 10, 1);
      expect(await ledger.commit({ completed: [stale] })).toEqual({ ok: false, reason: "lease-lost" });
      expect(await ledger.commit({ completed: [done] })).toEqual({ ok: false, reason: "lease-lost" });
    });

    test("what is marked again while it is worked on survives its completion, with what the new mark asks for", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1)]);
      const claimed = await ledger.claimWork(LAKE, "w", 0, 100, 1);
      await ledger.markDirty([{ ...mark(1, 70), reread: true }]);
      await ledger.markDirty([mark(1, 80)]);
      expect(await ledger.claimWork(LAKE, "w", 99, 100, 1)).toEqual([]);
      await accept(ledger, { completed: claimed });
      expect(await ledger.nextDue(LAKE)).toBe(70);
      expect(await ledger.claimWork(LAKE, "w", 70, 100, 1)).toMatchObject([{ reread: true, attempts: 0 }]);
    });

    test("what is marked in the commit that completes it stays", async () => {
      await using ledger = await open();
      await ledger.markDirty([{ ...mark(1), reread: true }]);
      const claimed = await ledger.claimWork(LAKE, "w", 0, 100, 1);
      await accept(ledger, { completed: claimed, dirty: [mark(1, 900)] });
      expect(await ledger.nextDue(LAKE)).toBe(900);
      expect(await ledger.claimWork(LAKE, "w", 900, 100, 1)).toMatchObject([{ reread: false, attempts: 0 }]);
    });

    test("marks of unclaimed work add up: the earlier time, a reread if any asks for it", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1, 500), { ...mark(1, 600), reread: true }]);
      await ledger.markDirty([mark(1, 300)]);
      await ledger.markDirty([mark(1, 400)]);
      expect(await ledger.nextDue(LAKE)).toBe(300);
      expect(await ledger.claimWork(LAKE, "w", 300, 1, 5)).toMatchObject([{ reread: true }]);
    });

    test("postponed work is due later and counts its attempts; a stale worker postpones nothing", async () => {
      await using ledger = await open();
      await ledger.markDirty([{ ...mark(1), reread: true }]);
      const [first] = await ledger.claimWork(LAKE, "w1", 0, 10, 1);
      const [second] = await ledger.claimWork(LAKE, "w2", 10, 10, 1);
      if (!first || !second) throw new Error("Nothing claimed.");
      await ledger.postponeWork(first, 9_999);
      expect(await ledger.nextDue(LAKE)).toBe(20);
      await ledger.postponeWork(second, 300);
      await ledger.postponeWork(second, 400);
      expect(await ledger.nextDue(LAKE)).toBe(300);
      expect(await ledger.claimWork(LAKE, "w", 300, 10, 1)).toMatchObject([{ attempts: 1, reread: true }]);
    });

    test("a mark that comes while the work is claimed is not put off with it", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1)]);
      const [claimed] = await ledger.claimWork(LAKE, "w", 0, 10, 1);
      if (!claimed) throw new Error("Nothing claimed.");
      await ledger.markDirty([{ ...mark(1, 50), reread: true }]);
      await ledger.postponeWork(claimed, 5_000);
      expect(await ledger.nextDue(LAKE)).toBe(50);
      expect(await ledger.claimWork(LAKE, "w", 50, 10, 1)).toMatchObject([{ reread: true }]);
    });

    test("leases that are abandoned are free at once, but those of intents, and their workers complete nothing", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1)]);
      const [soon, late] = [intent(1, { leaseUntil: 900 }), intent(2, { asset: assetId(2), leaseUntil: 9_000 })];
      await accept(ledger, { openIntents: [soon, late] });
      const claimed = await ledger.claimWork(LAKE, "w1", 0, 9_000, 1);
      await ledger.markDirty([{ ...mark(1), reread: true }]);
      await ledger.claimLease("scan:lake", "w1", 0, 9_000);
      await ledger.abandonLeases(5_000);
      expect(await ledger.claimLease("scan:lake", "w2", 1, 100)).toBeDefined();
      expect(await ledger.commit({ completed: claimed })).toEqual({ ok: false, reason: "lease-lost" });
      expect(await ledger.claimWork(LAKE, "w2", 1, 100, 1)).toMatchObject([{ reread: true }]);
      // A source may be at their writes still.
      expect(await ledger.takeOverIntent(intentId(1), "w2", 899, 999)).toBeUndefined();
      expect(await ledger.takeOverIntent(intentId(1), "w2", 900, 999)).toMatchObject({ holder: "w2" });
      expect(await ledger.takeOverIntent(intentId(2), "w2", 4_999, 9_999)).toBeUndefined();
      expect(await ledger.takeOverIntent(intentId(2), "w2", 5_000, 9_999)).toMatchObject({ holder: "w2" });
    });

    test("workers that claim at once share the work: every item goes to one of them", async () => {
      await using ledger = await open();
      const all = Array.from({ length: 200 }, (_, n) => n + 1);
      await ledger.markDirty(all.map((n) => mark(n)));
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, w) => ledger.claimWork(LAKE, `w${w}`, 0, 1_000, 25)),
      );
      const rest = await ledger.claimWork(LAKE, "late", 0, 1_000, 200);
      expect([...claims.flatMap(numbers), ...numbers(rest)].sort((a, b) => a - b)).toEqual(all);
    });

    test("marks and commits that meet on the same work neither fail nor lose a mark", async () => {
      await using ledger = await open();
      const all = Array.from({ length: 40 }, (_, n) => n + 1);
      const rounds = Array.from({ length: 20 }, (_, round) => (round % 2 ? all : all.toReversed()).map((n) => mark(n)));
      await Promise.all(
        rounds.map((marks, round) => (round % 3 ? ledger.markDirty(marks) : accept(ledger, { dirty: marks }))),
      );
      expect(await ledger.claimWork(LAKE, "w", 0, 10, 100)).toHaveLength(40);
    });
  });

  describe("named leases", () => {
    test("are held by one at a time, each claim under a higher token, and free again when given up or over", async () => {
      await using ledger = await open();
      const first = await ledger.claimLease("scan:lake", "w1", 0, 100);
      expect(await ledger.claimLease("scan:lake", "w2", 99, 200)).toBeUndefined();
      expect(await ledger.claimLease("scan:other", "w2", 0, 100)).toMatchObject({ name: "scan:other" });
      const second = await ledger.claimLease("scan:lake", "w2", 100, 200);
      if (!first || !second) throw new Error("Nothing claimed.");
      expect(second.token).toBeGreaterThan(first.token);
      await ledger.releaseLease(first); // lost: nothing happens
      expect(await ledger.claimLease("scan:lake", "w3", 150, 300)).toBeUndefined();
      await ledger.releaseLease(second);
      const third = await ledger.claimLease("scan:lake", "w3", 150, 300);
      expect(third?.token).toBeGreaterThan(second.token);
      expect([first.takenOver, second.takenOver, third?.takenOver]).toEqual([undefined, true, undefined]);
    });

    test("of many that claim one at once, one gets it", async () => {
      await using ledger = await open();
      const claims = Array.from({ length: 20 }, (_, n) => ledger.claimLease("scan:lake", `w${n}`, 0, 100));
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    });
  });

  describe("renewal", () => {
    test("keeps work, intents and leases from others for longer, never for shorter", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1), mark(2)]);
      const work = await ledger.claimWork(LAKE, "w1", 0, 100, 1);
      await accept(ledger, { openIntents: [intent(1, { holder: "w1", leaseUntil: 100 })] });
      const lease = await ledger.claimLease("scan:lake", "w1", 0, 100);
      if (!lease) throw new Error("Nothing claimed.");
      const held = { work, intents: [intentId(1)], leases: [lease] };
      expect(await ledger.renewLeases("w1", held, 500)).toEqual({ intents: [], leases: [] });
      expect(await ledger.renewLeases("w1", held, 300)).toEqual({ intents: [], leases: [] });
      expect(numbers(await ledger.claimWork(LAKE, "w2", 499, 100, 5))).toEqual([2]);
      expect(await ledger.listIntents({ expiredAt: 499, source: LAKE })).toEqual([]);
      expect(await ledger.listIntents({ expiredAt: 500, source: CATALOG })).toEqual([]);
      expect(await ledger.listIntents({ expiredAt: 500, source: LAKE })).toHaveLength(1);
      expect(await ledger.claimLease("scan:lake", "w2", 499, 900)).toBeUndefined();
      expect(numbers(await ledger.claimWork(LAKE, "w2", 500, 100, 5))).toEqual([1]);
      expect(await ledger.claimLease("scan:lake", "w2", 500, 900)).toBeDefined();
    });

    test("of what is lost changes nothing, and says what is lost", async () => {
      await using ledger = await open();
      await ledger.markDirty([mark(1), mark(2)]);
      const work = await ledger.claimWork(LAKE, "w1", 0, 10, 2);
      await ledger.postponeWork(work[1] as WorkItem, 70);
      await ledger.claimWork(LAKE, "w2", 10, 40, 1);
      await accept(ledger, { openIntents: [intent(1, { holder: "w1", leaseUntil: 10 })] });
      await ledger.takeOverIntent(intentId(1), "w2", 10, 50);
      const lease = await ledger.claimLease("scan:lake", "w1", 0, 10);
      await ledger.claimLease("scan:lake", "w2", 10, 50);
      if (!lease) throw new Error("Nothing claimed.");
      const lost = { intents: [intentId(1), intentId(2)], leases: [lease] };
      expect(await ledger.renewLeases("w1", { work, ...lost }, 500)).toEqual(lost);
      expect(numbers(await ledger.claimWork(LAKE, "w3", 50, 10, 5))).toEqual([1]);
      expect(numbers(await ledger.claimWork(LAKE, "w3", 70, 10, 5))).toEqual([1, 2]);
      expect(await ledger.takeOverIntent(intentId(1), "w3", 50, 90)).toBeDefined();
      expect(await ledger.claimLease("scan:lake", "w3", 50, 90)).toBeDefined();
    });

    test("of nothing is nothing", async () => {
      await using ledger = await open();
      expect(await ledger.renewLeases("w", { work: [], intents: [], leases: [] }, 5)).toEqual({
        intents: [],
        leases: [],
      });
    });
  });

  describe("intents", () => {
    test("an intent bears the position of its entry, and is listed once its lease has ended", async () => {
      await using ledger = await open();
      await accept(ledger, {
        changes: [change(), change({ kind: "WRITE_INTENDED", intent: intentId(1) })],
        openIntents: [intent(1, { leaseUntil: 100 }), intent(2, { asset: assetId(2), leaseUntil: 200, detail: null })],
      });
      expect(await ledger.listIntents({})).toEqual([
        { ...intent(1, { leaseUntil: 100 }), position: 2 },
        { ...intent(2, { asset: assetId(2), leaseUntil: 200, detail: null }), position: 2 },
      ]);
      expect((await ledger.listIntents({ expiredAt: 150 })).map((it) => it.id)).toEqual([intentId(1)]);
      expect(await ledger.listIntents({ expiredAt: 150, asset: assetId(2) })).toEqual([]);
      expect(await ledger.listIntents({ expiredAt: 99 })).toEqual([]);
    });
  });
}
