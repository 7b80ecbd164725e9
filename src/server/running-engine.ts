import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import { runLane } from "../reconcile/lane.ts";
import { runLooks } from "../reconcile/look-again.ts";
import type { Scanner } from "../reconcile/scanner.ts";
import { runSettler } from "../reconcile/settle-intents.ts";
import { watchLedger } from "../reconcile/watch-ledger.ts";
import { monitorSources } from "./source-monitor.ts";
import type { WatchedSource } from "./watched-source.ts";

const SETTLE_EVERY_MS = 2_000;
const SWEEP_EVERY_MS = 3_600_000;

/** The engine at work. `stop` ends it all and waits for it. */
export interface RunningEngine {
  /** Resolves when every source was scanned once, whether well or not. */
  readonly firstScan: Promise<void>;
  stop(): Promise<void>;
}

export interface RunOptions {
  /** No other process has the ledger open. */
  readonly isAlone: boolean;
  readonly watched: ReadonlyMap<SourceId, WatchedSource>;
}

/** Sets to work a lane, a settler and a scan schedule for every source; `stopping` is what `scanner` stops by. */
export function runEngine(
  engine: Engine,
  scanner: Scanner,
  scanEveryMs: ReadonlyMap<SourceId, number>,
  stopping: AbortController,
  { isAlone, watched }: RunOptions,
): RunningEngine {
  const firsts: Promise<void>[] = [];
  const running: Promise<void>[] = [
    monitorSources(engine, watched, scanner, stopping.signal),
    runLooks(engine, stopping.signal),
  ];
  if (!isAlone) running.push(watchLedger(engine, stopping.signal));
  for (const id of engine.sources.ids) {
    const first = Promise.withResolvers<void>();
    firsts.push(first.promise);
    const schedule = { everyMs: scanEveryMs.get(id) ?? SWEEP_EVERY_MS, atStart: isAlone };
    running.push(scanner.runSchedule(id, schedule, first.resolve));
    running.push(runLane(engine, id, stopping.signal));
    running.push(runSettler(engine, id, SETTLE_EVERY_MS, stopping.signal));
  }
  return {
    firstScan: Promise.all(firsts).then(() => undefined),
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
