import type { Actor, NewChange } from "../domain/change.ts";
import { type FieldKey, keyToPath, parseFieldKey } from "../domain/field.ts";
import type { AssetId, IntentId } from "../domain/ids.ts";
import { equalJson, isJsonObject, type Json } from "../domain/json.ts";
import { ABSENT, type FieldReadings, type Reading, type Snapshot } from "../domain/reading.ts";
import type { AssetState } from "../domain/state.ts";
import { type Attribution, observe, type Sight } from "../plan/observe.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import { bindingOf, columnsOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Commit, IdempotencyRecord, Intent } from "../ports/ledger.ts";
import type { WriteResult } from "../ports/source.ts";
import { type applyReadings, readOne } from "./read-fresh.ts";
import { type Step, updateAsset } from "./update-asset.ts";

/** One remote write, with all that its log entries say. */
export interface DeliveryRequest {
  readonly asset: AssetId;
  readonly write: PlannedWrite;
  readonly actor: Actor;
  readonly reason?: string;
  readonly causedBy?: number;
  readonly purpose: Intent["purpose"];
  /** Kept with the intent, so that another process can settle the mutation's key too. */
  readonly idempotency?: IdempotencyRecord;
}

export type DeliveryOutcome =
  | {
      readonly kind: "applied";
      readonly state: AssetState;
      readonly change: number | null;
      readonly snapshot: Snapshot;
    }
  | { readonly kind: "stale"; readonly state: AssetState }
  | { readonly kind: "missing" }
  | { readonly kind: "rejected"; readonly message: string; readonly field?: FieldKey }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly retryAfterMs?: number }
  /** The intent stays open and is settled by reading back. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Another write of the same asset to the same source is under way. */
  | { readonly kind: "busy"; readonly until: number }
  | { readonly kind: "duplicate"; readonly record: IdempotencyRecord };

/** Longer than a source may take for a write with all its retries, and the reading back after it. */
const LEASE_MS = 90_000;
const READ_BACK_TRIES = 4;
const READ_BACK_PAUSE_MS = 250;

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
  const id = `intent:${engine.ids.ulid()}` as IntentId;
  const opened = await openIntent(engine, request, id, prepare);
  if (opened.kind !== "opened") return opened;
  const { position, state, write } = opened;
  const source = engine.sources.get(write.source);
  if (!source) return { kind: "failed", code: "unreachable", message: `${write.source} is not connected` };
  const binding = bindingOf(state, write.source);
  const expected = Object.fromEntries(
    [...write.fields.keys()].map((key) => [key, undated(binding?.fields[key])]),
  ) as FieldReadings;
  const began = { at: toTimestamp(engine.clock.now()), from: position };
  const result = await source.write(
    {
      ref: write.ref,
      intent: id,
      fields: Object.fromEntries(write.fields),
      expected,
      expectedVersion: null,
      create: write.create,
    },
    signal,
  );
  const settled = result.kind === "unknown" ? await readBack(engine, write, result, signal) : result;
  const sight = { ...began, to: await engine.ledger.head() };
  return closeIntent(engine, { ...request, write }, id, position, settled, sight);
}

function undated(reading: Reading | undefined): Reading {
  if (reading?.state !== "value")
    return reading?.state === "unknown" ? { state: "unknown", reason: reading.reason } : ABSENT;
  return { state: "value", value: reading.value, ...(reading.malformed ? { malformed: true as const } : {}) };
}

type Opened =
  | { readonly kind: "opened"; readonly position: number; readonly state: AssetState; readonly write: PlannedWrite }
  | Extract<DeliveryOutcome, { kind: "busy" | "duplicate" | "missing" | "stale" }>;

