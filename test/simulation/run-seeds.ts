import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Coverage, NEEDED_EVENTS } from "./coverage.ts";
import { type HistoryOptions, type HistoryResult, playHistory } from "./history.ts";
import { IN_MEMORY, type LedgerKind, type LedgerPlace, onLedger, openStores } from "./ledger-kinds.ts";
import type { Stores } from "./ledger-store.ts";
import type { Mutant } from "./mutants.ts";
import { AS_DRAWN, formatOverrides, type Overrides } from "./overrides.ts";

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
  /** Ends after so many failures. */
  readonly enough: number;
  /** Where the ledgers are kept: in memory if left out. */
  readonly ledger?: LedgerPlace;
}

/** The one command that plays a failed history again, with all that happened in it. */
export function replayCommand(seed: number, overrides?: Overrides, ledger: LedgerKind = "memory"): string {
  const only = overrides ? formatOverrides(overrides) : "";
  const kept = ledger === "memory" ? "" : ` --ledger ${ledger}`;
  return `npm run sim -- --seed ${seed}${only === "" ? "" : ` --only ${only}`}${kept}`;
}

/**
 * One history. On a real ledger it must take the same course, to the last step, as in memory.
 *
 * @param options what else it is played with.
 */
export async function playOn(
  ledger: LedgerPlace,
  stores: Stores | undefined,
  seed: number,
  options: HistoryOptions = {},
): Promise<HistoryResult> {
  const overrides = onLedger(ledger, options.overrides ?? AS_DRAWN);
  const result = await playHistory(seed, { ...options, overrides, ...(stores ? { stores } : {}) });
  if (!stores) return result;
  const { hash } = await playHistory(seed, { ...options, overrides, trace: () => undefined });
  const other = `ledger: on ${ledger.kind} the history took another course than in memory`;
  return hash === result.hash ? result : { ...result, violations: [...result.violations, other] };
}

export async function runSeeds({ count, enough, from, ledger = IN_MEMORY }: RunRequest): Promise<RunResult> {
  const stores = await openStores(ledger);
  const coverage = new Coverage();
  const failures: Failure[] = [];
  let histories = 0;
  let steps = 0;
  for (let seed = from; seed < from + count && failures.length < enough; seed += 1) {
    const result = await playOn(ledger, stores, seed);
    histories += 1;
    steps += result.steps;
    coverage.add(result.coverage.counts);
    if (result.violations.length > 0) failures.push({ seed, violations: result.violations });
  }
  await stores?.[Symbol.asyncDispose]();
  return { histories, steps, failures, events: [...coverage.counts] };
}

/** Seeds that a thread plays before it reports. */
const CHUNK = 100;
/** … where each of them takes as long as ten in memory. */
const REAL_CHUNK = 10;

/** The same on several threads. `progress` is told of what all of them have played so far, again and again. */
export async function runSeedsOn(
  threads: number,
  { count, enough, from, ledger = IN_MEMORY }: RunRequest,
  progress: (soFar: Omit<RunResult, "events">) => void = () => undefined,
): Promise<RunResult> {
  const coverage = new Coverage();
  const failures: Failure[] = [];
  let histories = 0;
  let steps = 0;
  let next = from;
  const work = async (): Promise<void> => {
    await using thread = new Thread("./seeds-worker.ts", undefined);
    const chunk = ledger.kind === "memory" ? CHUNK : REAL_CHUNK;
    while (next < from + count && failures.length < enough) {
      const part: RunRequest = { from: next, count: Math.min(chunk, from + count - next), enough, ledger };
      next += part.count;
      const result = await thread.ask(part);
      histories += result.histories;
      steps += result.steps;
      coverage.add(result.events);
      failures.push(...result.failures);
      progress({ histories, steps, failures });
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return {
    histories,
    steps,
    failures: failures.sort((left, right) => left.seed - right.seed),
    events: [...coverage.counts],
  };
}

/** The first seed of these that tells the planted bug; undefined if none does. */
export async function huntMutant(mutant: Mutant, from: number, count: number): Promise<Failure | undefined> {
  await using thread = new Thread("./mutant-worker.ts", mutant);
  return (await thread.ask({ from, count, enough: 1 })).failures[0];
}

/** The tests that fail of those that are to tell the planted bug. */
export async function runToldTest(mutant: Mutant): Promise<readonly string[]> {
  const worker = new Worker(new URL("./planted-test-worker.ts", import.meta.url), { workerData: mutant });
  try {
    const [failed] = await once(worker, "message");
    return failed as readonly string[];
  } finally {
    await worker.terminate();
  }
}

/** A thread that plays what it is asked to. */
class Thread implements AsyncDisposable {
  readonly #worker: Worker;

  constructor(file: string, workerData: unknown) {
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData });
  }

  ask(request: RunRequest): Promise<RunResult> {
    const answer = Promise.withResolvers<RunResult>();
    const leave = (code: number): void => answer.reject(new Error(`A worker ended early with code ${code}.`));
    this.#worker.once("message", answer.resolve);
    this.#worker.once("error", answer.reject);
    this.#worker.once("exit", leave);
    this.#worker.postMessage(request);
    return answer.promise.finally(() => {
      this.#worker.off("message", answer.resolve).off("error", answer.reject).off("exit", leave);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

/** What the run never came to: a check that looks at nothing passes. */
export function missingEvents(events: RunResult["events"]): readonly string[] {
  const seen = new Map(events);
  return NEEDED_EVENTS.filter((it) => !seen.has(it));
}
