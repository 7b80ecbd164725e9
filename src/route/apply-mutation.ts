import { decideReviews } from "../delivery/decide-reviews.ts";
import { deliverWrite } from "../delivery/deliver-write.ts";
import type { DeliveryRequest } from "../delivery/delivery-request.ts";
import { toRequest } from "../delivery/intent-detail.ts";
import { nextWake } from "../delivery/next-wake.ts";
import type { Preparation } from "../delivery/open-intent.ts";
import { applyReadings, type FreshReading, readFresh, toMarks } from "../delivery/read-fresh.ts";
import { type Step, updateAsset } from "../delivery/update-asset.ts";
import type { Actor } from "../domain/change.ts";
import type { FieldKey } from "../domain/field.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import { driftEntry } from "../plan/drift-changes.ts";
import type { Told } from "../plan/observe.ts";
import { type PlannedWrite, refIn } from "../plan/plan-mirror.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Delivery, FieldMutation, MutationOutcome, UserError } from "../ports/gateway.ts";
import type { IdempotencyRecord } from "../ports/ledger.ts";
import type { SourceError } from "../ports/source.ts";
import type { Part } from "../treaty/decision.ts";
import { conclude, type NotYet } from "./conclude.ts";
import type { Edited } from "./edit-field.ts";
import { mirrorDeliveries } from "./mirror-deliveries.ts";
import { resolveAsset, resolveField, type Target } from "./resolve-target.ts";
import { refused, userError } from "./user-errors.ts";
import { neededParts, workOutEdit } from "./work-out-edit.ts";

/** Times that an edit is worked out anew because the authority changed between reading and writing. */
const MAX_TRIES = 5;
/** The longest wait for writes of others to the same asset, and how often it is looked whether they are over if nothing tells so. */
const TURN_MS = 30_000;
const LOOK_MS = 250;

/**
 * Routes one mutation to the authority of its field: resolve, read the authority afresh, work out the value, record the
 * intent, write, record the outcome; the mirrors follow through the dirty marks of that last transaction.
 *
 * The caller sees to it that mutations of one asset come one at a time.
 */
export async function applyMutation(
  engine: Engine,
  mutation: FieldMutation,
  actor: Actor,
  key: IdempotencyRecord | undefined,
  signal: AbortSignal,
): Promise<MutationOutcome | "duplicate"> {
  const until = engine.clock.now() + TURN_MS;
  for (let tries = 0; tries < MAX_TRIES && engine.clock.now() < until && !signal.aborted; ) {
    const attempt = await attemptOnce(engine, mutation, actor, key, tries > 0, signal);
    if (attempt === "stale") tries += 1;
    else if (attempt === "duplicate" || !("busyAt" in attempt)) return attempt;
    else await waitForTurn(engine, attempt, until, signal);
  }
  return refused(userError("BUSY", "The field keeps being changed by others; nothing was written. Try again."));
}

interface Busy {
  readonly asset: AssetId;
  /** Where another write to it is under way. */
  readonly busyAt: SourceId;
}

/** Until no write to the asset is under way there, in this process or another: every end of one is told of by the bus. */
async function waitForTurn(engine: Engine, { asset, busyAt }: Busy, until: number, signal: AbortSignal): Promise<void> {
  const { bus, clock, ledger } = engine;
  while (clock.now() < until && !signal.aborted) {
    const seen = bus.wake.count;
    if ((await ledger.listIntents({ asset, source: busyAt })).length === 0) return;
    await nextWake(engine, seen, LOOK_MS, signal);
  }
}

type Attempt = MutationOutcome | Exclude<NotYet, "busy"> | Busy;

async function attemptOnce(
  engine: Engine,
  mutation: FieldMutation,
  actor: Actor,
  key: IdempotencyRecord | undefined,
  isRepeated: boolean,
  signal: AbortSignal,
): Promise<Attempt> {
  const asset = await resolveAsset(engine, mutation);
  if (!asset.ok) return refused(asset.error);
  const target = resolveField(engine, asset.value, mutation.field);
  if (!target.ok) return refused(target.error);
  const authorities = new Set(neededParts(mutation, target.value).map((it) => it.rule.authority));
  const { failures, readings } = await readFresh(engine, asset.value, authorities, signal);
  for (const [source, error] of failures)
    return refused(unanswered(mutation, source, error), { source, status: "FAILED" });
  const fresh = { ...target.value, state: applyReadings(engine, asset.value, readings).state };
  const edited = workOutEdit(engine, fresh, mutation);
  if (!edited.ok) return edited.outcome;
  const source = edited.value.part.rule.authority;
  if (mutation.dryRun) return unwritten(engine, fresh, edited.value, true);
  if (!edited.value.isChange) {
    // What is there may be about to be replaced by a write that is under way, or in doubt: that is not what the caller wants.
    if (isBeingWritten(readings, source, fresh.key)) return { asset: fresh.state.asset.id, busyAt: source };
    if (!(await recordUnwritten(engine, mutation, actor, fresh, source, key))) return "duplicate";
    return unwritten(engine, fresh, edited.value, false);
  }
  const ref = refIn(fresh.state, engine.sources.table().get(source));
  if (!ref) return refused(unbound(mutation, fresh, source), { source, status: "FAILED" });
  const request: DeliveryRequest = {
    asset: fresh.state.asset.id,
    write: toWrite(source, ref, fresh, edited.value),
    actor,
    purpose: "mutation",
    isRepeated,
    isWhole: isWhole(mutation),
    ...(mutation.reason === undefined ? {} : { reason: mutation.reason }),
    ...(key === undefined ? {} : { idempotency: key }),
  };
  const prepare = prepareAgain(engine, mutation, fresh, edited.value.part, readings);
  const outcome = conclude(engine, mutation, fresh, source, await deliverWrite(engine, request, signal, prepare));
  return outcome === "busy" ? { asset: request.asset, busyAt: source } : outcome;
}

