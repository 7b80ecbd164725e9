import type { IntentId } from "../domain/ids.ts";
import { equalJson } from "../domain/json.ts";
import { ABSENT, type FieldReadings, type Reading } from "../domain/reading.ts";
import type { AssetState } from "../domain/state.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import { bindingOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine, KeptLease } from "../ports/engine.ts";
import { type Source, WRITE_BOUND_MS, type WriteResult } from "../ports/source.ts";
import { bounded, LATE } from "./bounded.ts";
import { closeIntent } from "./close-intent.ts";
import type { DeliveryOutcome, DeliveryRequest } from "./delivery-request.ts";
import { holdsWanted } from "./holds-wanted.ts";
import { openIntent, type Preparation } from "./open-intent.ts";
import { readBack } from "./read-back.ts";

/** How long after the last look a source may still carry out a write that it gave no answer to. */
export const DOUBT_MS = 30_000;

/**
 * The only way anything is written to a source: intent in the log, write, outcome in the log (P8). What the source then
 * holds is recorded from its read-back, in the same transaction as the outcome, so that a crash at any point leaves the
 * field old or new and an open intent that tells which questions to ask (P6).
 *
 * @param preparation what is to be recorded together with the intent.
 */
export async function deliverWrite(
  engine: Engine,
  request: DeliveryRequest,
  signal: AbortSignal,
  preparation: Preparation = { prepare: (state) => ({ next: state, value: request.write }), readings: [] },
): Promise<DeliveryOutcome> {
  const source = engine.sources.get(request.write.source);
  if (!source) return { kind: "failed", code: "unreachable", message: `${request.write.source} is not connected` };
  const id = `intent:${engine.ids.ulid()}` as IntentId;
  const lease = engine.leases.keepIntent(id);
  try {
    return await carryOut(engine, source, request, id, lease, signal, preparation);
  } finally {
    lease.letGo();
  }
}

async function carryOut(
  engine: Engine,
  source: Source,
  request: DeliveryRequest,
  id: IntentId,
  lease: KeptLease,
  signal: AbortSignal,
  preparation: Preparation,
): Promise<DeliveryOutcome> {
  const opened = await openIntent(engine, request, id, preparation);
  if (opened.kind !== "opened") return opened;
  const { leaseUntil, position, state, write } = opened;
  lease.begins(leaseUntil);
  const at = toTimestamp(engine.clock.now());
  const result = await writeWithin(engine, id, lease, signal, (over) => writeTo(source, state, write, id, over));
  const answer = await readBack(engine, source, { asset: request.asset, write }, result, lease, signal);
  const settled = doubt(request, write, bindingOf(state, source.id)?.fields ?? {}, answer.result);
  // All that is known of when the source was as it answered: after the intent and before now.
  const sight = answer.sight ?? { at, from: position, to: await engine.ledger.head() };
  const outcome = await closeIntent(engine, { ...request, write }, id, position, settled, sight, signal);
  // What was accepted the source is no longer at: whoever looks next need not wait.
  if (settled.kind === "unknown" && result.kind === "unknown") await leaveInDoubt(engine, id);
  return outcome;
}

/** A write that nobody is sure of any more is not begun, and one that takes too long is in doubt. */
async function writeWithin(
  engine: Engine,
  intent: IntentId,
  lease: KeptLease,
  signal: AbortSignal,
  write: (signal: AbortSignal) => Promise<WriteResult>,
): Promise<WriteResult> {
  if (lease.until <= engine.clock.now()) return { kind: "failed", error: STOOD_STILL };
  try {
    const result = await bounded(engine.clock, WRITE_BOUND_MS, signal, write, lease);
    return result === LATE ? { kind: "unknown", error: NO_ANSWER } : result;
  } catch (error) {
    if (!signal.aborted)
      return { kind: "unknown", error: { code: "protocol", message: `the write broke off: ${String(error)}` } };
    await leaveInDoubt(engine, intent); // the source may be at it still
    throw error;
  }
}

/** Another process may have settled the write since. */
const STOOD_STILL = {
  code: "busy",
  message: "the gateway stood still before it could send the write; nothing was written",
} as const;
const NO_ANSWER = { code: "timeout", message: "no answer within the time that a write may take" } as const;

/** Gives the source time to carry out what it may still be at, before somebody says that it did not. */
async function leaveInDoubt({ clock, holder, ledger, report }: Engine, intent: IntentId): Promise<void> {
  try {
    await ledger.renewLeases(holder, { work: [], intents: [intent], leases: [] }, clock.now() + DOUBT_MS);
  } catch (error) {
    report("warn", "renewal-failed", { intent, error: String(error) }); // then somebody looks sooner
  }
}

function writeTo(
  source: Source,
  state: AssetState,
  { create, fields, ref }: PlannedWrite,
  intent: IntentId,
  signal: AbortSignal,
): Promise<WriteResult> {
  const binding = bindingOf(state, source.id);
  const expected = Object.fromEntries(
    [...fields.keys()].map((key) => [key, undated(binding?.fields[key])]),
  ) as FieldReadings;
  const write = { ref, intent, fields: Object.fromEntries(fields), expected, expectedVersion: null, create };
  return source.write(write, signal);
}

function undated(reading: Reading | undefined): Reading {
  if (reading?.state !== "value")
    return reading?.state === "unknown" ? { state: "unknown", reason: reading.reason } : ABSENT;
  return { state: "value", value: reading.value, ...(reading.malformed ? { malformed: true as const } : {}) };
}

/**
 * A source that says yes and then holds something else has not taken the write: a 200 is no proof, the read-back is. Where it
 * holds what it held before, twice in a row, it does not take it; otherwise somebody may have come in between, and another try
 * will tell.
 */
function doubt(
  { isRepeated = false }: DeliveryRequest,
  write: PlannedWrite,
  before: FieldReadings,
  result: WriteResult,
): WriteResult {
  if (result.kind !== "applied" || holdsWanted(result.snapshot, write.fields)) return result;
  const { snapshot } = result;
  const lacking = [...write.fields].filter(([key, it]) => !holdsWanted(snapshot, new Map([[key, it]])));
  const isMoving = lacking.some(([key]) => !isSame(before[key], snapshot.fields[key]));
  if (isMoving || !isRepeated) return { kind: "stale", snapshot };
  const message = `${write.source} accepted the write, but held something else when it was read back`;
  return { kind: "rejected", message, snapshot };
}

function isSame(before: Reading | undefined, now: Reading | undefined): boolean {
  const [was, is] = [before, now].map((it) => (it?.state === "value" ? it.value : null));
  return equalJson(was ?? null, is ?? null);
}
