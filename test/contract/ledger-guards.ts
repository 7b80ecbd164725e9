import { describe, expect, test } from "vitest";
import type { FieldKey } from "../../src/domain/field.ts";
import { type Counts, type GuardedChange, RUN_QUIET_MS } from "../../src/domain/guard-run.ts";
import { parseReviewId } from "../../src/domain/ids.ts";
import type { GuardReview } from "../../src/domain/review.ts";
import type { GuardSpend } from "../../src/ports/guard-ledger.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { accept, assetId, CATALOG, change, LAKE, newAsset, T0 } from "../support/ledger-fixtures.ts";

const TWO = { changes: 2, assets: 2 };
const BOUNDS: Counts = { removal: TWO, rewrite: TWO, retirement: TWO };
const WRITES = { source: LAKE, scope: "writes" } as const;

const removal = (n: number, key = "owners", before = "x"): GuardedChange => ({
  asset: assetId(n),
  key: key as FieldKey,
  effect: "removal",
  before,
  after: null,
});
const spend = (at: number, ...changes: readonly GuardedChange[]): { guard: GuardSpend } => ({
  guard: { ...WRITES, at, bounds: BOUNDS, changes },
});
const REVIEW: GuardReview = {
  id: parseReviewId(`review:${"0".repeat(26)}`),
  kind: "GUARD",
  state: "OPEN",
  source: LAKE,
  openedAt: T0,
  because: "too much",
  scope: "writes",
  effect: "removal",
  spent: TWO,
  bound: TWO,
  modeBefore: "enforce",
  total: 2,
  listed: 2,
};
const TRIP = { at: T0, effect: "removal", spent: TWO, bound: TWO, modeBefore: "enforce", review: null } as const;

