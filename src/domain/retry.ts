/**
 * Delay before retry number `attempt` (1 is the first retry), with full jitter.
 *
 * @returns milliseconds, at least 0 and below `min(capMs, baseMs * 2 ** (attempt - 1))`.
 * @throws RangeError if `attempt` is below 1 or `random` is outside [0, 1).
 * @see M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function retryDelayMs(attempt: number, random: number, baseMs = 500, capMs = 60_000): number {
  if (!(attempt >= 1)) throw new RangeError(`attempt must be at least 1, got ${attempt}`);
  if (!(random >= 0 && random < 1)) throw new RangeError(`random must be in [0, 1), got ${random}`);
  return random * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}
