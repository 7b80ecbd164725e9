import { setTimeout as delay } from "node:timers/promises";
import { monotonicFactory } from "ulid";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Random } from "../ports/random.ts";

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    if (!signal.aborted) await delay(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
  },
};

export const systemRandom: Random = { next: () => Math.random() };

const nextUlid = monotonicFactory();
export const systemIds: Ids = { ulid: () => nextUlid() };
