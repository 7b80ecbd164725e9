import type { FieldKey } from "../domain/field.ts";
import type { AssetId, IntentId, SourceId } from "../domain/ids.ts";
import type { Snapshot } from "../domain/reading.ts";
import { type AgreedValue, type AssetState, isListed } from "../domain/state.ts";
import { adoptedBases } from "../plan/adopted-bases.ts";
import { type Attribution, type Observed, observe, type Sight, type Told } from "../plan/observe.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Commit, Ledger } from "../ports/ledger.ts";
import type { WriteResult } from "../ports/source.ts";
import { decideReviews } from "./decide-reviews.ts";
import { actorOf, type DeliveryOutcome, type DeliveryRequest, reasonOf } from "./delivery-request.ts";
import { isHeld } from "./holds-wanted.ts";
import { readWritten } from "./read-fresh.ts";
import { OutdatedTreaty } from "./record.ts";
import { type Step, type Updated, updateAsset } from "./update-asset.ts";
import { outcomeEntry } from "./write-entries.ts";

/** Entries of one asset that can lie between a write and the telling of its change. */
const MOST_BETWEEN = 500;

/** Times that a source is read again because somebody has recorded a reading of it since the write, with growing pauses. */
const MAX_LOOKS = 5;
const FIRST_PAUSE_MS = 20;

/**
 * Records the outcome of a write whose intent is open and held by this process. An answer can be old when it comes: where
 * others have recorded something else of the source since, it is read again, so that the log does not tell what was replaced
 * as the newest (P4).
 *
 * Where another treaty came into force meanwhile, the outcome is left to those who have that one: they settle it soon, as what
 * stands there then, and for whoever wanted it. So is one that took place, of a source that cannot be read again: told without what
 * it changed, its own values would later be taken for somebody else's (P3).
 */
export async function closeIntent(
  engine: Engine,
  request: DeliveryRequest,
  id: IntentId,
  position: number,
  result: WriteResult,
  sight: Sight,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  try {
    return await recordOutcome(engine, request, id, position, result, sight, signal);
  } catch (error) {
    if (error instanceof OutdatedTreaty) return { kind: "unknown", message: error.message };
    throw error;
  }
}

async function recordOutcome(
  engine: Engine,
  request: DeliveryRequest,
  id: IntentId,
  position: number,
  result: WriteResult,
  sight: Sight,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  if (result.kind === "unknown") return { kind: "unknown", message: result.error.message };
  const closing: Closing = { id, position, result, isApplied: result.kind === "applied" };
  const close = (seen: Seen | undefined, unsure: readonly SourceId[] = []): Promise<Updated<number | undefined>> => {
    const step = (state: AssetState, told: Told): Step<number> | undefined =>
      closed(engine, request, closing, state, seen, told, unsure);
    return updateAsset(engine, request.asset, step, seen ? [seen] : []);
  };
  const { create, source } = request.write;
  let updated = await close("snapshot" in result ? { snapshot: result.snapshot, sight } : undefined);
  for (let looks = 0; updated.ok && updated.value === undefined && looks < MAX_LOOKS; looks += 1) {
    if (looks > 0) await engine.clock.sleep(FIRST_PAUSE_MS * 2 ** looks, signal);
    const look = await readWritten(engine, request.asset, request.write, signal);
    if (look.result.kind === "failed") break;
    // What is gone holds nothing that could be taken for somebody else's. A record that was just made may only not be seen yet.
    if (look.result.kind === "missing" && !create) updated = await close(undefined, [source]);
    else if (look.result.kind === "found") updated = await close({ snapshot: look.result.snapshot, sight: look.sight });
  }
  if (updated.ok && updated.value === undefined) {
    if (closing.isApplied)
      return { kind: "unknown", message: `${source} accepted the write; what it holds by now is not known` };
    updated = await close(undefined, [source]);
  }
  // What was written is another asset's by now, as a scan has found: the outcome stands all the same.
  if (!updated.ok && updated.refusal.reason === "claimed") updated = await close(undefined);
  if (!updated.ok) return { kind: "unknown", message: "another process has taken the write over" };
  if (result.kind !== "applied") return toOutcome(result, updated.state);
  const change =
    updated.positions[updated.value ?? -1] ??
    (request.purpose === "mutation" ? await findChangeOf(engine.ledger, request.asset, position) : undefined)?.position;
  return { kind: "applied", state: updated.state, change: change ?? null, snapshot: result.snapshot };
}

/** The write that comes to its end, and how. */
interface Closing {
  readonly id: IntentId;
  /** Of its WRITE_INTENDED. */
  readonly position: number;
  readonly result: Exclude<WriteResult, { kind: "unknown" }>;
  readonly isApplied: boolean;
}

/**
 * The outcome, with what the source was then seen to hold; its value is which of its changes tells the first field's change, or -1.
 * Undefined where somebody else has recorded something of the source since it was seen so.
 *
 * @param unsure sources that are to be read again.
 */
