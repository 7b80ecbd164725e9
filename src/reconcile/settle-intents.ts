import { closeIntent } from "../delivery/close-intent.ts";
import { holdsWanted } from "../delivery/holds-wanted.ts";
import { toRequest } from "../delivery/intent-detail.ts";
import { type FreshReading, readWritten } from "../delivery/read-fresh.ts";
import { isCurrent } from "../delivery/record.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import type { Intent } from "../ports/ledger.ts";

/** Intents of one source that are settled side by side. */
const AT_ONCE = 8;

/**
 * Settles writes to one source whose outcome nobody recorded: the process died, or the source never answered. Each is read back:
 * what stands there now is the outcome. A source that cannot be read leaves its intent open for the next time (P8), and so does
 * one that may still come to show what was written.
 *
 * @returns how many were settled.
 */
export async function settleIntents(engine: Engine, source: SourceId, signal: AbortSignal): Promise<number> {
  if (!isCurrent(engine)) await engine.sources.refresh();
  if (!isCurrent(engine)) return 0;
  const expired = [...(await engine.ledger.listIntents({ expiredAt: engine.clock.now(), source }))];
  let settled = 0;
  const worker = async (): Promise<void> => {
    for (let intent = expired.shift(); intent && !signal.aborted; intent = expired.shift())
      if (await settleOne(engine, intent, signal)) settled += 1;
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, expired.length) }, worker));
  return settled;
}

async function settleOne(engine: Engine, expired: Intent, signal: AbortSignal): Promise<boolean> {
  const { clock, holder, leases, ledger } = engine;
  if (leases.isAt(expired.id)) return false;
  const lease = leases.keepIntent(expired.id);
  try {
    // Its lease is left as it is until then: it says since when nobody can have sent anything.
    const shown = isVisibleBy(engine, expired, clock.now()) ? undefined : await readWanted(engine, expired, signal);
    if (shown === "not yet") return false;
    // Only if nobody has renewed it since, and sent something.
    const intent = await ledger.takeOverIntent(expired.id, holder, expired.leaseUntil, clock.now() + leases.leaseMs);
    if (!intent) return false;
    lease.begins(intent.leaseUntil);
    return await recordOutcome(engine, intent, shown, signal);
  } finally {
    lease.letGo();
  }
}

/** Whether the source shows by then whatever was sent under the lease. */
function isVisibleBy({ sources }: Engine, { leaseUntil, source }: Intent, time: number): boolean {
  const { visibleWithinMs = 0 } = sources.get(source)?.capabilities ?? {};
  return leaseUntil + visibleWithinMs <= time;
}

/** Where it shows what was wanted, that is the outcome, whatever comes after it. */
async function readWanted(engine: Engine, intent: Intent, signal: AbortSignal): Promise<FreshReading | "not yet"> {
  const write = toRequest(intent)?.write;
  const reading = write && (await readWritten(engine, intent.asset, write, signal));
  return reading?.result.kind === "found" && holdsWanted(reading.result.snapshot, write?.fields ?? new Map())
    ? reading
    : "not yet";
}

async function recordOutcome(
  engine: Engine,
  intent: Intent,
  shown: FreshReading | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const request = toRequest(intent);
  if (!request) {
    engine.report("error", "intent-unreadable", { intent: intent.id });
    return false;
  }
  const { result, sight } = shown ?? (await readWritten(engine, intent.asset, request.write, signal));
  if (result.kind === "failed") return false;
  const error = {
    code: "server",
    message: "the outcome was lost; when it was read back, something else stood there",
  } as const;
  const outcome =
    result.kind === "missing"
      ? ({ kind: "missing" } as const)
      : holdsWanted(result.snapshot, request.write.fields)
        ? ({ kind: "applied", snapshot: result.snapshot } as const)
        : ({ kind: "failed", error } as const);
  const closed = await closeIntent(engine, request, intent.id, intent.position, outcome, sight, signal);
  if (closed.kind === "unknown") return false; // another process has it by now
  const marks = [...engine.sources.table().keys()].map((source) => ({ asset: intent.asset, source, reread: true }));
  await engine.ledger.markDirty(marks);
  engine.report("info", "intent-settled", {
    intent: intent.id,
    asset: intent.asset,
    source: intent.source,
    outcome: outcome.kind,
  });
  return true;
}

/** Looks for such writes every `everyMs` milliseconds, until aborted. Every source has a settler of its own, so that a dead one delays nobody (P12). */
export async function runSettler(
  engine: Engine,
  source: SourceId,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await settleIntents(engine, source, signal);
    } catch (error) {
      if (!signal.aborted) engine.report("error", "settle-failed", { source, error: String(error) });
    }
    await engine.clock.sleep(everyMs, signal);
  }
}
