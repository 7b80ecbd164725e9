import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../src/ports/random.ts";
import { readinessOf } from "./ask.ts";
import type { System } from "./system.ts";
import type { NetworkMode } from "./tcp-proxy.ts";

/** What can be done to a running system besides killing gateways, and for how long at most: milliseconds. */
export const FAULTS = {
  /** PostgreSQL dies as in a crash and comes back. */
  "postgres-restart": 0,
  /** Redis dies and comes back, empty. */
  "redis-restart": 3_000,
  /** Redis dies and does not come back. */
  "redis-gone": 3_000,
  /** One gateway stands still for longer than its leases, and then goes on as if nothing had been. */
  freeze: 20_000,
  /** One gateway's packets to the lakehouse, and the answers, vanish. */
  "black-hole": 12_000,
  /** One gateway gets the lakehouse's answers at one byte a second. */
  drip: 12_000,
  /** The connections of one gateway to the lakehouse are reset. */
  reset: 6_000,
} as const;
export type FaultName = keyof typeof FAULTS;

/** A fault that is over by itself within its time; `told` gets what /health/ready of each gateway said meanwhile. */
export async function inject(
  fault: FaultName,
  system: System,
  random: Random,
  told: (fault: FaultName, status: string) => void,
): Promise<void> {
  const index = Math.floor(random.next() * system.replicas.length);
  const ms = FAULTS[fault] * (0.5 + random.next() / 2);
  const over = new AbortController();
  const watching = watch(system, (status) => told(fault, status), over.signal);
  try {
    await carryOut(fault, system, index, ms);
  } finally {
    over.abort();
    await watching;
  }
}

async function carryOut(fault: FaultName, system: System, index: number, ms: number): Promise<void> {
  const replica = system.replicas[index];
  switch (fault) {
    case "postgres-restart":
      return system.postgres?.crash();
    case "redis-restart":
      await system.redis?.kill();
      await delay(ms);
      return system.redis?.restart();
    case "redis-gone":
      await system.redis?.kill();
      return delay(ms);
    case "freeze":
      replica?.freeze();
      await delay(ms);
      return replica?.thaw();
    case "black-hole":
    case "drip":
    case "reset":
      return disturb(system, index, fault, ms);
    default:
      return fault satisfies never;
  }
}

async function disturb({ proxies }: System, index: number, mode: NetworkMode, ms: number): Promise<void> {
  const proxy = proxies[index];
  if (!proxy) throw new Error("No proxy stands between the gateways and the lakehouse.");
  proxy.mode = mode;
  await delay(ms);
  proxy.mode = "pass";
}

async function watch({ replicas }: System, told: (status: string) => void, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    for (const it of await Promise.all(replicas.map(readinessOf))) told(it);
    await delay(500, undefined, { signal: over }).catch(() => undefined);
  }
}
