import { deliverWrite } from "../delivery/deliver-write.ts";
import type { DeliveryOutcome } from "../delivery/delivery-request.ts";
import { toRequest } from "../delivery/intent-detail.ts";
import { applyReadings, readFresh } from "../delivery/read-fresh.ts";
import { record } from "../delivery/record.ts";
import { type Step, updateAsset } from "../delivery/update-asset.ts";
import type { Change } from "../domain/change.ts";
import type { FieldKey } from "../domain/field.ts";
import type { Counts } from "../domain/guard-run.ts";
import type { SourceId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import type { Told } from "../plan/observe.ts";
import type { MirrorPlan, PlannedWrite } from "../plan/plan-mirror.ts";
import { isAuthorityOf } from "../plan/to-field-case.ts";
import type { Engine } from "../ports/engine.ts";
import type { Intent, WorkItem } from "../ports/ledger.ts";
import { refusedBefore } from "./find-drifts.ts";
import { boundsNow, countingChanges } from "./guard.ts";
import { type Found, isAtRest, NOTHING_FOUND, planOn, settle } from "./settle.ts";
import type { Excess } from "./trip-guard.ts";
import { wasOvertaken } from "./was-overtaken.ts";

/** What became of one piece of work. `again`: not at rest yet; try once more after `afterMs`, or with backoff. */
export type Reconciled = { readonly kind: "done"; readonly wrote: number } | Again | Guarded;

/** The guards allow no more. Undefined: the run had been stopped before. */
interface Guarded {
  readonly kind: "guarded";
  readonly excess: Excess | undefined;
}

interface Again {
  readonly kind: "again";
  readonly because: string;
  readonly afterMs?: number;
}

/** Waits for somebody else's write to the same asset and source: it may be over much earlier than its lease, or be in doubt. */
const BUSY_MS = { least: 200, most: 2_000 };
/** Waits for the outcome of a write in doubt: whoever finds it out marks the asset. */
const IN_DOUBT_MS = 10_000;
/** Times in a row that a write which was overtaken is tried again without a pause. A source can be changed as fast as it is written. */
const AT_ONCE = 3;
/** A mirror that refuses to rename is asked again now and then. */
const RENAME_MS = 3_600_000;
const GATEWAY = { kind: "gateway", id: "concordat" } as const;

/**
 * Brings what one source mirrors of one asset to what the treaty demands. Level-triggered: it looks at what is there
 * now, so that a doubled, late or lost mark does no harm. Steps: plan on what is known; read afresh before anything is
 * concluded; record readings, drifts and the intent; write; record the outcome; plan again on that.
 */
export async function reconcileAsset(engine: Engine, item: WorkItem, signal: AbortSignal): Promise<Reconciled> {
  const [known] = await engine.ledger.loadStates([item.asset]);
  if (!known) return finish(engine, item, NOTHING_FOUND);
  const first = planOn(engine, known, item);
  if (first.heldUntil !== undefined) return again("ephemeral", first.heldUntil - engine.clock.now());
  if (!item.reread && isAtRest(engine, known, first)) return finish(engine, item, NOTHING_FOUND);
  const silent = item.attempts > 0 ? silentOf(engine, first) : NOTHING_FOUND.failures;
  const [reason] = silent.values();
  // Tried before, and what it waits for still does not answer: the others are not asked again for nothing.
  if (reason && isAtRest(engine, known, planOn(engine, known, item, silent))) return again(reason.message);
  const read = await readFresh(engine, known, new Set([...first.readsFrom, item.source]), signal);
  const inDoubt = mirrorWriteUnderWay(item, read.readings);
  if (inDoubt) return again("a write to the source is in doubt", IN_DOUBT_MS);
  const state = applyReadings(engine, known, read.readings).state;
  const plan = planOn(engine, state, item, read.failures);
  const writes = worthTrying(item, state, plan, beingReplaced(engine, item, state, read.readings));
  const refused = new Map<FieldKey, string>();
  let wrote = 0;
  for (const target of writes) {
    const written = await writeAll(engine, item, target, { ...read, refused }, signal);
    if (written.kind !== "written") return written;
    wrote += written.wrote;
    for (const [key, because] of written.refused) refused.set(key, because);
  }
  const done = await finish(engine, item, { ...read, refused }, new Set(writes.map((it) => it.source)));
  return done.kind === "done" ? { kind: "done", wrote } : done;
}

/** Sources that the plan rests on, and of which nothing can be had for now. */
function silentOf({ sources }: Engine, { readsFrom }: MirrorPlan): Found["failures"] {
  return new Map(
    [...readsFrom].flatMap((id) => {
      const failing = sources.failing(id);
      return failing ? [[id, failing.error]] : [];
    }),
  );
}

function again(because: string, afterMs?: number): Again {
  return { kind: "again", because, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** What was refused as it is now is left alone, unless somebody asks to look again; and so is what is about to be another value. */
function worthTrying(
  item: WorkItem,
  state: AssetState,
  plan: MirrorPlan,
  replaced: ReadonlySet<FieldKey>,
): readonly PlannedWrite[] {
  const left = item.reread ? replaced : replaced.union(refusedBefore(state, plan));
  if (left.size === 0) return plan.writes;
  return plan.writes.flatMap((it) => without(it, left) ?? []);
}

/**
 * Fields that the gateway is writing to their authority, or may have written: what stands there now may be gone in a moment.
 * Whoever finds out what became of the write marks the asset. One that was begun by an older treaty, to what is no authority any more,
 * keeps nobody waiting (P12).
 */
function beingReplaced(
  { treaty }: Engine,
  { source }: WorkItem,
  state: AssetState,
  readings: Found["readings"],
): ReadonlySet<FieldKey> {
  const writes = readings.flatMap((it) => it.writes).filter((it) => it.source !== source && it.purpose !== "mirror");
  const keysOf = (it: Intent): readonly FieldKey[] => [...(toRequest(it)?.write.fields.keys() ?? [])];
  return new Set(writes.flatMap((it) => keysOf(it).filter((key) => isAuthorityOf(treaty, state, key, it.source))));
}

function without(write: PlannedWrite, left: ReadonlySet<FieldKey>): PlannedWrite | undefined {
  const fields = new Map([...write.fields].filter(([key]) => !left.has(key)));
  return fields.size === 0 && write.fields.size > 0 ? undefined : { ...write, fields };
}

interface Written {
  readonly kind: "written";
  readonly wrote: number;
  readonly refused: ReadonlyMap<FieldKey, string>;
}

/** One value that is refused keeps no other from arriving: a refusal that names no field is narrowed down one by one. */
async function writeAll(
  engine: Engine,
  item: WorkItem,
  target: PlannedWrite,
  found: Found,
  signal: AbortSignal,
): Promise<Written | Again | Guarded> {
  const refused = new Map<FieldKey, string>();
  let wrote = 0;
  const queue = oneForEachDecider(target);
  for (let keys = queue.shift(); keys; keys = queue.shift()) {
    const outcome = await writeGuarded(engine, item, target, keys, found, signal);
    if (outcome.kind === "applied") wrote += 1;
    else if (outcome.kind === "stopped") return { kind: "guarded", excess: outcome.excess };
    else if (outcome.kind !== "rejected") return toAgain(engine, item, target, outcome);
    else if (keys.size === 0) return again(`${target.source} refuses the new name: ${outcome.message}`, RENAME_MS);
    else {
      const culprit = outcome.field !== undefined && keys.has(outcome.field) ? outcome.field : undefined;
      const [first] = keys;
      const refusedKey = keys.size === 1 ? first : culprit;
      if (refusedKey !== undefined) refused.set(refusedKey, outcome.message);
      const rest = [...keys].filter((it) => it !== refusedKey);
      if (refusedKey === undefined) queue.push(...rest.map((it) => new Set([it])));
      else if (rest.length > 0) queue.push(new Set(rest));
    }
  }
  return { kind: "written", wrote, refused };
}

/** What one person has decided is a write of its own: the log says on whose behalf. */
function oneForEachDecider({ decided, fields }: PlannedWrite): ReadonlySet<FieldKey>[] {
  if (!decided) return [new Set(fields.keys())];
  return [...Map.groupBy(fields.keys(), (key) => decided.get(key)?.by.id).values()].map((it) => new Set(it));
}

type Stopped = { readonly kind: "stopped"; readonly excess: Excess | undefined };

/** A run that began with fewer assets goes on under the bounds of now. */
async function writeGuarded(
  engine: Engine,
  item: WorkItem,
  target: PlannedWrite,
  keys: ReadonlySet<FieldKey>,
  found: Found,
  signal: AbortSignal,
): Promise<Exclude<DeliveryOutcome, { kind: "guarded" }> | Stopped> {
  const { source } = target;
  for (const isAnew of [false, true]) {
    const bounds = await boundsNow(engine, source, isAnew);
    const outcome = await writeOne(engine, item, target, keys, found, bounds, signal);
    if (outcome.kind !== "guarded") return outcome;
    const { effect, isTripped, spent } = outcome;
    if (isTripped) return { kind: "stopped", excess: undefined };
    if (isAnew) return { kind: "stopped", excess: { source, scope: "writes", effect, spent, bound: bounds[effect] } };
  }
  return { kind: "stopped", excess: undefined };
}

/** Carries out one write of the plan, worked out anew on the newest state in the transaction that records the intent. */
async function writeOne(
  engine: Engine,
  item: WorkItem,
  target: PlannedWrite,
  keys: ReadonlySet<FieldKey>,
  found: Found,
  bounds: Counts,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const asked = [...keys].map((key) => ({ asset: item.asset, key }));
  const known = (await engine.ledger.lastChanges(asked)).filter((it) => it !== undefined);
  const last = new Map(known.map((it) => [it.key ?? "", it]));
  let isPutBack = false;
  const prepare = (state: AssetState, told: Told): Step<PlannedWrite | undefined> => {
    const step = settle(engine, item, state, found, told);
    // What overwrites somebody's edit is no late delivery of the change that it restores.
    isPutBack = [...keys].some((it) => step.value.findings.has(it));
    const now = step.value.writes.find((it) => it.source === target.source);
    const left = new Set([...(now?.fields.keys() ?? [])].filter((it) => !keys.has(it)));
    const write = now && without(now, left);
    const changes = write ? countingChanges(step.next, step.value, write, last) : [];
    const guard = { source: target.source, scope: "writes" as const, at: engine.clock.now(), bounds, changes };
    return { ...step, commit: { ...step.commit, ...(changes.length > 0 ? { guard } : {}) }, value: write };
  };
  const { purpose } = target;
  const cause = newestOf(known);
  const caused = cause ? { causedBy: cause.position } : {};
  const request = {
    asset: item.asset,
    write: target,
    actor: GATEWAY,
    isRepeated: item.attempts > 0 && (await wasOvertaken(engine.ledger, item.asset, target, keys)),
    purpose,
    ...caused,
  };
  const outcome = await deliverWrite(engine, request, signal, { prepare, readings: found.readings });
  if (outcome.kind === "applied" && purpose === "mirror" && cause && !isPutBack) tellLag(engine, target.source, cause);
  return outcome;
}

function newestOf(changes: readonly Change[]): Change | undefined {
  return changes.reduce(
    (newest: Change | undefined, it) => (newest && newest.position > it.position ? newest : it),
    undefined,
  );
}

/** How long a mirror lagged behind what somebody changed through the gateway. */
function tellLag({ clock, report }: Engine, source: SourceId, { actor, at }: Change): void {
  if (actor.kind !== "person" && actor.kind !== "service") return;
  report("debug", "mirror-confirmed", { source, lagMs: clock.now() - Date.parse(at) });
}

function toAgain(
  engine: Engine,
  { attempts }: WorkItem,
  { source }: PlannedWrite,
  outcome: Exclude<DeliveryOutcome, { kind: "applied" | "guarded" | "rejected" }>,
): Again {
  switch (outcome.kind) {
    case "stale":
      return again(`${source} changed meanwhile`, attempts < AT_ONCE ? 0 : undefined);
    case "missing":
      return again(`${source} no longer has the asset`);
    case "failed":
      return again(outcome.message, outcome.retryAfterMs);
    case "busy":
      return again("another write to the source is under way", busyMs(outcome.until - engine.clock.now()));
    case "unknown":
      return again(outcome.message);
    case "superseded":
      return again("another worker has taken it over");
    case "duplicate":
      return again("unexpected idempotency key");
    default:
      return outcome satisfies never;
  }
}

/**
 * What the mirror shows while a write of the gateway's own to it is under way, or in doubt, may be that write: nobody can be
 * said to have changed it, and nothing of it is adopted, before the outcome is in the log.
 */
function mirrorWriteUnderWay({ source }: WorkItem, readings: Found["readings"]): Intent | undefined {
  return readings
    .find((it) => it.source === source)
    ?.writes.find((it) => it.source === source && it.purpose === "mirror");
}

function busyMs(leaseMs: number): number {
  return Math.min(BUSY_MS.most, Math.max(BUSY_MS.least, leaseMs));
}

/**
 * Records where it stands now; the work is done if nothing is left that could be written. What somebody else overtook is read
 * again, except where it was this work that wrote.
 */
async function finish(
  engine: Engine,
  item: WorkItem,
  found: Found,
  wroteTo: ReadonlySet<SourceId> = new Set(),
): Promise<Reconciled> {
  const conclude = (state: AssetState, told: Told) => {
    // Who has not looked concludes nothing from what somebody has recorded since: it may be a write that is in doubt.
    if (found === NOTHING_FOUND && !isAtRest(engine, state, planOn(engine, state, item))) return undefined;
    const step = settle(engine, item, state, found, told);
    const refused = refusedBefore(step.next, step.value);
    const isDone = found.failures.size === 0 && step.value.writes.every((it) => !without(it, refused));
    const doubtful = [...step.overtaken.difference(wroteTo)];
    const marks = doubtful.map((source) => ({ asset: item.asset, source, reread: true }));
    const dirty = [...(step.commit.dirty ?? []), ...marks];
    return {
      ...step,
      commit: { ...step.commit, dirty, ...(isDone ? { completed: [item], working: [] } : {}) },
      value: { isDone },
    };
  };
  const updated = await updateAsset(engine, item.asset, conclude, found.readings);
  if (!updated.ok) {
    if (updated.refusal.reason === "gone") await record(engine, { completed: [item] });
    return updated.refusal.reason === "claimed" ? again("it is another asset's by now") : { kind: "done", wrote: 0 };
  }
  if (!updated.value) return again("it has changed meanwhile", 0);
  if (updated.value.isDone) return { kind: "done", wrote: 0 };
  const [failure] = found.failures.values();
  return failure ? again(failure.message, failure.retryAfterMs) : again("not at rest yet");
}
