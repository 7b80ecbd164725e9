import type { AssetId } from "../domain/ids.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import { bindingOf } from "../plan/source-facts.ts";
import type { Guards } from "../treaty/decision.ts";

/** What a plan would take away, and what it would replace. Filling what is empty costs nothing. */
export interface Cost {
  readonly removals: number;
  readonly rewrites: number;
}

/** Below this many, no percentage applies: three of ten assets are no mass removal. */
const SMALLEST_BOUND = 25;

/** The bounds of one run over `assets` assets: the lesser of the absolute and the percentage holds. */
export function boundsOf(guards: Guards, assets: number): Cost {
  const bound = (max: number, percent: number): number =>
    Math.min(max, Math.max(SMALLEST_BOUND, Math.floor((assets * percent) / 100)));
  return {
    removals: bound(guards.maxRemovals, guards.maxRemovalPercent),
    rewrites: bound(guards.maxRewrites, guards.maxRewritePercent),
  };
}

/**
 * Adds up one run. `take` says no before the one too many, and changes nothing then. What is tried again for the same asset
 * counts once.
 */
export class Allowance {
  #bounds: Cost;
  #spent: Cost = { removals: 0, rewrites: 0 };
  readonly #byAsset = new Map<AssetId, Cost>();

  constructor(bounds: Cost) {
    this.#bounds = bounds;
  }

  get bounds(): Cost {
    return this.#bounds;
  }

  get spent(): Cost {
    return this.#spent;
  }

  /** Whether something was taken from it. */
  get isUsed(): boolean {
    return this.#byAsset.size > 0;
  }

  take(asset: AssetId, cost: Cost): boolean {
    const before = this.#byAsset.get(asset) ?? FREE;
    const most = {
      removals: Math.max(before.removals, cost.removals),
      rewrites: Math.max(before.rewrites, cost.rewrites),
    };
    const removals = this.#spent.removals + most.removals - before.removals;
    const rewrites = this.#spent.rewrites + most.rewrites - before.rewrites;
    if (removals > this.#bounds.removals || rewrites > this.#bounds.rewrites) return false;
    this.#spent = { removals, rewrites };
    if (most.removals + most.rewrites > 0) this.#byAsset.set(asset, most);
    return true;
  }

  /** True if the bounds have grown: there are more assets now than when the run began. */
  widen(bounds: Cost): boolean {
    const isWider = bounds.removals > this.#bounds.removals || bounds.rewrites > this.#bounds.rewrites;
    if (isWider) this.#bounds = bounds;
    return isWider;
  }
}

const FREE: Cost = { removals: 0, rewrites: 0 };

/** Counts per field: a removal if a value, or an element of it, goes; a rewrite if a value is replaced by another. */
export function costOf(state: AssetState, writes: readonly PlannedWrite[]): Cost {
  let removals = 0;
  let rewrites = 0;
  for (const write of writes) {
    for (const [key, wanted] of write.fields) {
      const reading = bindingOf(state, write.source)?.fields[key];
      const before = reading?.state === "value" ? reading.value : null;
      const after = wanted.state === "value" ? wanted.value : null;
      if (before === null) continue;
      if (after === null || lost(before, after)) removals += 1;
      else rewrites += 1;
    }
  }
  return { removals, rewrites };
}

function lost(before: Json, after: Json): boolean {
  const [left, right] = [keysOf(before), keysOf(after)];
  return left !== undefined && right !== undefined && left.some((it) => !right.includes(it));
}

function keysOf(value: Json): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as Json[]).map((it) => (isJsonObject(it) ? String(it["principal"] ?? it["name"]) : String(it)));
}