async function openIntent(
  engine: Engine,
  request: DeliveryRequest,
  id: IntentId,
  prepare: (state: AssetState) => Step<PlannedWrite | undefined>,
): Promise<Opened> {
  const updated = await updateAsset(engine, request.asset, (state) => {
    const prepared = prepare(state);
    const write = prepared.value;
    if (!write) return { ...prepared, value: undefined };
    const changes = prepared.commit?.changes ?? [];
    return {
      next: prepared.next,
      value: { write, index: changes.length },
      commit: {
        ...prepared.commit,
        changes: [...changes, intendedEntry(engine, prepared.next, { ...request, write }, id)],
        openIntents: [toIntent(engine, { ...request, write }, id)],
        ...(request.idempotency ? { idempotency: [request.idempotency] } : {}),
      },
    };
  });
  if (!updated.ok) {
    if (updated.refusal.reason === "intent-open") return { kind: "busy", until: updated.refusal.leaseUntil };
    if (updated.refusal.reason === "idempotency") return { kind: "duplicate", record: updated.refusal.record };
    return { kind: "missing" };
  }
  if (!updated.value) return { kind: "stale", state: updated.state };
  return {
    kind: "opened",
    position: updated.positions[updated.value.index] ?? 0,
    state: updated.state,
    write: updated.value.write,
  };
}

function toIntent(engine: Engine, request: DeliveryRequest, id: IntentId): Omit<Intent, "position"> {
  const { actor, asset, idempotency, purpose, reason, write } = request;
  return {
    id,
    asset,
    source: write.source,
    holder: engine.holder,
    leaseUntil: engine.clock.now() + LEASE_MS,
    purpose,
    detail: {
      fields: wantedValues(write),
      rules: Object.fromEntries(write.rules),
      ref: { ...write.ref },
      create: write.create,
      actor: { ...actor },
      reason: reason ?? null,
      idempotency: idempotency ? { ...idempotency } : null,
    },
  };
}

function wantedValues(write: PlannedWrite): Record<string, Json> {
  return Object.fromEntries([...write.fields].map(([key, it]) => [key, it.state === "value" ? it.value : null]));
}

function intendedEntry(engine: Engine, state: AssetState, request: DeliveryRequest, intent: IntentId): NewChange {
  const { actor, causedBy, purpose, reason, write } = request;
  const binding = bindingOf(state, write.source);
  const before = Object.fromEntries([...write.fields.keys()].map((key) => [key, valueIn(binding?.fields[key])]));
  return {
    kind: "WRITE_INTENDED",
    at: toTimestamp(engine.clock.now()),
    actor,
    source: write.source,
    asset: state.asset.id,
    name: state.asset.name,
    ...onlyField(state, write),
    before,
    after: wantedValues(write),
    ...(reason === undefined ? {} : { reason }),
    rule: [...new Set(write.rules.values())].join(", "),
    intent,
    detail: { purpose, create: write.create },
    ...(causedBy === undefined ? {} : { causedBy }),
  };
}

function onlyField(state: AssetState, write: PlannedWrite): Pick<NewChange, "key" | "field"> {
  const [key] = write.fields.keys();
  return key !== undefined && write.fields.size === 1 ? { key, field: keyToPath(key, columnsOf(state)) } : {};
}

function valueIn(reading: Reading | undefined): Json {
  return reading?.state === "value" ? reading.value : null;
}

