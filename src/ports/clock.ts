/** Time, as an argument: real in production, simulated in tests. */
export interface Clock {
  /** Milliseconds since 1970, UTC. Not an order of events: those are ordered by log position. */
  now(): number;
  /** It may have stood still, and is behind until it has found out: what was held may be over. */
  readonly isInDoubt?: boolean;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** RFC 3339 in UTC with milliseconds. */
export function toTimestamp(nowMs: number): string {
  return new Date(nowMs).toISOString();
}
