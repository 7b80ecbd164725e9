import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { FieldKey } from "../../src/domain/field.ts";
import {
  type Counts,
  GUARD_EFFECTS,
  type GuardedChange,
  type GuardRun,
  RUN_LONGEST_MS,
  RUN_QUIET_MS,
  takeFromRun,
} from "../../src/domain/guard-run.ts";
import type { AssetId } from "../../src/domain/ids.ts";

const change = fc.record<GuardedChange>({
  asset: fc.constantFrom(..."abcdef").map((it) => `asset:${it}` as AssetId),
  key: fc.constantFrom("owners", "domain").map((it) => it as FieldKey),
  effect: fc.constantFrom(...GUARD_EFFECTS),
  before: fc.constantFrom("x", "y"),
  after: fc.constantFrom("z", null),
});
const count = fc.record({ changes: fc.nat(6), assets: fc.nat(4) });
const bounds = fc.record<Counts>({ removal: count, rewrite: count, retirement: count });
const step = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
  pauseMs: fc.nat(90_000),
  isWorkLeft: fc.boolean(),
});

interface Kept {
  run: GuardRun | undefined;
  counted: GuardedChange[];
}

/** What a ledger does with a run. */
function keep(kept: Kept, at: number, bound: Counts, changes: readonly GuardedChange[], isWorkLeft = false) {
  const standing = { ...kept, released: [], isWorkLeft, head: 0 };
  const taken = takeFromRun(standing, at, bound, changes);
  if (!taken.ok) return taken;
  if (taken.run?.startedAt !== kept.run?.startedAt) kept.counted = [];
  kept.run = taken.run;
  kept.counted.push(...taken.counted);
  return taken;
}

const places = (changes: readonly GuardedChange[]): number =>
  new Set(changes.map((it) => `${it.asset} ${it.key} ${it.effect}`)).size;
const assets = (changes: readonly GuardedChange[]): number => new Set(changes.map((it) => it.asset)).size;

describe("a run of a guard", () => {
  test.prop([bounds, fc.array(step, { maxLength: 30 })])(
    "never lets through more than its bounds, whoever asks in whatever order",
    (bound, steps) => {
      const kept: Kept = { run: undefined, counted: [] };
      let at = 0;
      let startedAt: number | undefined;
      let allowed: GuardedChange[] = [];
      for (const { changes, isWorkLeft, pauseMs } of steps) {
        at += pauseMs;
        const taken = keep(kept, at, bound, changes, isWorkLeft);
        if (!taken.ok) continue;
        if (kept.run?.startedAt !== startedAt) allowed = [];
        startedAt = kept.run?.startedAt;
        allowed.push(...changes);
        for (const effect of GUARD_EFFECTS) {
          const own = allowed.filter((it) => it.effect === effect);
          expect(places(own)).toBeLessThanOrEqual(Math.max(bound[effect].changes, 0));
          expect(assets(own)).toBeLessThanOrEqual(bound[effect].assets);
          expect(kept.run?.spent[effect]).toEqual({ changes: places(own), assets: assets(own) });
        }
      }
    },
  );

  test.prop([bounds, fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(RUN_QUIET_MS - 1)])(
    "counts what is tried again once",
    (bound, changes, pauseMs) => {
      const kept: Kept = { run: undefined, counted: [] };
      const first = keep(kept, 0, bound, changes);
      const before = kept.run?.spent;
      const again = keep(kept, pauseMs, bound, changes);
      expect(again.ok).toBe(first.ok);
      expect(kept.run?.spent).toEqual(before);
    },
  );

  test.prop([change, bounds])("that was stopped stays stopped, however long nothing happens", (it, bound) => {
    const trip = {
      at: "",
      effect: it.effect,
      spent: bound.removal,
      bound: bound.removal,
      modeBefore: "enforce",
      review: null,
    };
    const run: GuardRun = { startedAt: 0, lastAt: 0, position: 0, spent: bound, trip };
    const standing = { run, counted: [], released: [], isWorkLeft: false, head: 0 };
    expect(takeFromRun(standing, RUN_LONGEST_MS * 100, bound, [it])).toMatchObject({ ok: false, isTripped: true });
    expect(takeFromRun({ ...standing, released: [it] }, 1, bound, [it])).toMatchObject({ ok: true, counted: [] });
  });

  test.prop([change])("lets through what was released exactly as it was listed, and counts all else", (it) => {
    const none: Counts = { removal: ZERO, rewrite: ZERO, retirement: ZERO };
    const standing = { run: undefined, counted: [], isWorkLeft: false, head: 0 };
    expect(takeFromRun({ ...standing, released: [it] }, 0, none, [it])).toEqual({
      ok: true,
      run: undefined,
      counted: [],
    });
    const other = { ...it, before: "something else" };
    expect(takeFromRun({ ...standing, released: [it] }, 0, none, [other])).toMatchObject({ ok: false });
    expect(takeFromRun({ ...standing, released: [it] }, 0, none, [it, other])).toMatchObject({ ok: false });
  });
});

const ZERO = { changes: 0, assets: 0 };
const ONE: Counts = { removal: { changes: 1, assets: 1 }, rewrite: ZERO, retirement: ZERO };
const removal = (asset: string): GuardedChange => ({
  asset: asset as AssetId,
  key: "domain" as FieldKey,
  effect: "removal",
  before: "x",
  after: null,
});

describe("a run ends", () => {
  test.each([
    ["not before it was quiet for long enough", RUN_QUIET_MS - 1, false, false],
    ["when it was quiet for long enough and no work is left", RUN_QUIET_MS, false, true],
    [
      "not while work is left of what there was to do: a crash and a long sleep bring no new allowance",
      RUN_QUIET_MS * 10,
      true,
      false,
    ],
    ["after an hour at the latest", RUN_LONGEST_MS, true, true],
  ])("%s", (_title, pauseMs, isWorkLeft, isOver) => {
    const kept: Kept = { run: undefined, counted: [] };
    expect(keep(kept, 1_000, ONE, [removal("asset:a")]).ok).toBe(true);
    expect(keep(kept, 1_000 + pauseMs, ONE, [removal("asset:b")], isWorkLeft).ok).toBe(isOver);
  });

  test("no earlier for a process whose clock lags", () => {
    const kept: Kept = { run: undefined, counted: [] };
    keep(kept, 100_000, ONE, [removal("asset:a")]);
    expect(keep(kept, 0, ONE, [removal("asset:b")]).ok).toBe(false);
  });
});
