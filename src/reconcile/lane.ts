import { nextWake } from "../delivery/next-wake.ts";
import { isCurrent, record } from "../delivery/record.ts";
import { toUpdate } from "../delivery/update-asset.ts";
import type { SourceId } from "../domain/ids.ts";
import { retryDelayMs } from "../domain/retry.ts";
import type { AssetState } from "../domain/state.ts";
import { NOTHING_TOLD } from "../plan/observe.ts";
import type { Engine } from "../ports/engine.ts";
import type { WorkItem } from "../ports/ledger.ts";
import { type Reconciled, reconcileAsset } from "./reconcile-asset.ts";
import { isAtRest, NOTHING_FOUND, planOn, settle } from "./settle.ts";
import { openWritesReview, tripGuard } from "./trip-guard.ts";

export interface LaneOptions {
  /** Pieces of work of one source done side by side: the bulkhead. */
  readonly concurrency: number;
  readonly batch: number;
  /** Longest time without looking, in milliseconds. */
  readonly idleMs: number;
}

/**
 * Most of a piece of work is waiting: for a source, which has limits of its own, and for the ledger, which makes the commits that
 * come at once together. So many side by side are three times as quick as eight, and hold a few megabytes.
 */
export const LANE: LaneOptions = { concurrency: 32, batch: 128, idleMs: 2_000 };

/** How often a lane looks whether a process has died before it asked about a run that it had stopped. */
const ASK_EVERY_MS = 60_000;

/**
 * Works off what is dirty for one source, until aborted. Every source has a lane of its own, so that one that is slow or
 * dead delays nobody else (P12).
 */
export async function runLane(
  engine: Engine,
  source: SourceId,
  signal: AbortSignal,
  options: LaneOptions = LANE,
): Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const seen = engine.bus.wake.count;
    try {
      // Nothing can be done for a source that does not answer: its backlog stays as it is, at most one piece an asset.
      if (engine.sources.failing(source)) {
        await engine.clock.sleep(options.idleMs, signal);
        continue;
      }
      if (!isCurrent(engine)) await engine.sources.refresh();
      if (!isCurrent(engine)) {
        await engine.clock.sleep(options.idleMs, signal);
        continue;
      }
      if ((await workOnce(engine, source, signal, options)) > 0) continue;
      if (engine.clock.now() - askedAt >= ASK_EVERY_MS) {
        await openWritesReview(engine, source, signal);
        askedAt = engine.clock.now();
      }
      await rest(engine, source, seen, signal, options);
    } catch (error) {
      if (signal.aborted) return;
      engine.report("error", "lane-failed", { source, error: String(error) });
      await engine.clock.sleep(options.idleMs, signal);
    }
  }
}

async function rest(
  engine: Engine,
  source: SourceId,
  seen: number,
  signal: AbortSignal,
  options: LaneOptions,
): Promise<void> {
  const due = await engine.ledger.nextDue(source);
  const pauseMs = due === undefined ? options.idleMs : Math.min(options.idleMs, Math.max(5, due - engine.clock.now()));
  await nextWake(engine, seen, pauseMs, signal);
}

/** What a guard has stopped is looked at again once the source is known to be in `observe`. */
const STOPPED_MS = 1_000;

/** Claims one batch of work and does it. Returns how many pieces it claimed. */
export async function workOnce(
  engine: Engine,
  source: SourceId,
  signal: AbortSignal,
  options: LaneOptions = LANE,
): Promise<number> {
  const { clock, holder, leases, ledger } = engine;
  const now = clock.now();
  const items = await ledger.claimWork(source, holder, now, leases.leaseMs, options.batch);
  if (items.length === 0) return 0;
  const kept = new Map(items.map((it) => [it, leases.keepWork(it, now + leases.leaseMs)]));
  try {
    const queue = [...(await settleAtRest(engine, items))];
    const worker = async (): Promise<void> => {
      for (let item = queue.shift(); item && !signal.aborted; item = queue.shift()) {
        await workOn(engine, item, signal);
        kept.get(item)?.letGo();
      }
    };
    // All of them, whatever becomes of one: those that are still at work need their leases.
    const ended = await Promise.allSettled(Array.from({ length: Math.min(options.concurrency, queue.length) }, worker));
    for (const it of ended) if (it.status === "rejected") throw it.reason;
    return items.length;
  } finally {
    for (const it of kept.values()) it.letGo();
  }
}

/** What needs nothing but a note in the ledger is done in one transaction; the rest is given back to be worked on one by one. */
async function settleAtRest(engine: Engine, items: readonly WorkItem[]): Promise<readonly WorkItem[]> {
  const states = await engine.ledger.loadStates(items.map((it) => it.asset));
  // Whether an asset is an orphan depends on scans that another process may have made.
  if (states.some((it) => it && !isProven(engine, it))) await engine.sources.refresh();
  const seen = engine.sources.revisions();
  const left: WorkItem[] = [];
  const done = items.flatMap((item, index) => {
    const state = states[index];
    const plan = state && planOn(engine, state, item);
    if (!plan || item.reread || plan.heldUntil !== undefined || !isAtRest(engine, state, plan)) {
      left.push(item);
      return [];
    }
    return [{ item, state, step: settle(engine, item, state, NOTHING_FOUND, NOTHING_TOLD) }];
  });
  if (done.length === 0) return left;
  const assets = done.flatMap(({ state, step }) => toUpdate(engine, state, step.next) ?? []);
  const result = await record(engine, { assets, completed: done.map((it) => it.item) }, seen);
  return result.ok ? left : items;
}

/** Whether a source that proves existence has it. */
function isProven({ sources }: Engine, { bindings }: AssetState): boolean {
  const table = sources.table();
  return bindings.some((it) => it.state === "present" && table.get(it.source)?.capabilities.provesExistence);
}

async function workOn(engine: Engine, item: WorkItem, signal: AbortSignal): Promise<void> {
  let result: Reconciled;
  try {
    result = await reconcileAsset(engine, item, signal);
  } catch (error) {
    if (signal.aborted) return;
    engine.report("error", "reconcile-failed", { asset: item.asset, source: item.source, error: String(error) });
    result = { kind: "again", because: String(error) };
  }
  if (result.kind === "done") return;
  if (result.kind === "guarded") {
    if (result.excess) await tripGuard(engine, result.excess);
    else await engine.sources.refresh();
    await engine.ledger.postponeWork(item, engine.clock.now() + STOPPED_MS);
    if (result.excess) await openWritesReview(engine, result.excess.source, signal);
    return;
  }
  const delay = result.afterMs ?? retryDelayMs(item.attempts + 1, engine.random.next());
  engine.report("debug", "work-postponed", {
    asset: item.asset,
    source: item.source,
    because: result.because,
    delayMs: Math.round(delay),
  });
  await engine.ledger.postponeWork(item, engine.clock.now() + Math.round(delay));
}
