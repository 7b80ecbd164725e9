/**
 * Says that the log has grown: "look again", nothing more, so that a lost or doubled signal is harmless.
 * A reader takes `count` before it reads the log, and waits with `changedSince(count)` when it found nothing.
 */
export interface Wake {
  readonly count: number;
  /** Resolves when `count` is no longer `seen`, or when `signal` aborts. Never rejects. */
  changedSince(seen: number, signal: AbortSignal): Promise<void>;
}

/**
 * How this process hears of what others commit: `in-process`, there are no others; `polling`, it looks at the ledger's head; `redis`, it
 * is told, and looks as well: without Redis it only hears later.
 */
export type BusStatus =
  | { readonly kind: "in-process" }
  | { readonly kind: "polling" }
  | ({ readonly kind: "redis" } & LinkStatus);

/** Whether Redis answers. */
export interface LinkStatus {
  readonly state: "up" | "down";
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Why it is down, as far as it is known. Holds no secret. */
  readonly error?: string;
}

export interface Bus extends AsyncDisposable {
  readonly wake: Wake;
  /** Tells every replica that the log reaches `position`; the same one again: that work was marked without a log entry. */
  announce(position: number): void;
  status(): BusStatus;
}
