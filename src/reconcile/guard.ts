import type { Change } from "../domain/change.ts";
import type { Counts, GuardedChange } from "../domain/guard-run.ts";
import type { SourceId } from "../domain/ids.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import type { MirrorPlan, PlannedWrite } from "../plan/plan-mirror.ts";
import { bindingOf } from "../plan/source-facts.ts";
import type { Engine } from "../ports/engine.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Guards } from "../treaty/decision.ts";

/** Below this many assets no percentage applies: three of ten are no mass removal. */
const SMALLEST_BOUND = 25;

/**
 * The bounds of one run in a source that holds `assets` assets. A number bounds the changes, field by field; a percentage bounds
 * of how many assets they are. Whichever is met first holds.
 */
export function boundsOf(guards: Guards, assets: number): Counts {
  const bound = (changes: number, percent: number): Counts["removal"] => ({
    changes,
    assets: Math.max(SMALLEST_BOUND, Math.floor((assets * percent) / 100)),
  });
  return {
    removal: bound(guards.maxRemovals, guards.maxRemovalPercent),
    rewrite: bound(guards.maxRewrites, guards.maxRewritePercent),
    retirement: bound(guards.maxRetirements, guards.maxRetirementPercent),
  };
}

/** For how long a number of assets is good enough. One that leaves no room is asked for again at once. */
const POPULATION_LIVES_MS = 60_000;
const populations = new WeakMap<Ledger, Map<SourceId, { readonly at: number; readonly assets: number }>>();

/** The bounds of a run in `source` now. */
export async function boundsNow(engine: Engine, source: SourceId, isAnew = false): Promise<Counts> {
  const { clock, ledger, treaty } = engine;
  const known = populations.get(ledger) ?? new Map<SourceId, { readonly at: number; readonly assets: number }>();
  populations.set(ledger, known);
  const now = clock.now();
  let population = known.get(source);
  if (isAnew || !population || Math.abs(now - population.at) >= POPULATION_LIVES_MS) {
    population = { at: now, assets: await ledger.countBound(source) };
    known.set(source, population);
  }
  return boundsOf(treaty.guards, population.assets);
}

/**
 * What of a write counts, field by field: a removal if a value, or an element of it, goes; a rewrite if a value is replaced by
 * another. Filling what is empty costs nothing.
 */
export function changesOf(state: AssetState, write: PlannedWrite): readonly GuardedChange[] {
  const binding = bindingOf(state, write.source);
  return [...write.fields].flatMap(([key, wanted]): readonly GuardedChange[] => {
    const reading = binding?.fields[key];
    const before = reading?.state === "value" ? reading.value : null;
    const after = wanted.state === "value" ? wanted.value : null;
    if (before === null) return [];
    const effect = after === null || lost(before, after) ? "removal" : "rewrite";
    return [{ asset: state.asset.id, key, effect, before, after }];
  });
}

/**
 * Those that count: what carries on what somebody ordered through the gateway, field by field, is nobody's mistake but theirs, and
 * a gateway with much to do must not come to its bounds by it.
 *
 * @param last the newest FIELD_CHANGED of each field.
 */
export function countingChanges(
  state: AssetState,
  plan: MirrorPlan,
  write: PlannedWrite,
  last: ReadonlyMap<string, Change>,
): readonly GuardedChange[] {
  return changesOf(state, write).filter(({ key }) => {
    const drift = state.drifts.find((it) => it.source === plan.mirror && it.key === key);
    if (drift?.decision !== undefined) return false;
    const field = plan.fields.get(key);
    // An authority's change on its way, of a field with a base: no revert, no conflict, no first sight.
    const isOnItsWay = write.source === plan.mirror && field?.action === "MIRROR" && !field.isFirstSight;
    return !(isOnItsWay && isOrdered(state, last.get(key)));
  });
}

/** Whether it was made through the gateway, and the source where it was made holds what came of it. */
function isOrdered(state: AssetState, last: Change | undefined): boolean {
  if (!last?.source || !last.key || (last.actor.kind !== "person" && last.actor.kind !== "service")) return false;
  const reading = bindingOf(state, last.source)?.fields[last.key];
  return reading?.state === "value" ? reading.by < last.position : last.after === null;
}

function lost(before: Json, after: Json): boolean {
  const [left, right] = [keysOf(before), keysOf(after)];
  return left !== undefined && right !== undefined && left.some((it) => !right.includes(it));
}

function keysOf(value: Json): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as Json[]).map((it) => (isJsonObject(it) ? String(it["principal"] ?? it["name"]) : String(it)));
}
