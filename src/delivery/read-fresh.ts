import type { NativeRef } from "../domain/asset.ts";
import type { NewChange } from "../domain/change.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import { NOTHING_TOLD, type Observed, observe, type Sight, type Told } from "../plan/observe.ts";
import { type PlannedWrite, refIn } from "../plan/plan-mirror.ts";
import { bindingOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { DirtyMark, Intent } from "../ports/ledger.ts";
import { READ_BOUND_MS, type ReadResult, type Source, type SourceError } from "../ports/source.ts";
import { isBeingMade } from "./being-made.ts";
import { bounded, LATE } from "./bounded.ts";
import { findAttributions } from "./find-attributions.ts";

/** What one source answered of one asset just now. */
export interface FreshReading {
  readonly source: SourceId;
  readonly sight: Sight;
  /** The asset's revision when the read began, if it is known. */
  readonly revision?: number;
  readonly result: ReadResult;
  /** Writes of the gateway's own to the asset that were under way when the read ended. */
  readonly writes: readonly Intent[];
}

export interface FreshReadings {
  readonly readings: readonly FreshReading[];
  readonly failures: ReadonlyMap<SourceId, SourceError>;
}

/** Reads one asset in each of `from` that knows it, all at once. What a source does wrong is in the failures. */
export async function readFresh(
  engine: Engine,
  state: AssetState,
  from: Iterable<SourceId>,
  signal: AbortSignal,
): Promise<FreshReadings> {
  const table = engine.sources.table();
  const targets = [...from].flatMap((id) => {
    if (table.get(id)?.mode === "pause") return [];
    const target = refIn(state, table.get(id));
    const known = target?.ref ?? bindingOf(state, id)?.ref;
    return known ? [{ id, ref: known }] : [];
  });
  const answers = await Promise.all(targets.map(({ id, ref }) => readOwn(engine, state, id, ref, signal)));
  const failures = new Map<SourceId, SourceError>();
  for (const { result, source } of answers) if (result.kind === "failed") failures.set(source, result.error);
  return { readings: answers.filter((it) => it.result.kind !== "failed"), failures };
}

async function readOwn(
  engine: Engine,
  state: AssetState,
  id: SourceId,
  ref: NativeRef,
  signal: AbortSignal,
): Promise<FreshReading> {
  const read = await readOne(engine, id, ref, signal, state.asset.id);
  const reading = { ...read, revision: state.revision };
  return bindingOf(state, id) ? reading : ownOnly(engine, reading, state.asset.id);
}

/**
 * Reads back what a write was to bring. A record that it makes is not another asset's that bears the name already, and it may have been
 * found by a scan meanwhile: then it is asked for by what is known of it.
 */
export async function readWritten(
  engine: Engine,
  asset: AssetId,
  { create, ref, source }: PlannedWrite,
  signal: AbortSignal,
): Promise<FreshReading> {
  const [state] = create ? await engine.ledger.loadStates([asset]) : [];
  const found = state && bindingOf(state, source);
  const reading = await readOne(engine, source, found?.ref ?? ref, signal);
  return create && !found ? ownOnly(engine, reading, asset) : reading;
}

/** What a source has under the name of an asset that it is not bound to may belong to an earlier asset of that name. */
async function ownOnly({ ledger }: Engine, reading: FreshReading, asset: AssetId): Promise<FreshReading> {
  const { result, source } = reading;
  if (result.kind !== "found") return reading;
  const { ref } = result.snapshot;
  const [bound] = await ledger.findBindings(source, [ref]);
  const isOther = bound ? bound.asset !== asset : isBeingMade(await ledger.listIntents({ source }), source, ref, asset);
  return isOther ? { ...reading, result: { kind: "missing" } } : reading;
}

/**
 * @param asset the known one that is read, if what is read is to be recorded.
 * @throws only if `signal` aborts, or the ledger fails.
 */
export async function readOne(
  engine: Engine,
  id: SourceId,
  ref: NativeRef,
  signal: AbortSignal,
  asset?: AssetId,
): Promise<FreshReading> {
  const at = toTimestamp(engine.clock.now());
  const from = await engine.ledger.head();
  const source = engine.sources.get(id);
  const result = source && (await readWithin(engine, source, ref, signal));
  const to = await engine.ledger.head();
  const writes = asset === undefined ? [] : await engine.ledger.listIntents({ asset });
  const missing: ReadResult = { kind: "failed", error: { code: "unreachable", message: `${id} is not connected` } };
  return { source: id, sight: { at, from, to }, result: result ?? missing, writes };
}

async function readWithin(engine: Engine, source: Source, ref: NativeRef, signal: AbortSignal): Promise<ReadResult> {
  const failed = (error: SourceError): ReadResult => ({ kind: "failed", error });
  try {
    const results = await bounded(engine.clock, READ_BOUND_MS, signal, (it) => source.read([ref], it));
    if (results === LATE) return failed({ code: "timeout", message: `${source.id} gave no answer in time` });
    return results[0] ?? failed({ code: "protocol", message: `${source.id} did not say what it has` });
  } catch (error) {
    if (signal.aborted) throw error;
    return failed({ code: "protocol", message: `the reading broke off: ${String(error)}` });
  }
}

/** Adds fresh readings to what is known. "missing" proves nothing alone: it only makes the field UNKNOWN until a scan has told. */
export function applyReadings(
  engine: Engine,
  state: AssetState,
  readings: readonly FreshReading[],
  told: Told = NOTHING_TOLD,
): Observed {
  const sources = engine.sources.table();
  let next = state;
  let isNews = false;
  const changes: NewChange[] = [];
  const dirty = new Set<SourceId>();
  const overtaken = new Set<SourceId>();
  for (const { result, sight, source, writes } of readings) {
    const facts = sources.get(source);
    const binding = bindingOf(next, source);
    if (!facts || result.kind === "failed") continue;
    if (result.kind === "missing") {
      if (binding?.state !== "present") continue;
      if (binding.observedFrom > sight.from || told(next.asset.id, source, sight.from)) {
        overtaken.add(source);
        continue;
      }
      const missed = { ...binding, state: "missing" as const, observedFrom: sight.from };
      next = { ...next, bindings: next.bindings.map((it) => (it === binding ? missed : it)) };
      // What a catalog has lost is told by its own lane, whoever noticed it.
      if (!facts.capabilities.provesExistence) dirty.add(source);
      isNews = true;
      continue;
    }
    const known = findAttributions(writes, next.asset.id, source, result.snapshot);
    const observed = observe({ treaty: engine.treaty, sources }, next, facts, result.snapshot, sight, known, told);
    next = observed.state;
    isNews ||= observed.isNews;
    changes.push(...observed.changes);
    for (const id of observed.dirty) dirty.add(id);
    for (const id of observed.overtaken) overtaken.add(id);
  }
  return { state: next, changes, dirty, overtaken, isNews };
}

/** The marks that follow from what was observed of one asset. */
export function toMarks(asset: AssetId, { dirty, overtaken }: Observed): readonly DirtyMark[] {
  return [...dirty.union(overtaken)].map((source) => ({ asset, source, reread: overtaken.has(source) }));
}
