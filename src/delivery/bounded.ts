import type { Clock } from "../ports/clock.ts";
import type { KeptLease } from "../ports/engine.ts";

/** The call took too long, or the lease under which it is made has ended meanwhile. */
export const LATE = Symbol("late");

/**
 * Makes a call that may take `ms` milliseconds and no longer than the lease under which it is made; then it is told to stop, and is
 * not waited for.
 *
 * @throws whatever `signal` was aborted with, at once, and whatever the call throws.
 */
export async function bounded<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
  lease?: KeptLease,
): Promise<T | typeof LATE> {
  signal.throwIfAborted();
  // Not AbortSignal.any: a signal that lives as long as the process would keep something of every one that was made of it.
  const over = new AbortController();
  const end = (): void => over.abort(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  const answer = call(over.signal);
  answer.catch(() => undefined); // what comes too late is nobody's any more
  try {
    return await Promise.race([answer, untilLate(clock, ms, signal, over.signal, lease)]);
  } finally {
    signal.removeEventListener("abort", end);
    over.abort(OVER);
  }
}

/** Given as a reason, it spares the making of an error with a stack. */
const OVER = "over";

async function untilLate(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  over: AbortSignal,
  lease: KeptLease | undefined,
): Promise<typeof LATE> {
  const end = clock.now() + ms;
  for (;;) {
    const left = Math.min(end, lease?.until ?? end) - clock.now();
    if (left <= 0) return LATE;
    await clock.sleep(left, over);
    signal.throwIfAborted();
    if (over.aborted) return LATE; // the answer has come: nobody looks at this
  }
}