export function describeGuards(open: () => Promise<Ledger>): void {
  describe("a guard", () => {
    test("refuses the whole commit that holds the one too many, and says what was spent", async () => {
      await using ledger = await open();
      await accept(ledger, { ...spend(0, removal(1), removal(2)), changes: [change()] });
      const refused = await ledger.commit({ ...spend(1, removal(3)), changes: [change()], settings: { a: 1 } });
      expect(refused).toEqual({ ok: false, reason: "guarded", effect: "removal", spent: TWO, isTripped: false });
      expect(await ledger.head()).toBe(1);
      expect(await ledger.readSetting("a")).toBeUndefined();
      expect((await ledger.readRun(WRITES))?.spent.removal).toEqual(TWO);
    });

    test("counts the same asset and field once, and each source and scope for itself", async () => {
      await using ledger = await open();
      for (let at = 0; at < 5; at += 1) await accept(ledger, spend(at, removal(1), removal(2)));
      await accept(ledger, { guard: { ...spend(5, removal(3), removal(4)).guard, source: CATALOG } });
      await accept(ledger, { guard: { ...spend(5, removal(3), removal(4)).guard, scope: "existence" } });
      expect(await ledger.commit(spend(6, removal(5)))).toMatchObject({ reason: "guarded" });
    });

    test("takes exactly what its bound allows from many who ask at once", async () => {
      await using ledger = await open();
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.commit(spend(0, removal(n)))));
      expect(answers.filter((it) => it.ok)).toHaveLength(2);
    });

    test("begins a new run when nothing was counted for long enough and no work is left, not while work is left", async () => {
      await using ledger = await open();
      await accept(ledger, { changes: [change()], dirty: [{ asset: assetId(9), source: LAKE, reread: false }] });
      await accept(ledger, spend(0, removal(1), removal(2)));
      expect(await ledger.commit(spend(RUN_QUIET_MS, removal(3)))).toMatchObject({ reason: "guarded" });
      const items = await ledger.claimWork(LAKE, "worker", 0, 1_000, 10);
      await accept(ledger, { completed: items });
      await accept(ledger, spend(RUN_QUIET_MS, removal(3), removal(4)));
      expect(await ledger.commit(spend(RUN_QUIET_MS, removal(1)))).toMatchObject({ reason: "guarded" });
      expect((await ledger.readRun(WRITES))?.startedAt).toBe(RUN_QUIET_MS);
    });

    test("counts on while work of then is left, also where that was marked again since", async () => {
      await using ledger = await open();
      const mark = { asset: assetId(9), source: LAKE, reread: false };
      await accept(ledger, { changes: [change()], dirty: [mark] });
      await accept(ledger, spend(0, removal(1), removal(2)));
      await accept(ledger, { changes: [change(), change()], dirty: [mark] });
      expect(await ledger.commit(spend(RUN_QUIET_MS, removal(3)))).toMatchObject({ reason: "guarded" });
    });

    test("that was stopped lets nothing through, however late, until it is armed; it is stopped once", async () => {
      await using ledger = await open();
      await accept(ledger, { trip: { ...WRITES, trip: TRIP } });
      expect(await ledger.commit({ trip: { ...WRITES, trip: TRIP } })).toEqual({ ok: false, reason: "tripped" });
      await accept(ledger, { trip: { ...WRITES, trip: { ...TRIP, review: REVIEW.id } } });
      const again = { trip: { ...WRITES, trip: { ...TRIP, review: REVIEW.id } } };
      expect(await ledger.commit(again)).toEqual({ ok: false, reason: "tripped" });
      expect(await ledger.commit(spend(1e15, removal(1)))).toMatchObject({ reason: "guarded", isTripped: true });
      await accept(ledger, { arm: [WRITES] });
      expect(await ledger.readRun(WRITES)).toBeUndefined();
      await accept(ledger, spend(1e15, removal(1)));
    });

    test("percentages are of the assets that a source holds and that are not retired", async () => {
      await using ledger = await open();
      const retired = { state: "RETIRED", retiredAt: T0 } as const;
      await accept(ledger, { assets: [newAsset(1), newAsset(2), newAsset(3, { asset: retired })] });
      expect([await ledger.countBound(LAKE), await ledger.countBound(CATALOG)]).toEqual([2, 0]);
    });
  });

  describe("a review", () => {
    const opened = { review: REVIEW, expects: "none", items: [removal(1), removal(2)] } as const;

    test("is listed and read with what it lists, page by page", async () => {
      await using ledger = await open();
      await accept(ledger, { reviews: [opened], changes: [change(), change({ review: REVIEW.id })] });
      const page = await ledger.pageReviews({ states: ["OPEN"], kinds: ["GUARD"], sources: [LAKE] }, { limit: 5 });
      expect(page.items.map((it) => it.item)).toEqual([REVIEW]);
      expect((await ledger.pageReviews({ kinds: ["FIELD"] }, { limit: 5 })).items).toEqual([]);
      expect(await ledger.loadReviews([REVIEW.id, parseReviewId(`review:${"1".repeat(26)}`)])).toEqual([
        REVIEW,
        undefined,
      ]);
      const first = await ledger.pageReviewItems(REVIEW.id, { limit: 1 });
      const after = first.items[0]?.cursor ?? "";
      const second = await ledger.pageReviewItems(REVIEW.id, { limit: 1, after });
      expect([first, second].map((it) => [it.items[0]?.item, it.hasNext])).toEqual([
        [removal(1), true],
        [removal(2), false],
      ]);
    });

    test("is answered by one of many who answer at once", async () => {
      await using ledger = await open();
      await accept(ledger, { reviews: [opened] });
      const answer = { review: { ...REVIEW, state: "DECIDED" }, expects: "OPEN" } as const;
      const answers = await Promise.all([1, 2, 3].map(() => ledger.commit({ reviews: [answer], changes: [change()] })));
      expect(answers.filter((it) => it.ok)).toHaveLength(1);
      expect(answers.find((it) => !it.ok)).toMatchObject({ reason: "review", review: { state: "DECIDED" } });
      expect(await ledger.head()).toBe(1);
    });

    test("that releases lets what it lists through, as it is listed, until it is done, and not for ever", async () => {
      await using ledger = await open();
      await accept(ledger, { reviews: [opened], trip: { ...WRITES, trip: TRIP } });
      const decided = { ...REVIEW, state: "DECIDED" } as const;
      await accept(ledger, { reviews: [{ review: decided, expects: "OPEN", releasedUntil: 100 }], arm: [WRITES] });
      expect(await ledger.listReleased(WRITES, 1)).toEqual([removal(1), removal(2)]);
      expect(await ledger.listReleased(WRITES, 100)).toEqual([]);
      const none = { removal: ZERO, rewrite: ZERO, retirement: ZERO };
      const ask = (at: number, it: GuardedChange) =>
        ledger.commit({ guard: { ...WRITES, at, bounds: none, changes: [it] } });
      expect(await ask(1, removal(1))).toMatchObject({ ok: true });
      expect(await ask(1, removal(1))).toMatchObject({ ok: true }); // tried again, before it was done
      expect(await ask(1, removal(1, "owners", "another value"))).toMatchObject({ reason: "guarded" });
      expect(await ask(100, removal(2))).toMatchObject({ reason: "guarded" });
      await accept(ledger, { carriedOut: [{ ...WRITES, ...removal(1) }] });
      expect(await ask(1, removal(1))).toMatchObject({ reason: "guarded" });
      expect(await ledger.listReleased(WRITES, 1)).toEqual([removal(2)]);
    });
  });
}

const ZERO = { changes: 0, assets: 0 };
