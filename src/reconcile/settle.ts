import { isDeepStrictEqual } from "node:util";
import { applyReadings, type FreshReading } from "../delivery/read-fresh.ts";
import type { Step } from "../delivery/update-asset.ts";
import type { NewChange } from "../domain/change.ts";
import type { SourceId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import { driftEntry } from "../plan/drift-changes.ts";
import type { Told } from "../plan/observe.ts";
import { type MirrorPlan, planMirror } from "../plan/plan-mirror.ts";
import type { SourceTable } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Commit, WorkItem } from "../ports/ledger.ts";
import type { SourceError } from "../ports/source.ts";
import { findDrifts, type Refusals } from "./find-drifts.ts";

/** What one attempt has found out: the readings it took, who did not answer, and what was refused. */
export interface Found {
  readonly readings: readonly FreshReading[];
  readonly failures: ReadonlyMap<SourceId, SourceError>;
  readonly refused: Refusals;
}

export const NOTHING_FOUND: Found = { readings: [], failures: new Map(), refused: new Map() };

/** A source that did not answer is UNKNOWN, whatever the ledger remembers of it. */
export function planOn(
  engine: Engine,
  state: AssetState,
  item: Pick<WorkItem, "source">,
  failures: Found["failures"] = new Map(),
): MirrorPlan {
  const sources = withFailures(engine.sources.table(), failures);
  return planMirror(engine.treaty, state, sources, item.source, engine.clock.now());
}

function withFailures(table: SourceTable, failures: Found["failures"]): SourceTable {
  if (failures.size === 0) return table;
  return new Map(
    [...table].map(([id, facts]) => {
      const error = failures.get(id);
      return [id, error ? { ...facts, unreadable: error.message } : facts];
    }),
  );
}

/** Whether there is nothing to write and no drift to tell of. */
export function isAtRest(engine: Engine, state: AssetState, plan: MirrorPlan): boolean {
  return plan.writes.length === 0 && findDrifts(engine, state, plan, new Map()).length === 0;
}

export interface Settled extends Step<MirrorPlan> {
  readonly commit: Commit;
  /** Sources of which somebody else has recorded something since they were read. */
  readonly overtaken: ReadonlySet<SourceId>;
}

/** The pure step: readings in, drifts and bases as they then are. */
export function settle(
  engine: Engine,
  item: WorkItem,
  state: AssetState,
  { failures, readings, refused }: Found,
  told: Told,
): Settled {
  const observed = applyReadings(engine, state, readings, told);
  const plan = planOn(engine, observed.state, item, failures);
  const at = toTimestamp(engine.clock.now());
  const drifts = findDrifts(engine, observed.state, plan, refused);
  const changes: NewChange[] = [...observed.changes, ...drifts.map((it) => driftEntry(observed.state, it, at))];
  const dirty = [...observed.dirty]
    .filter((it) => it !== item.source)
    .map((source) => ({ asset: item.asset, source, reread: false }));
  const found = drifts.map((it) => it.drift);
  const next = withDrifts(withAgreed(observed.state, plan), found);
  return { next, commit: { changes, dirty, working: [item] }, value: plan, overtaken: observed.overtaken };
}

function withDrifts(state: AssetState, drifts: AssetState["drifts"]): AssetState {
  if (drifts.length === 0) return state;
  return { ...state, drifts: [...state.drifts.filter((it) => !drifts.some((other) => other.id === it.id)), ...drifts] };
}

function withAgreed(state: AssetState, { agreed, mirror }: MirrorPlan): AssetState {
  const before = state.agreed.find((it) => it.mirror === mirror);
  if (!agreed || isDeepStrictEqual(before, agreed)) return state;
  return { ...state, agreed: [...state.agreed.filter((it) => it !== before), agreed] };
}
