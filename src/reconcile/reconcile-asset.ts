import { deliverWrite } from "../delivery/deliver-write.ts";
import { applyReadings, type FreshReading, readFresh } from "../delivery/read-fresh.ts";
import { type Step, updateAsset } from "../delivery/update-asset.ts";
import type { NewChange } from "../domain/change.ts";
import type { FieldKey } from "../domain/field.ts";
import type { DriftId } from "../domain/ids.ts";
import { equalJson } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { changeDrifts, driftEntry } from "../plan/drift-changes.ts";
import type { Finding } from "../plan/plan-field.ts";
import { type MirrorPlan, type PlannedWrite, planMirror } from "../plan/plan-mirror.ts";
import { bindingOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Commit, WorkItem } from "../ports/ledger.ts";
import { type Allowance, costOf } from "./guard.ts";

/** What became of one piece of work. `again`: not at rest yet; try once more after `afterMs`, or with backoff. */
export type Reconciled =
  | { readonly kind: "done"; readonly wrote: number }
  | { readonly kind: "again"; readonly because: string; readonly afterMs?: number }
  | { readonly kind: "guarded" };

/**
 * Brings what one source mirrors of one asset to what the treaty demands. Level-triggered: it looks at what is there
 * now, so that a doubled, late or lost mark does no harm. Steps: plan on what is known; read afresh before anything is
 * concluded; record readings, drifts and the intent; write; record the outcome; plan again on that.
 */
export async function reconcileAsset(
  engine: Engine,
  item: WorkItem,
  allowance: Allowance,
  signal: AbortSignal,
): Promise<Reconciled> {
  const [known] = await engine.ledger.loadStates([item.asset]);
  if (!known) return finish(engine, item, [], new Map());
  const first = planOn(engine, known, item);
  if (first.heldUntil !== undefined)
    return { kind: "again", because: "ephemeral", afterMs: first.heldUntil - engine.clock.now() };
  if (!item.reread && isAtRest(engine, known, first)) return finish(engine, item, [], new Map());
  const { failures, readings } = await readFresh(engine, known, new Set([...first.readsFrom, item.source]), signal);
  const plan = planOn(engine, applyReadings(engine, known, readings).state, item);
  if (!allowance.take(costOf(known, plan))) return { kind: "guarded" };
  const refused = new Map<FieldKey, string>();
  let wrote = 0;
  for (const target of plan.writes) {
    const outcome = await writeOne(engine, item, target, readings, signal);
    if (outcome === "written") wrote += 1;
    else if ("rejected" in outcome) for (const key of target.fields.keys()) refused.set(key, outcome.rejected);
    else if ("again" in outcome)
      return {
        kind: "again",
        because: outcome.again,
        ...(outcome.afterMs === undefined ? {} : { afterMs: outcome.afterMs }),
      };
  }
  const failure = [...failures][0];
  if (failure) await recordReadings(engine, item, readings);
  if (failure)
    return {
      kind: "again",
      because: failure[1].message,
      ...(failure[1].retryAfterMs === undefined ? {} : { afterMs: failure[1].retryAfterMs }),
    };
  const done = await finish(engine, item, wrote > 0 ? [] : readings, refused);
  return done.kind === "done" ? { kind: "done", wrote } : done;
}

export function planOn(engine: Engine, state: AssetState, item: Pick<WorkItem, "source">): MirrorPlan {
  return planMirror(engine.treaty, state, engine.sources.table(), item.source, engine.clock.now());
}

/** Whether the plan changes nothing: no write, no drift to tell of, and no base to move. */
export function isAtRest(engine: Engine, state: AssetState, plan: MirrorPlan): boolean {
  return plan.writes.length === 0 && driftsOf(engine, state, plan, new Map()).length === 0;
}

type Written = "written" | { readonly rejected: string } | { readonly again: string; readonly afterMs?: number };

/** Carries out one write of the plan, worked out anew on the newest state in the transaction that records the intent. */
async function writeOne(
  engine: Engine,
  item: WorkItem,
  target: PlannedWrite,
  readings: readonly FreshReading[],
  signal: AbortSignal,
): Promise<Written> {
  const prepare = (state: AssetState): Step<PlannedWrite | undefined> => {
    const step = settle(engine, item, state, readings, new Map());
    const now = step.value.writes.find((it) => it.source === target.source);
    return { ...step, value: now };
  };
  const cause = item.position > 0 ? { causedBy: item.position } : {};
  const purpose = target.purpose;
  const outcome = await deliverWrite(
    engine,
    { asset: item.asset, write: target, actor: { kind: "gateway", id: "concordat" }, purpose, ...cause },
    signal,
    prepare,
  );
  switch (outcome.kind) {
    case "applied":
      return "written";
    case "rejected":
      return { rejected: outcome.message };
    case "stale":
      return { again: `${target.source} changed meanwhile`, afterMs: 0 };
    case "missing":
      return { again: `${target.source} no longer has the asset` };
    case "failed":
      return {
        again: outcome.message,
        ...(outcome.retryAfterMs === undefined ? {} : { afterMs: outcome.retryAfterMs }),
      };
    case "busy":
      return { again: "another write to the source is under way", afterMs: 200 };
    case "unknown":
      return { again: outcome.message };
    case "duplicate":
      return { again: "unexpected idempotency key" };
    default:
      return outcome satisfies never;
  }
}

