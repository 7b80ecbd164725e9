import {
  bulkhead,
  CountBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IPolicy,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import type { Random } from "../../src/ports/random.ts";
import type { IcebergRestSettings } from "./config.ts";
import { RequestFailure } from "./failure.ts";

/** What a request is for: each has slots of its own, so that a scan does not hold up writes. */
export type Lane = "scan" | "work";

export interface Policies {
  /** For requests that may be repeated. */
  readonly read: Readonly<Record<Lane, IPolicy>>;
  /** For requests that are only repeated where the server certainly did not act on them. */
  readonly write: IPolicy;
}

/**
 * Around each request, from the outside in: the time for the whole call, a free slot, attempts with jitter, the circuit.
 * A call keeps its slot while it waits for its next attempt, so that a struggling server is asked less.
 */
export function makePolicies(settings: IcebergRestSettings, random: Random): Policies {
  const circuit = circuitBreaker(
    handleWhen((it) => it instanceof RequestFailure && countsAgainst(it)),
    {
      halfOpenAfter: settings.circuitOpenMs,
      breaker: new CountBreaker({ size: 40, threshold: 0.6, minimumNumberOfCalls: 12 }),
    },
  );
  const whole = timeout(settings.overallMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
  const attempts = (mayRepeat: (failure: RequestFailure) => boolean) =>
    retry(
      handleWhen((it) => it instanceof RequestFailure && it.passing && !waitsTooLong(it, settings) && mayRepeat(it)),
      { maxAttempts: settings.retryAttempts, backoff: backoff(settings, random) },
    );
  const work = bulkhead(settings.concurrency, settings.queueLimit);
  const scan = bulkhead(settings.scanConcurrency, settings.queueLimit);
  const reads = attempts(() => true);
  const writes = attempts((failure) => failure.acted === "no");
  return {
    // A scan brings the time limit in its signal, see `deadline.ts`.
    read: { work: wrap(whole, work, reads, circuit), scan: wrap(scan, reads, circuit) },
    write: wrap(whole, work, writes, circuit),
  };
}

/** A refusal or a request to slow down shows that the server is alive. */
function countsAgainst(failure: RequestFailure): boolean {
  const { code } = failure.error;
  return (
    code === "unreachable" ||
    code === "timeout" ||
    code === "server" ||
    (code === "throttled" && failure.acted === "maybe")
  );
}

/** A server that asks for more patience than a call has: the caller is told, and comes back later. */
function waitsTooLong(failure: RequestFailure, settings: IcebergRestSettings): boolean {
  return (failure.error.retryAfterMs ?? 0) > settings.retryCapMs;
}

function backoff(settings: IcebergRestSettings, random: Random): DelegateBackoff<{ attempt: number; result: unknown }> {
  return new DelegateBackoff(({ attempt, result }) => {
    const told = typeof result === "object" && result !== null && "error" in result ? result.error : undefined;
    const least = told instanceof RequestFailure ? (told.error.retryAfterMs ?? 0) : 0;
    return least + random.next() * Math.min(settings.retryCapMs, settings.retryBaseMs * 2 ** (attempt - 1));
  });
}