function closed(
  engine: Engine,
  request: DeliveryRequest,
  { id, isApplied, position, result }: Closing,
  state: AssetState,
  seen: Seen | undefined,
  told: Told,
  unsure: readonly SourceId[],
): Step<number> | undefined {
  const observed = seen && observeOutcome(engine, state, request, seen, isApplied, position, told);
  if (observed && observed.overtaken.size > 0) return undefined;
  const current = observed?.state ?? state;
  const next = isApplied && seen ? concluded(engine, current, request) : current;
  // Who was overtaken tries again by itself, and sooner or later with pauses; a mark would make it try at once for ever.
  const retries = request.purpose === "mirror" && result.kind === "stale" ? request.write.source : undefined;
  const decided = next.drifts.filter((it) => !current.drifts.includes(it)).map((it) => it.source);
  const reread = new Set([...unsure, ...decided]);
  const dirty = [...new Set([...(observed?.dirty ?? []), ...reread])]
    .filter((source) => source !== retries)
    .map((source) => ({ asset: request.asset, source, reread: reread.has(source) }));
  const changes = [outcomeEntry(engine.clock, state, request, id, position, result), ...(observed?.changes ?? [])];
  const commit: Commit = {
    changes,
    closeIntents: [{ id, holder: engine.holder }],
    dirty,
    carriedOut: isApplied && request.purpose !== "mutation" ? carriedOut(request) : [],
    ...settleKey(request, isApplied, position),
  };
  return { next, commit, value: changes.findIndex((it) => it.kind === "FIELD_CHANGED") };
}

/** What a source held, and when. */
interface Seen {
  readonly snapshot: Snapshot;
  readonly sight: Sight;
}

/** What of it a person had released is done. */
function carriedOut({ asset, write }: DeliveryRequest): NonNullable<Commit["carriedOut"]> {
  return [...write.fields.keys()].map((key) => ({ source: write.source, scope: "writes", asset, key }));
}

/** What follows from a write that took place. A person's decision does only from it: one that came to nothing decides nothing. */
function concluded(engine: Engine, state: AssetState, request: DeliveryRequest): AssetState {
  const { actor, isWhole, purpose, reason, write } = request;
  const next = withBases(state, write);
  if (purpose === "adopt") return withAdopted(engine, next, write);
  if (purpose === "mirror") return next;
  const at = toTimestamp(engine.clock.now());
  const decided = { answer: "VALUE", by: actor, at, ...(reason === undefined ? {} : { reason }) } as const;
  return decideReviews(next, isWhole ? undefined : write.source, new Set(write.fields.keys()), decided);
}

/**
 * What the mirror has taken is the base from now on. The authority held it when the write was decided on; where it has moved
 * on since, that is the authority's change: without this, our own write would be taken for somebody else's. Of a record that was
 * only made by it nothing else has been compared yet.
 */
function withBases(state: AssetState, { bases, fields, source }: DeliveryRequest["write"]): AssetState {
  return withAgreed(
    state,
    source,
    [...(bases ?? [])].filter(([key]) => fields.has(key)),
  );
}

/** The same of a mirror whose values an authority has taken over. */
function withAdopted({ sources, treaty }: Engine, state: AssetState, write: DeliveryRequest["write"]): AssetState {
  if (!write.adopted) return state;
  return withAgreed(state, write.adopted.mirror, [...adoptedBases(treaty, state, sources.table(), write)]);
}

function withAgreed(
  state: AssetState,
  mirror: SourceId,
  written: readonly (readonly [FieldKey, AgreedValue])[],
): AssetState {
  const before = state.agreed.find((it) => it.mirror === mirror);
  const agreed = before ?? { mirror, fields: {}, none: [] };
  if (written.length === 0) return state;
  const values = { ...agreed.fields };
  for (const [key, base] of written) {
    if (isListed(base)) values[key] = base;
    else delete values[key];
  }
  const isLeft = (key: FieldKey): boolean => !written.some(([it]) => it === key);
  const lost = Array.isArray(agreed.lost) ? { lost: agreed.lost.filter(isLeft) } : {};
  const next = { ...agreed, fields: values, none: agreed.none.filter(isLeft), ...lost };
  return { ...state, agreed: [...state.agreed.filter((it) => it !== before), next] };
}

/**
 * The FIELD_CHANGED entry that the write intended at `position` led to; undefined if it changed nothing. It need not stand
 * beside the outcome: whoever read the source before the outcome was recorded has told of the change already.
 */
export async function findChangeOf(
  ledger: Ledger,
  asset: AssetId,
  position: number,
): Promise<{ readonly position: number; readonly at: string } | undefined> {
  const { changes } = await ledger.readLog(position, MOST_BETWEEN, { assets: [asset], kinds: ["FIELD_CHANGED"] });
  return changes.find((it) => it.causedBy === position);
}

/** A key whose write took place answers with it from now on; one whose write did not is free again. */
function settleKey({ asset, idempotency, write }: DeliveryRequest, applied: boolean, position: number): Commit {
  if (!idempotency) return {};
  if (!applied) return { forgetIdempotency: [idempotency.scope] };
  const outcome = { asset, source: write.source, intent: position };
  return { settleIdempotency: [{ ...idempotency, state: "done", outcome }] };
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
  { sight, snapshot }: Seen,
  applied: boolean,
  position: number,
  told: Told,
): Observed | undefined {
  const sources = engine.sources.table();
  const facts = sources.get(request.write.source);
  if (!facts) return undefined;
  const { write } = request;
  const reason = reasonOf(request);
  const by: Attribution = { actor: actorOf(request), causedBy: position, ...(reason === undefined ? {} : { reason }) };
  const own = applied ? [...write.fields].filter(([key, it]) => isHeld(snapshot, key, it)) : [];
  const attributed = new Map(own.map(([key]) => [key, by] as const));
  return observe({ treaty: engine.treaty, sources }, state, facts, snapshot, sight, attributed, told);
}
