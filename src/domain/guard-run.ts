import type { FieldKey } from "./field.ts";
import type { AssetId, ReviewId } from "./ids.ts";
import { equalJson, type Json } from "./json.ts";

/** `writes`: what is written to a source. `existence`: what is concluded from a source's listings. Each has runs of its own. */
export const GUARD_SCOPES = ["writes", "existence"] as const;
export type GuardScope = (typeof GUARD_SCOPES)[number];

/** A value or an element of one goes; a value is replaced by another; an asset is taken to be gone. What fills the empty is none of them. */
export const GUARD_EFFECTS = ["removal", "rewrite", "retirement"] as const;
export type GuardEffect = (typeof GUARD_EFFECTS)[number];

/** One thing that a guard counts. `before` and `after` are what stands there and what would; null is ABSENT. */
export interface GuardedChange {
  readonly asset: AssetId;
  /** For a retirement the field under which existence is told. */
  readonly key: FieldKey;
  readonly effect: GuardEffect;
  readonly before: Json;
  readonly after: Json;
}

/** How many changes, and of how many assets. */
export interface Count {
  readonly changes: number;
  readonly assets: number;
}
/** What a run has done, or what it may do at most. */
export type Counts = Readonly<Record<GuardEffect, Count>>;

/** Why a run was stopped, from then until a person has answered. */
export interface Trip {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly effect: GuardEffect;
  readonly spent: Count;
  readonly bound: Count;
  /** The mode in which the source was. */
  readonly modeBefore: string;
  /** The review that asks about it; null until what was held back has been listed. */
  readonly review: ReviewId | null;
}

/** What has been counted for one source in one scope since the last rest. Times in milliseconds since 1970. */
export interface GuardRun {
  readonly startedAt: number;
  readonly lastAt: number;
  /** The log's head when something was counted last. */
  readonly position: number;
  readonly spent: Counts;
  readonly trip?: Trip;
}

/** A run ends when nothing has been counted for this long and no work is left of what there was to do then … */
export const RUN_QUIET_MS = 60_000;
/** … or after this long: a gateway that is never at rest must not come to its bounds by what is right. */
export const RUN_LONGEST_MS = 3_600_000;

const NOTHING: Count = { changes: 0, assets: 0 };
export const NOTHING_SPENT: Counts = { removal: NOTHING, rewrite: NOTHING, retirement: NOTHING };

/** What a ledger knows when something is to be taken. */
export interface Standing {
  readonly run: GuardRun | undefined;
  /** What the run has counted of the assets concerned. */
  readonly counted: readonly Pick<GuardedChange, "asset" | "key" | "effect">[];
  /** What a person has released, of the assets concerned, and has not been done yet. */
  readonly released: readonly GuardedChange[];
  /** Whether work is left that was there when something was counted last. */
  readonly isWorkLeft: boolean;
  /** The log's head. */
  readonly head: number;
}

export type Taken =
  | { readonly ok: true; readonly run: GuardRun | undefined; readonly counted: readonly GuardedChange[] }
  | { readonly ok: false; readonly effect: GuardEffect; readonly spent: Count; readonly isTripped: boolean };

/** Whether nothing has been counted for so long that the run is over, unless work is left. A run that was stopped never is. */
export function isQuiet(run: GuardRun, at: number): boolean {
  return run.trip === undefined && at - run.lastAt >= RUN_QUIET_MS;
}

/**
 * Takes changes from what a run may still do: all of them, or, before the one too many, none. What is tried again in one run counts
 * once; what a person has released, as it was listed, counts nothing. Pure: whoever keeps runs calls it in the transaction
 * that begins the changes, so that the bound holds whichever process works, and through every crash.
 *
 * @param at milliseconds since 1970.
 */
export function takeFromRun(standing: Standing, at: number, bounds: Counts, changes: readonly GuardedChange[]): Taken {
  const { head, isWorkLeft, released, run: last } = standing;
  const isOver = last && !last.trip && ((isQuiet(last, at) && !isWorkLeft) || at - last.startedAt >= RUN_LONGEST_MS);
  const run = isOver ? undefined : last;
  const known = run ? standing.counted : [];
  const unreleased = changes.filter((it) => !released.some((other) => isSameChange(it, other)));
  const [held] = unreleased;
  if (run?.trip && held) return { ok: false, effect: held.effect, spent: run.spent[held.effect], isTripped: true };
  const isFresh = (it: GuardedChange, index: number): boolean =>
    ![...known, ...unreleased.slice(0, index)].some((other) => isSamePlace(it, other));
  const counted = unreleased.filter(isFresh);
  const spent = add(run?.spent ?? NOTHING_SPENT, counted, known);
  const over = counted.find(({ effect }) => isOverBound(spent[effect], bounds[effect]));
  if (over)
    return { ok: false, effect: over.effect, spent: (run?.spent ?? NOTHING_SPENT)[over.effect], isTripped: false };
  if (unreleased.length === 0) return { ok: true, run, counted };
  const startedAt = run?.startedAt ?? at;
  return { ok: true, run: { startedAt, lastAt: Math.max(run?.lastAt ?? at, at), position: head, spent }, counted };
}

export function isOverBound(spent: Count, bound: Count): boolean {
  return spent.changes > bound.changes || spent.assets > bound.assets;
}

function add(spent: Counts, counted: readonly GuardedChange[], known: Standing["counted"]): Counts {
  const sum = { ...spent };
  const seen = [...known];
  for (const it of counted) {
    const isNewAsset = !seen.some((other) => other.asset === it.asset && other.effect === it.effect);
    const { assets, changes } = sum[it.effect];
    sum[it.effect] = { changes: changes + 1, assets: assets + Number(isNewAsset) };
    seen.push(it);
  }
  return sum;
}

function isSamePlace(left: Standing["counted"][number], right: Standing["counted"][number]): boolean {
  return left.asset === right.asset && left.key === right.key && left.effect === right.effect;
}

function isSameChange(left: GuardedChange, right: GuardedChange): boolean {
  return isSamePlace(left, right) && equalJson(left.before, right.before) && equalJson(left.after, right.after);
}
