import { Worker } from "node:worker_threads";
import { Coverage, NEEDED_EVENTS } from "./coverage.ts";
import { playHistory } from "./history.ts";
import type { Mutant } from "./mutants.ts";

export interface Failure {
  readonly seed: number;
  readonly violations: readonly string[];
}

export interface RunResult {
  readonly histories: number;
  readonly steps: number;
  readonly failures: readonly Failure[];
  readonly events: readonly (readonly [string, number])[];
}

export interface RunRequest {
  readonly from: number;
  readonly count: number;
  /** Every so-manyth seed only, so that several workers share a run. */
  readonly stride: number;
  /** Ends after so many failures. */
  readonly enough: number;
}

/** The one command that plays a failed history again, with all that happened in it. */
export function replayCommand(seed: number): string {
  return `npm run sim -- --seed ${seed}`;
}

export async function runSeeds({ count, enough, from, stride }: RunRequest): Promise<RunResult> {
  const coverage = new Coverage();
  const failures: Failure[] = [];
  let histories = 0;
  let steps = 0;
  for (let seed = from; seed < from + count && failures.length < enough; seed += stride) {
    const result = await playHistory(seed);
    histories += 1;
    steps += result.steps;
    coverage.add(result.coverage.counts);
    if (result.violations.length > 0) failures.push({ seed, violations: result.violations });
  }
  return { histories, steps, failures, events: [...coverage.counts] };
}

/** The same on several threads. */
export async function runSeedsOn(workers: number, request: Omit<RunRequest, "stride">): Promise<RunResult> {
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const part: RunRequest = {
        ...request,
        from: request.from + index,
        count: request.count - index,
        stride: workers,
      };
      return runWorker(part);
    }),
  );
  const coverage = new Coverage();
  for (const it of parts) coverage.add(it.events);
  return {
    histories: parts.reduce((sum, it) => sum + it.histories, 0),
    steps: parts.reduce((sum, it) => sum + it.steps, 0),
    failures: parts.flatMap((it) => it.failures).sort((left, right) => left.seed - right.seed),
    events: [...coverage.counts],
  };
}

/** The first seed that tells the planted bug; undefined if none of `count` does. */
export async function huntMutant(mutant: Mutant, count: number): Promise<Failure | undefined> {
  const request: RunRequest = { from: 1, count, stride: 1, enough: 1 };
  return (await runWorker({ mutant, request }, "./mutant-worker.ts")).failures[0];
}

function runWorker(workerData: unknown, file = "./seeds-worker.ts"): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(file, import.meta.url), { workerData });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`A worker ended early with code ${code}.`)));
  });
}

/** What the run never came to: a check that looks at nothing passes. */
export function missingEvents(events: RunResult["events"]): readonly string[] {
  const seen = new Map(events);
  return NEEDED_EVENTS.filter((it) => !seen.has(it));
}
