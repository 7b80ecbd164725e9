import type { Engine } from "../ports/engine.ts";

const SETTLE_MS = 20_000;
const POLL_MS = 50;

/** Waits, for a bounded time, until no work is left: what is told after a scan then includes what the scan led to. */
export async function settleWork({ clock, ledger }: Engine, signal: AbortSignal): Promise<void> {
  const until = clock.now() + SETTLE_MS;
  while (clock.now() < until && !signal.aborted) {
    // A ledger that is away for a moment is waited for as well: whoever needs it says what is wrong with it.
    const counts = await ledger.counts().catch(() => undefined);
    if (counts && Object.values(counts.workBySource).every((it) => it === 0)) return;
    await clock.sleep(POLL_MS, signal);
  }
}