/** Whether what a source holds is what was to be written. */
export function holdsWanted(snapshot: Snapshot, wanted: PlannedWrite["fields"]): boolean {
  return [...wanted].every(([key, it]) => {
    const found = snapshot.fields[key] ?? ABSENT;
    if (found.state === "unknown" || (found.state === "value" && found.malformed)) return false;
    return equalJson(it.state === "value" ? it.value : null, found.state === "value" ? found.value : null);
  });
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

/** Records the outcome of a write whose intent is open and held by this process. */
export async function closeIntent(
  engine: Engine,
  request: DeliveryRequest,
  id: IntentId,
  position: number,
  result: WriteResult,
  sight: Sight,
): Promise<DeliveryOutcome> {
  if (result.kind === "unknown") return { kind: "unknown", message: result.error.message };
  const applied = result.kind === "applied";
  const snapshot = result.kind === "applied" || result.kind === "stale" ? result.snapshot : undefined;
  const updated = await updateAsset(engine, request.asset, (state) => {
    const observed = snapshot ? observeOutcome(engine, state, request, snapshot, sight, applied, position) : undefined;
    const outcome = outcomeEntry(engine, state, request, id, position, result);
    const dirty = [...(observed?.dirty ?? [])].map((source) => ({ asset: request.asset, source, reread: false }));
    const commit: Commit = {
      changes: [outcome, ...(observed?.changes ?? [])],
      closeIntents: [{ id, holder: engine.holder }],
      dirty,
      ...settleKey(request, applied, position),
    };
    return {
      next: observed?.state ?? state,
      commit,
      value: (observed?.changes ?? []).findIndex((it) => it.kind === "FIELD_CHANGED"),
    };
  });
  if (!updated.ok) return { kind: "unknown", message: "another process has taken the write over" };
  if (result.kind === "applied") {
    const index = updated.value ?? -1;
    return {
      kind: "applied",
      state: updated.state,
      change: index < 0 ? null : (updated.positions[index + 1] ?? null),
      snapshot: result.snapshot,
    };
  }
  return toOutcome(result, updated.state);
}

/** A key whose write took place answers with it from now on; one whose write did not is free again. */
function settleKey({ asset, idempotency, write }: DeliveryRequest, applied: boolean, position: number): Commit {
  if (!idempotency) return {};
  if (!applied) return { forgetIdempotency: [idempotency.scope] };
  return {
    idempotency: [{ ...idempotency, state: "done", outcome: { asset, source: write.source, intent: position } }],
  };
}

function toOutcome(result: Exclude<WriteResult, { kind: "applied" | "unknown" }>, state: AssetState): DeliveryOutcome {
  switch (result.kind) {
    case "stale":
      return { kind: "stale", state };
    case "missing":
      return { kind: "missing" };
    case "rejected":
      return { kind: "rejected", message: result.message, ...(result.field ? { field: result.field } : {}) };
    case "failed":
      return { kind: "failed", ...result.error };
    default:
      return result satisfies never;
  }
}

function observeOutcome(
  engine: Engine,
  state: AssetState,
  request: DeliveryRequest,
  snapshot: Snapshot,
  sight: Sight,
  applied: boolean,
  position: number,
): ReturnType<typeof applyReadings> {
  const facts = engine.sources.table().get(request.write.source);
  if (!facts) return { state, changes: [], dirty: new Set(), isNews: false };
  const { actor, reason, write } = request;
  const by: Attribution = { actor, causedBy: position, ...(reason === undefined ? {} : { reason }) };
  const attributed = new Map(applied ? [...write.fields.keys()].map((key) => [key, by] as const) : []);
  return observe({ treaty: engine.treaty, sources: engine.sources.table() }, state, facts, snapshot, sight, attributed);
}

function outcomeEntry(
  engine: Engine,
  state: AssetState,
  request: DeliveryRequest,
  intent: IntentId,
  position: number,
  result: WriteResult,
): NewChange {
  const message = result.kind === "rejected" ? result.message : "error" in result ? result.error.message : undefined;
  return {
    kind: result.kind === "applied" ? "WRITE_APPLIED" : "WRITE_FAILED",
    at: toTimestamp(engine.clock.now()),
    actor: request.actor,
    source: request.write.source,
    asset: state.asset.id,
    name: state.asset.name,
    ...onlyField(state, request.write),
    after: wantedValues(request.write),
    intent,
    causedBy: position,
    detail: { outcome: result.kind, ...(message === undefined ? {} : { message }) },
  };
}

/** Reads an intent's detail back into a request; undefined if it is not one of ours. */
export function toRequest(intent: Intent): DeliveryRequest | undefined {
  const { detail } = intent;
  if (!isJsonObject(detail) || !isJsonObject(detail["fields"]) || !isJsonObject(detail["ref"])) return undefined;
  const fields = Object.entries(detail["fields"]).map(([key, value]) => {
    const reading = value === null ? ABSENT : { state: "value" as const, value };
    return [parseFieldKey(key), reading] as const;
  });
  const rules = Object.entries(isJsonObject(detail["rules"]) ? detail["rules"] : {}).map(
    ([key, it]) => [parseFieldKey(key), String(it)] as const,
  );
  const reason = detail["reason"];
  return {
    asset: intent.asset,
    purpose: intent.purpose,
    actor: detail["actor"] as unknown as Actor,
    ...(typeof reason === "string" ? { reason } : {}),
    ...(detail["idempotency"] ? { idempotency: detail["idempotency"] as unknown as IdempotencyRecord } : {}),
    write: {
      source: intent.source,
      ref: detail["ref"] as unknown as PlannedWrite["ref"],
      create: detail["create"] === true,
      purpose: intent.purpose === "adopt" ? "adopt" : "mirror",
      fields: new Map(fields) as PlannedWrite["fields"],
      rules: new Map(rules),
    },
  };
}
