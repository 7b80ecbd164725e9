import { createInProcessBus } from "../bus/in-process.ts";
import { createPollingBus } from "../bus/polling.ts";
import { createRedisBus } from "../bus/redis.ts";
import type { Config } from "../config/config.ts";
import type { Bus } from "../ports/bus.ts";
import type { Report } from "../ports/engine.ts";
import type { Ledger } from "../ports/ledger.ts";
import { connectRedis, type RedisLink } from "../redis/link.ts";
import { createLiveShare, type LiveShare } from "../redis/live-share.ts";
import type { Closers } from "./closers.ts";
import { systemClock, systemIds } from "./system.ts";

export interface OpenBus {
  readonly bus: Bus;
  /** Undefined where none is configured. */
  readonly redis: RedisLink | undefined;
  /** Undefined where there is no Redis. */
  readonly liveShare: LiveShare | undefined;
}

/** A SQLite ledger has one process; on PostgreSQL there may be others, and Redis tells of them sooner. */
export function openBus(
  config: Pick<Config, "ledger" | "redis">,
  ledger: Pick<Ledger, "head">,
  report: Report,
  closers: Closers,
): OpenBus {
  const readHead = (): Promise<number> => ledger.head();
  if (!config.redis) {
    const isAlone = config.ledger.engine === "sqlite";
    const bus = closers.use(isAlone ? createInProcessBus() : createPollingBus({ readHead }));
    return { bus, redis: undefined, liveShare: undefined };
  }
  const redis = closers.use(connectRedis({ ...config.redis, report, now: systemClock.now }));
  const polling = createPollingBus({ readHead });
  const self = systemIds.ulid();
  return {
    bus: closers.use(createRedisBus({ link: redis, polling, self })),
    redis,
    liveShare: createLiveShare({ link: redis, self, sleep: systemClock.sleep, now: systemClock.now }),
  };
}
