import { toUpdate } from "../delivery/update-asset.ts";
import { updateSource } from "../delivery/update-source.ts";
import type { NewChange } from "../domain/change.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import { retryDelayMs } from "../domain/retry.ts";
import { NOTHING_TOLD } from "../plan/observe.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { WorkItem } from "../ports/ledger.ts";
import { Allowance, boundsOf } from "./guard.ts";
import { type Reconciled, reconcileAsset } from "./reconcile-asset.ts";
import { isAtRest, NOTHING_FOUND, planOn, settle } from "./settle.ts";

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

/**
 * Works off what is dirty for one source, until aborted. Every source has a lane of its own, so that one that is slow or
 * dead delays nobody else (P12). A run lasts until nothing has been to do for `idleMs`, so that the pages of one scan are one run;
 * the guards are counted per run.
 */
export async function runLane(
  engine: Engine,
  source: SourceId,
  signal: AbortSignal,
  options: LaneOptions = LANE,
): Promise<void> {
  let allowance: Allowance | undefined;
  let workedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const seen = engine.bus.wake.count;
    try {
      // Nothing can be done for a source that does not answer: its backlog stays as it is, at most one piece an asset.
      if (engine.sources.failing(source)) {
        await engine.clock.sleep(options.idleMs, signal);
        continue;
      }
      allowance ??= await newAllowance(engine, source);
      const worked = await workOnce(engine, source, allowance, signal, options);
      const now = engine.clock.now();
      if (worked > 0) workedAt = now;
      if (worked > 0) continue;
      if (allowance.isUsed && now - workedAt >= options.idleMs) allowance = undefined;
      await rest(engine, source, seen, signal, options);
    } catch (error) {
      if (signal.aborted) return;
      engine.report("error", "lane-failed", { source, error: String(error) });
      await engine.clock.sleep(options.idleMs, signal);
    }
  }
}

export async function newAllowance(engine: Engine, source: SourceId): Promise<Allowance> {
  const { assetsByKind } = await engine.ledger.counts();
  const assets = Object.values(assetsByKind).reduce((sum, it) => sum + (it ?? 0), 0);
  engine.report("debug", "run-began", { source, assets });
  return new Allowance(boundsOf(engine.treaty.guards, assets));
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
  // Not AbortSignal.any: a signal that lives as long as the process would keep something of every one that was made of it.
  const over = new AbortController();
  const end = (): void => over.abort(OVER);
  signal.addEventListener("abort", end, { once: true });
  await Promise.race([engine.clock.sleep(pauseMs, over.signal), engine.bus.wake.changedSince(seen, over.signal)]);
  signal.removeEventListener("abort", end);
  end();
}

/** Given as a reason, it spares the making of an error with a stack. */
const OVER = "over";

/** Claims one batch of work and does it. Returns how many pieces it claimed. */
export async function workOnce(
  engine: Engine,
  source: SourceId,
  allowance: Allowance,
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
        await workOn(engine, item, allowance, signal);
        kept.get(item)?.letGo();
      }
    };
    await Promise.all(Array.from({ length: Math.min(options.concurrency, queue.length) }, worker));
    return items.length;
  } finally {
    for (const it of kept.values()) it.letGo();
  }
}

/** What needs nothing but a note in the ledger is done in one transaction; the rest is given back to be worked on one by one. */
async function settleAtRest(engine: Engine, items: readonly WorkItem[]): Promise<readonly WorkItem[]> {
  const states = await engine.ledger.loadStates(items.map((it) => it.asset));
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
  const result = await engine.ledger.commit({ assets, completed: done.map((it) => it.item) });
  return result.ok ? left : items;
}

async function workOn(engine: Engine, item: WorkItem, allowance: Allowance, signal: AbortSignal): Promise<void> {
  let result: Reconciled;
  try {
    result = await reconcileAsset(engine, item, allowance, signal);
  } catch (error) {
    if (signal.aborted) return;
    engine.report("error", "reconcile-failed", { asset: item.asset, source: item.source, error: String(error) });
    result = { kind: "again", because: String(error) };
  }
  if (result.kind === "done") return;
  if (result.kind === "guarded") return tripGuard(engine, item, result, allowance);
  const delay = result.afterMs ?? retryDelayMs(item.attempts + 1, engine.random.next());
  engine.report("debug", "work-postponed", {
    asset: item.asset,
    source: item.source,
    because: result.because,
    delayMs: Math.round(delay),
  });
  await engine.ledger.postponeWork(item, engine.clock.now() + Math.round(delay));
}

/**
 * Stops before the one too many: what the work would write to goes back to `observe`, until a person sets it to `enforce` again.
 * That is the mirror, and also an authority that was to adopt what the mirror holds.
 */
async function tripGuard(
  engine: Engine,
  item: WorkItem,
  { bounds, targets }: Extract<Reconciled, { kind: "guarded" }>,
  allowance: Allowance,
): Promise<void> {
  allowance.widen((await newAllowance(engine, item.source)).bounds);
  // Several may have met the old bounds at once: whoever did is tried again under the wider ones, whoever widened them.
  if (allowance.bounds === bounds) {
    const detail = { asset: item.asset, bounds: { ...allowance.bounds }, spent: { ...allowance.spent } };
    for (const source of targets) await pauseBySafeguard(engine, source, detail);
  }
  await engine.ledger.postponeWork(item, engine.clock.now());
}

/** Puts a source into `observe` and says so in the log, once. */
export async function pauseBySafeguard(
  engine: Engine,
  source: SourceId,
  detail: { readonly asset?: AssetId; readonly bounds: Record<string, number>; readonly spent: Record<string, number> },
): Promise<void> {
  const isPaused = await updateSource(engine, source, (record) => {
    if (record.mode === "observe" || record.mode === "pause") return undefined;
    const entry: NewChange = {
      kind: "GUARD_TRIPPED",
      at: toTimestamp(engine.clock.now()),
      actor: { kind: "gateway", id: "concordat" },
      source,
      before: record.mode,
      after: "observe",
      reason: TRIPPED,
      detail: { bounds: detail.bounds, spent: detail.spent },
    };
    return { record: { ...record, mode: "observe" }, changes: [entry] };
  });
  if (isPaused) engine.report("warn", "guard-tripped", { source, ...detail });
}

const TRIPPED =
  "More would have been changed at once than the treaty's guards allow. Look at the plan; if it is right, raise the guards and set the mode to enforce.";
