import type { IntentId } from "../domain/ids.ts";
import { equalJson } from "../domain/json.ts";
import { ABSENT, type FieldReadings, type Reading, type Snapshot } from "../domain/reading.ts";
import type { AssetState } from "../domain/state.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import { bindingOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Source, WriteResult } from "../ports/source.ts";
import { closeIntent } from "./close-intent.ts";
import type { DeliveryOutcome, DeliveryRequest } from "./delivery-request.ts";
import { openIntent } from "./open-intent.ts";
import { readOne } from "./read-fresh.ts";
import type { Step } from "./update-asset.ts";

const READ_BACK_TRIES = 4;
const READ_BACK_PAUSE_MS = 250;
/** Well below an intent's lease: whoever stood still between intent and write may find that another process has settled it since. */
const SENDS_WITHIN_MS = 30_000;
const NEVER_SENT: WriteResult = {
  kind: "failed",
  error: { code: "busy", message: "the gateway stood still before it could send the write; nothing was written" },
};

/**
 * The only way anything is written to a source: intent in the log, write, outcome in the log (P8). What the source then
 * holds is recorded from its read-back, in the same transaction as the outcome, so that a crash at any point leaves the
 * field old or new and an open intent that tells which questions to ask (P6).
 *
 * @param prepare what is to be recorded together with the intent; called again when the asset has changed meanwhile.
 */
export async function deliverWrite(
  engine: Engine,
  request: DeliveryRequest,
  signal: AbortSignal,
  prepare: (state: AssetState) => Step<PlannedWrite | undefined> = (state) => ({ next: state, value: request.write }),
): Promise<DeliveryOutcome> {
  const source = engine.sources.get(request.write.source);
  if (!source) return { kind: "failed", code: "unreachable", message: `${request.write.source} is not connected` };
  const id = `intent:${engine.ids.ulid()}` as IntentId;
  const ids = underWay.get(engine) ?? new Set<IntentId>();
  underWay.set(engine, ids.add(id));
  try {
    return await carryOut(engine, source, request, id, signal, prepare);
  } finally {
    ids.delete(id);
  }
}

const underWay = new WeakMap<Engine, Set<IntentId>>();

/** Whether this process is still at that write: then nobody else of it may say what became of it, however long it takes. */
export function isUnderWay(engine: Engine, id: IntentId): boolean {
  return underWay.get(engine)?.has(id) ?? false;
}

async function carryOut(
  engine: Engine,
  source: Source,
  request: DeliveryRequest,
  id: IntentId,
  signal: AbortSignal,
  prepare: (state: AssetState) => Step<PlannedWrite | undefined>,
): Promise<DeliveryOutcome> {
  const sendsUntil = engine.clock.now() + SENDS_WITHIN_MS;
  const opened = await openIntent(engine, request, id, prepare);
  if (opened.kind !== "opened") return opened;
  const { position, state, write } = opened;
  const at = toTimestamp(engine.clock.now());
  const result = engine.clock.now() < sendsUntil ? await writeTo(source, state, write, id, signal) : NEVER_SENT;
  const settled = doubt(write, result.kind === "unknown" ? await readBack(engine, write, result, signal) : result);
  // The outcome is recorded after the head as it is now: a read that began before that may have seen what was there before
  // the write, and must not replace what is read back.
  const from = (await engine.ledger.head()) + 1;
  const sight = { at, from, to: from };
  return closeIntent(engine, { ...request, write }, id, position, settled, sight);
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

/** Whether what a source holds is what was to be written. */
export function holdsWanted(snapshot: Snapshot, wanted: PlannedWrite["fields"]): boolean {
  return [...wanted].every(([key, it]) => {
    const found = snapshot.fields[key] ?? ABSENT;
    if (found.state === "unknown" || (found.state === "value" && found.malformed)) return false;
    return equalJson(it.state === "value" ? it.value : null, found.state === "value" ? found.value : null);
  });
}

/** A source that says yes and then holds something else has not taken the write: a 200 is no proof, the read-back is. */
function doubt(write: PlannedWrite, result: WriteResult): WriteResult {
  if (result.kind !== "applied" || holdsWanted(result.snapshot, write.fields)) return result;
  const message = `${write.source} accepted the write, but held something else when it was read back`;
  return { kind: "rejected", message, snapshot: result.snapshot };
}

/** Asks a bounded number of times what has become of a write whose answer was lost. Never writes again (P8). */
async function readBack(
  engine: Engine,
  write: PlannedWrite,
  unknown: WriteResult,
  signal: AbortSignal,
): Promise<WriteResult> {
  for (let tries = 0; tries < READ_BACK_TRIES; tries += 1) {
    const { result } = await readOne(engine, write.source, write.ref, signal);
    if (result.kind === "found" && holdsWanted(result.snapshot, write.fields))
      return { kind: "applied", snapshot: result.snapshot };
    await engine.clock.sleep(READ_BACK_PAUSE_MS * 2 ** tries, signal);
  }
  return unknown;
}
