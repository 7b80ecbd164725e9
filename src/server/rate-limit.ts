import { GraphQLError } from "graphql";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Caller } from "../access/access.ts";
import type { RedisLink } from "../redis/link.ts";

/** So many operations of one caller in so many seconds. */
export interface RateLimitConfig {
  readonly operations: number;
  readonly perSeconds: number;
}

/** Who calls: the bearer of a token, or an address where nobody has to show one. */
export type CallerKey = string;

export interface RateLimited {
  /** Milliseconds, at least 1. */
  readonly retryAfterMs: number;
  readonly error: GraphQLError;
  /** The first one of its window in this process: worth a line in the log. */
  readonly isFirst: boolean;
}

export interface RateLimit {
  /** Takes note of one operation; undefined if it may be run. Never rejects: while Redis is away each replica counts for itself. */
  take(caller: CallerKey): Promise<RateLimited | undefined>;
}

export function createRateLimit(config: RateLimitConfig | undefined, redis: RedisLink | undefined): RateLimit {
  if (!config) return { take: () => Promise.resolve(undefined) };
  const { operations, perSeconds } = config;
  const bounds = { points: operations, duration: perSeconds };
  const memory = new RateLimiterMemory(bounds);
  const limiter = redis
    ? new RateLimiterRedis({
        ...bounds,
        storeClient: redis.client,
        keyPrefix: `${redis.prefix}:rate`,
        insuranceLimiter: memory,
        rejectIfRedisNotReady: true,
        inMemoryBlockOnConsumed: operations + 1, // who is over it is refused without another question to Redis
      })
    : memory;
  return {
    async take(caller) {
      try {
        await limiter.consume(caller);
        return undefined;
      } catch (refusal) {
        // Whatever else goes wrong is no reason to lock somebody out.
        return refusal instanceof RateLimiterRes ? toRateLimited(refusal, config) : undefined;
      }
    },
  };
}

export function callerKey(caller: Caller, address: string | undefined, hasAccess: boolean): CallerKey {
  return hasAccess ? `${caller.actor.kind}:${caller.actor.id}` : `address:${address ?? "unknown"}`;
}

/** Seconds, as the header Retry-After wants them. */
export function retryAfterSeconds({ retryAfterMs }: RateLimited): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1_000));
}

function toRateLimited(refusal: RateLimiterRes, { operations, perSeconds }: RateLimitConfig): RateLimited {
  const retryAfterMs = Math.max(1, Math.ceil(refusal.msBeforeNext));
  const message =
    `You may run ${operations} operations in ${perSeconds} s, and these are used up. ` +
    `Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
  return {
    retryAfterMs,
    error: new GraphQLError(message, { extensions: { code: "RATE_LIMITED", retryAfterMs } }),
    isFirst: refusal.consumedPoints === operations + 1,
  };
}
