import { nextWake } from "../delivery/next-wake.ts";
import { isCurrent } from "../delivery/record.ts";
import type { Engine } from "../ports/engine.ts";

/** The longest time without a look, and the shortest between two: many entries a second are one piece of news. */
const LOOK_MS = 2_000;
const PAUSE_MS = 200;

/**
 * Keeps what is known of modes, scans and the treaty in force up with what other processes change, until aborted. What is recorded is
 * checked by the ledger in any case; this makes that queries tell the truth soon, and that nobody asks in vain.
 */
export async function watchLedger(engine: Engine, signal: AbortSignal): Promise<void> {
  let wasCurrent = true;
  while (!signal.aborted) {
    const seen = engine.bus.wake.count;
    try {
      await engine.sources.refresh();
      if (isCurrent(engine) !== wasCurrent) {
        wasCurrent = !wasCurrent;
        if (wasCurrent) engine.report("info", "treaty-in-force-again", { treaty: engine.treaty.hash });
        else engine.report("warn", "treaty-outdated", { treaty: engine.treaty.hash });
      }
    } catch (error) {
      if (!signal.aborted) engine.report("debug", "watch-failed", { error: String(error) });
    }
    await nextWake(engine, seen, LOOK_MS, signal);
    await engine.clock.sleep(PAUSE_MS, signal);
  }
}
