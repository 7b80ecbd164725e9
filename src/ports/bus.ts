/**
 * Says that the log has grown: "look again", nothing more, so that a lost or doubled signal is harmless.
 * A reader takes `count` before it reads the log, and waits with `changedSince(count)` when it found nothing.
 */
export interface Wake {
  readonly count: number;
  /** Resolves when `count` is no longer `seen`, or when `signal` aborts. Never rejects. */
  changedSince(seen: number, signal: AbortSignal): Promise<void>;
}

export interface Bus extends AsyncDisposable {
  readonly wake: Wake;
  /** Tells every replica that the log reaches `position`; the same one again: that work was marked without a log entry. */
  announce(position: number): void;
}
