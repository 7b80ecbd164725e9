import { failure, type Reply } from "./reply.ts";

const LIFETIME_MS = 30 * 60 * 1000;
const MAX_KEYS = 10_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The first outcome under each `Idempotency-Key`, which a retry gets again without being run. */
export class Idempotency {
  readonly #outcomes = new Map<string, { readonly operation: string; readonly reply: Reply; readonly end: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs a write once. `operation` tells requests apart, so that a key cannot be used for two. 5xx is never kept. */
  once(key: string, operation: string, run: () => Reply): Reply {
    if (!UUID.test(key)) return failure(400, "BadRequestException", "Idempotency-Key is not a UUID");
    const kept = this.#outcomes.get(key);
    if (kept && kept.end > this.#now()) {
      if (kept.operation === operation) return kept.reply;
      return failure(400, "BadRequestException", "Idempotency-Key was used for another operation");
    }
    const reply = run();
    if (reply.status >= 500) return reply;
    if (this.#outcomes.size >= MAX_KEYS) this.#outcomes.delete(this.#outcomes.keys().next().value as string);
    this.#outcomes.set(key, { operation, reply, end: this.#now() + LIFETIME_MS });
    return reply;
  }
}