/** The pure step: readings in, drifts and bases as they then are. */
export function settle(
  engine: Engine,
  item: WorkItem,
  state: AssetState,
  readings: readonly FreshReading[],
  refused: ReadonlyMap<FieldKey, string>,
): Step<MirrorPlan> & { readonly commit: Commit } {
  const observed = applyReadings(engine, state, readings);
  const plan = planOn(engine, observed.state, item);
  const at = toTimestamp(engine.clock.now());
  const drifts = driftsOf(engine, observed.state, plan, refused);
  const changes: NewChange[] = [...observed.changes, ...drifts.map((it) => driftEntry(observed.state, it, at))];
  const dirty = [...observed.dirty]
    .filter((it) => it !== item.source)
    .map((source) => ({ asset: item.asset, source, reread: false }));
  return {
    next: withDrifts(
      withAgreed(observed.state, plan),
      drifts.map((it) => it.drift),
    ),
    commit: { changes, dirty },
    value: plan,
  };
}

function withDrifts(state: AssetState, drifts: AssetState["drifts"]): AssetState {
  if (drifts.length === 0) return state;
  return { ...state, drifts: [...state.drifts.filter((it) => !drifts.some((other) => other.id === it.id)), ...drifts] };
}

function withAgreed(state: AssetState, plan: MirrorPlan): AssetState {
  const { agreed } = plan;
  const before = state.agreed.find((it) => it.mirror === plan.mirror);
  if (
    !agreed ||
    (before &&
      equalJson({ ...before, none: [...before.none] } as never, { ...agreed, none: [...agreed.none] } as never))
  )
    return state;
  return { ...state, agreed: [...state.agreed.filter((it) => it !== before), agreed] };
}

/** A refusal by the mirror stands as a drift until the mirror takes the value or the value changes. */
function driftsOf(
  engine: Engine,
  state: AssetState,
  plan: MirrorPlan,
  refused: ReadonlyMap<FieldKey, string>,
): ReturnType<typeof changeDrifts> {
  const findings = new Map(plan.findings);
  for (const [key, field] of plan.fields) {
    if (field.mirrorWrite === undefined || findings.has(key)) continue;
    const open = state.drifts.find((it) => it.source === plan.mirror && it.key === key);
    const because = refused.get(key);
    if (because !== undefined) findings.set(key, refusal(engine, state, plan, key, field.mirrorWrite, because));
    else if (open?.kind === "DELIVERY_FAILED" && equalJson(open.wanted, field.mirrorWrite)) findings.set(key, "keep");
    else if (open && open.state === "REPAIRING") findings.set(key, "keep");
  }
  const at = toTimestamp(engine.clock.now());
  const valueAt = (key: FieldKey): ReturnType<typeof valueIn> => valueIn(state, plan, key);
  return changeDrifts(state, plan.mirror, findings, valueAt, at, () => `drift:${engine.ids.ulid()}` as DriftId);
}

function valueIn(state: AssetState, plan: MirrorPlan, key: FieldKey): Finding["found"] {
  const reading = bindingOf(state, plan.mirror)?.fields[key];
  return reading?.state === "value" ? reading.value : null;
}

function refusal(
  engine: Engine,
  state: AssetState,
  plan: MirrorPlan,
  key: FieldKey,
  wanted: Finding["wanted"],
  because: string,
): Finding {
  const rule = plan.fields.get(key)?.rule ?? "";
  const authority = engine.treaty.rules.find((it) => it.name === rule)?.authority ?? plan.mirror;
  return {
    kind: "DELIVERY_FAILED",
    state: "OPEN",
    rule,
    authority,
    base: undefined,
    wanted,
    found: valueIn(state, plan, key),
    because,
  };
}

async function recordReadings(engine: Engine, item: WorkItem, readings: readonly FreshReading[]): Promise<void> {
  await updateAsset(engine, item.asset, (state) => {
    const step = settle(engine, item, state, readings, new Map());
    return step.next === state ? undefined : step;
  });
}

/** Records where it stands now; the work is done if nothing is left to write. */
async function finish(
  engine: Engine,
  item: WorkItem,
  readings: readonly FreshReading[],
  refused: ReadonlyMap<FieldKey, string>,
): Promise<Reconciled> {
  const updated = await updateAsset(engine, item.asset, (state) => {
    const step = settle(engine, item, state, readings, refused);
    const isDone = step.value.writes.length === 0;
    return { ...step, commit: { ...step.commit, ...(isDone ? { completed: [item] } : {}) }, value: { isDone } };
  });
  if (!updated.ok) {
    if (updated.refusal.reason === "gone") await engine.ledger.commit({ completed: [item] });
    return { kind: "done", wrote: 0 };
  }
  if (updated.value?.isDone) return { kind: "done", wrote: 0 };
  return {
    kind: "again",
    because: refused.size > 0 ? "the mirror refuses the value" : "not at rest yet",
    ...(refused.size > 0 ? { afterMs: 60_000 } : {}),
  };
}
