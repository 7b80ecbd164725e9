import type { Sight } from "../plan/observe.ts";
import type { Engine, KeptLease } from "../ports/engine.ts";
import type { ReadResult, Source, WriteResult } from "../ports/source.ts";
import type { DeliveryRequest } from "./delivery-request.ts";
import { holdsWanted } from "./holds-wanted.ts";
import { type FreshReading, readWritten } from "./read-fresh.ts";

/** For so long it is asked what has become of a write, however long the source may take to show it: somebody waits for the answer. */
const MOST_MS = 20_000;
const LEAST_MS = 3_750;
const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 2_000;

/** What has become of a write, and when its source was seen like that; undefined: as it answered. */
export interface Answer {
  readonly result: WriteResult;
  readonly sight?: Sight;
}

/** What was to be written, and of which asset. */
type Written = Pick<DeliveryRequest, "asset" | "write">;

/**
 * Asks with growing pauses, for a bounded time, what has become of a write: one whose answer was lost, or one that was accepted by a
 * source that shows it only later. Never writes again (P8).
 *
 * @returns `applied` with what the source shows; "unknown" where it can still turn out either way.
 */
export async function readBack(
  engine: Engine,
  source: Source,
  written: Written,
  result: WriteResult,
  lease: KeptLease,
  signal: AbortSignal,
): Promise<Answer> {
  const { visibleWithinMs = 0 } = source.capabilities;
  if (result.kind === "applied") {
    if (visibleWithinMs === 0 || holdsWanted(result.snapshot, written.write.fields)) return { result };
    return awaitVisible(engine, written, visibleWithinMs, lease, signal);
  }
  if (result.kind !== "unknown") return { result };
  const found = await poll(engine, written, Math.max(LEAST_MS, Math.min(visibleWithinMs, MOST_MS)), lease, signal);
  return isWanted(found, written) ? toApplied(found) : { result };
}

/** What an accepted write comes to is what the source shows when its time is over, unless it shows it earlier. */
async function awaitVisible(
  engine: Engine,
  written: Written,
  visibleWithinMs: number,
  lease: KeptLease,
  signal: AbortSignal,
): Promise<Answer> {
  const found = await poll(engine, written, Math.min(visibleWithinMs, MOST_MS), lease, signal);
  const isOver = visibleWithinMs <= MOST_MS && lease.until > engine.clock.now();
  if (isFound(found) && (isOver || isWanted(found, written))) return toApplied(found);
  const message = `${written.write.source} accepted the write, and does not show it yet`;
  return { result: { kind: "unknown", error: { code: "timeout", message } } };
}

/** @returns the first reading that shows what is wanted, or else the last one, which began when `ms` were over. */
async function poll(
  engine: Engine,
  written: Written,
  ms: number,
  lease: KeptLease,
  signal: AbortSignal,
): Promise<FreshReading | undefined> {
  const { clock } = engine;
  const end = clock.now() + ms;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(MOST_PAUSE_MS, pause * 2)) {
    const isLast = clock.now() >= end;
    const reading = await readWritten(engine, written.asset, written.write, signal);
    if (isLast || isWanted(reading, written)) return reading;
    if (lease.until <= clock.now()) return undefined; // somebody else finds out
    await clock.sleep(Math.max(0, Math.min(pause, end - clock.now())), signal);
    signal.throwIfAborted();
  }
}

type Found = FreshReading & { readonly result: Extract<ReadResult, { kind: "found" }> };

function isFound(reading: FreshReading | undefined): reading is Found {
  return reading?.result.kind === "found";
}

function isWanted(reading: FreshReading | undefined, { write }: Written): reading is Found {
  return isFound(reading) && holdsWanted(reading.result.snapshot, write.fields);
}

function toApplied({ result, sight }: Found): Answer {
  return { result: { kind: "applied", snapshot: result.snapshot }, sight };
}
