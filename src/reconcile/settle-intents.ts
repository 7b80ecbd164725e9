import { closeIntent } from "../delivery/close-intent.ts";
import { holdsWanted, isUnderWay } from "../delivery/deliver-write.ts";
import { toRequest } from "../delivery/intent-detail.ts";
import { readOne } from "../delivery/read-fresh.ts";
import type { Engine } from "../ports/engine.ts";
import type { Intent } from "../ports/ledger.ts";

const LEASE_MS = 30_000;

/**
 * Settles writes whose outcome nobody recorded: the process died, or the source never answered. Each is read back: what
 * stands there now is the outcome. A source that cannot be read leaves its intent open for the next time (P8).
 *
 * @returns how many were settled.
 */
export async function settleIntents(engine: Engine, signal: AbortSignal): Promise<number> {
  const now = engine.clock.now();
  let settled = 0;
  for (const { id } of await engine.ledger.listIntents({ expiredAt: now })) {
    if (isUnderWay(engine, id)) continue;
    const intent = await engine.ledger.takeOverIntent(id, engine.holder, now, now + LEASE_MS);
    if (intent && (await settleOne(engine, intent, signal))) settled += 1;
  }
  return settled;
}

async function settleOne(engine: Engine, intent: Intent, signal: AbortSignal): Promise<boolean> {
  const request = toRequest(intent);
  if (!request) {
    engine.report("error", "intent-unreadable", { intent: intent.id });
    return false;
  }
  const { result, sight } = await readOne(engine, intent.source, request.write.ref, signal);
  if (result.kind === "failed") return false;
  const error = {
    code: "server",
    message: "the outcome was lost; reading back showed that it was not written",
  } as const;
  const outcome =
    result.kind === "missing"
      ? ({ kind: "missing" } as const)
      : holdsWanted(result.snapshot, request.write.fields)
        ? ({ kind: "applied", snapshot: result.snapshot } as const)
        : ({ kind: "failed", error } as const);
  await closeIntent(engine, request, intent.id, intent.position, outcome, sight);
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

/** Looks for such writes every `everyMs` milliseconds, until aborted. */
export async function runSettler(engine: Engine, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await settleIntents(engine, signal);
    } catch (error) {
      if (!signal.aborted) engine.report("error", "settle-failed", { error: String(error) });
    }
    await engine.clock.sleep(everyMs, signal);
  }
}
