import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../src/ports/clock.ts";

/** The machine's clock, for tests against real servers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};