function isWhole({ edit }: FieldMutation): boolean {
  return edit.op === "set";
}

function isBeingWritten(readings: readonly FreshReading[], source: SourceId, key: FieldKey): boolean {
  return readings.some(({ writes }) =>
    writes.some((it) => it.source === source && toRequest(it)?.write.fields.has(key) === true),
  );
}

/** Works the write out anew on the newest state, in the transaction that records the intent. */
function prepareAgain(
  engine: Engine,
  mutation: FieldMutation,
  target: Target,
  part: Part,
  readings: readonly FreshReading[],
): Preparation {
  const source = part.rule.authority;
  const prepare = (state: AssetState, told: Told): Step<PlannedWrite | undefined> => {
    const observed = applyReadings(engine, state, readings, told);
    const edited = workOutEdit(engine, { ...target, state: observed.state }, mutation);
    const ref = refIn(observed.state, engine.sources.table().get(source));
    const commit = { changes: observed.changes, dirty: toMarks(state.asset.id, observed) };
    if (!edited.ok || !ref || edited.value.part !== part) return { next: observed.state, commit, value: undefined };
    const write = toWrite(source, ref, target, edited.value);
    return { next: observed.state, commit, value: write };
  };
  return { prepare, readings };
}

function unanswered({ field }: FieldMutation, source: SourceId, { message }: SourceError): UserError {
  const text = `${source} has authority over ${field} and did not answer: ${message}. Nothing was written; try again later.`;
  return userError("SOURCE_UNAVAILABLE", text);
}

function unbound({ field }: FieldMutation, { state }: Target, source: SourceId): UserError {
  return userError("SOURCE_REJECTED", `${source} has authority over ${field} but does not have ${state.asset.name}.`);
}

function toWrite(
  source: SourceId,
  target: Pick<PlannedWrite, "ref" | "create">,
  { key }: Target,
  { part, value }: Edited,
): PlannedWrite {
  const wanted = value === null ? ({ state: "absent" } as const) : ({ state: "value", value } as const);
  return {
    source,
    ...target,
    purpose: "adopt",
    fields: new Map([[key, wanted]]),
    rules: new Map([[key, part.rule.name]]),
  };
}

/**
 * Setting the value that already stands there decides a review too, and uses up the key: a retry must not set it later.
 *
 * @returns false if the key has been used meanwhile.
 */
async function recordUnwritten(
  engine: Engine,
  mutation: FieldMutation,
  actor: Actor,
  target: Target,
  source: SourceId,
  key: IdempotencyRecord | undefined,
): Promise<boolean> {
  const { reason } = mutation;
  const { asset } = target.state;
  const outcome = { asset: asset.id, source, intent: null };
  const idempotency = key ? [{ ...key, state: "done" as const, outcome }] : [];
  const by = { actor, ...(reason === undefined ? {} : { reason }) };
  const at = toTimestamp(engine.clock.now());
  // What is open is asked of the newest state: a review may have been opened since the authority was read.
  const updated = await updateAsset(engine, asset.id, (now) => {
    const answer = { answer: "AUTHORITY", by: actor, at, ...(reason === undefined ? {} : { reason }) } as const;
    const next = decideReviews(now, isWhole(mutation) ? undefined : source, new Set([target.key]), answer);
    const decided = next.drifts.filter((it) => !now.drifts.includes(it));
    if (decided.length === 0 && !key) return undefined;
    const changes = decided.map((drift) => driftEntry(next, { kind: "DRIFT_CHANGED", drift }, at, by));
    const dirty = decided.map((it) => ({ asset: asset.id, source: it.source, reread: true }));
    return { next, commit: { changes, dirty, idempotency }, value: undefined };
  });
  return updated.ok || updated.refusal.reason !== "idempotency";
}

/** A dry run, or an edit that changes nothing. */
function unwritten(engine: Engine, target: Target, edited: Edited, isDry: boolean): MutationOutcome {
  const status = isDry && edited.isChange ? "PLANNED" : "APPLIED";
  const authority: Delivery = { source: edited.part.rule.authority, role: "AUTHORITY", status };
  const mirrors = mirrorDeliveries(engine, target.state, target, isDry ? "PLANNED" : "PENDING", edited.composed);
  return { change: null, asset: target.state.asset.id, deliveries: [authority, ...mirrors], userErrors: [] };
}
