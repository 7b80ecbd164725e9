import type { Clock } from "../ports/clock.ts";
import type { Report } from "../ports/engine.ts";
import { systemClock } from "./system.ts";

/** How often the ledger is asked for the time, and how often in a row at the start: the quickest answer is the truest. */
const ASK_EVERY_MS = 15_000;
const FIRST_ASKS = 3;

export interface LedgerClock extends Clock, AsyncDisposable {}

/**
 * The ledger's time, for processes that compare ends of leases with one another: one whose own clock is an hour off, or is set while
 * it runs, neither takes what others hold nor keeps them out. Between the answers it goes on by a clock that nobody sets.
 *
 * @param readTime the ledger's time, in milliseconds since 1970.
 * @param monotonic milliseconds since whenever, never set.
 */
export async function openLedgerClock(
  readTime: () => Promise<number>,
  report: Report,
  monotonic: () => number = () => performance.now(),
): Promise<LedgerClock> {
  let offset = 0;
  const ask = async (): Promise<{ readonly offset: number; readonly tookMs: number }> => {
    const asked = monotonic();
    const time = await readTime();
    const answered = monotonic();
    return { offset: time - (asked + answered) / 2, tookMs: answered - asked };
  };
  const first = [];
  for (let count = 0; count < FIRST_ASKS; count += 1) first.push(await ask());
  offset = first.reduce((best, it) => (it.tookMs < best.tookMs ? it : best)).offset;
  const stop = new AbortController();
  const over = (async () => {
    for (;;) {
      await systemClock.sleep(ASK_EVERY_MS, stop.signal);
      if (stop.signal.aborted) return;
      try {
        const answer = await ask();
        // An answer that was long under way says little: the clock drifts by less than that.
        if (answer.tookMs < Math.abs(answer.offset - offset)) offset = answer.offset;
      } catch (error) {
        report("debug", "time-unknown", { error: String(error) });
      }
    }
  })();
  return {
    now: () => Math.floor(monotonic() + offset),
    sleep: systemClock.sleep,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await over;
    },
  };
}
