/**
 * Gives calls that start within the same step a common signal: it aborts when the caller's signal does, or `overallMs`
 * after the end of the step. A timer and a controller for each call of a scan would cost as much as its mapping.
 */
export class SharedDeadline {
  readonly #overallMs: number;
  readonly #stepMs: number;
  readonly #now: () => number;
  readonly #bySignal = new WeakMap<AbortSignal, { readonly until: number; readonly signal: AbortSignal }>();

  /** @param now monotonic milliseconds. */
  constructor(overallMs: number, now: () => number = () => performance.now()) {
    this.#overallMs = overallMs;
    this.#stepMs = Math.min(1_000, overallMs);
    this.#now = now;
  }

  for(signal: AbortSignal): AbortSignal {
    const now = this.#now();
    const known = this.#bySignal.get(signal);
    if (known && now < known.until) return known.signal;
    const shared = AbortSignal.any([signal, AbortSignal.timeout(this.#overallMs + this.#stepMs)]);
    this.#bySignal.set(signal, { until: now + this.#stepMs, signal: shared });
    return shared;
  }
}
