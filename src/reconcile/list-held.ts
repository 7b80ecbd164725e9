import type { GuardedChange } from "../domain/guard-run.ts";
import type { SourceId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import { planMirror } from "../plan/plan-mirror.ts";
import type { SourceTable } from "../plan/source-facts.ts";
import type { Engine } from "../ports/engine.ts";
import { MODES } from "../treaty/decision.ts";
import { changesOf } from "./guard.ts";
import { assetsIn } from "./plan-report.ts";

/** What a guard holds back: as much as a review lists, and how much it is. */
export interface Held {
  readonly listed: readonly GuardedChange[];
  readonly total: number;
}

/** Changes that one review lists, and one release lets through. The rest is another question, after that. */
export const MOST_LISTED = 10_000;

/** What would be removed and replaced in `source`, from what the ledger knows, were it in the mode that it was in. */
export async function listHeld(engine: Engine, source: SourceId, mode: string, signal: AbortSignal): Promise<Held> {
  const listed: GuardedChange[] = [];
  let total = 0;
  // What was let through before the guard stopped the run may still be under way: it is not held back.
  const underWay = new Set((await engine.ledger.listIntents({ source })).map((it) => it.asset));
  for await (const ids of assetsIn(engine, {}, signal)) {
    const table = inMode(engine.sources.table(), source, mode);
    for (const state of await engine.ledger.loadStates(ids)) {
      const held = state && !underWay.has(state.asset.id) ? heldBackOf(engine, state, source, table) : [];
      total += held.length;
      listed.push(...held.slice(0, MOST_LISTED - listed.length));
    }
  }
  return { listed, total };
}

function inMode(table: SourceTable, source: SourceId, mode: string): SourceTable {
  const known = MODES.find((it) => it === mode) ?? "enforce";
  return new Map([...table].map(([id, facts]) => [id, id === source ? { ...facts, mode: known } : facts]));
}

/** Of several mirrors that would each have something adopted, the first is listed. */
function heldBackOf(engine: Engine, state: AssetState, source: SourceId, table: SourceTable): readonly GuardedChange[] {
  const found = new Map<string, GuardedChange>();
  for (const mirror of table.keys()) {
    const { writes } = planMirror(engine.treaty, state, table, mirror, engine.clock.now());
    for (const write of writes.filter((it) => it.source === source)) {
      for (const it of changesOf(state, write)) if (!found.has(it.key)) found.set(it.key, it);
    }
  }
  return [...found.values()];
}
