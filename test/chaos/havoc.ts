import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../src/ports/random.ts";
import { type FaultName, inject } from "./faults.ts";
import type { Replica } from "./replica.ts";
import type { System } from "./system.ts";

/** The share of kills that hit a gateway while it starts. */
const WHILE_STARTING = 0.1;
/** How long a gateway is left alone before it is killed: up to so many milliseconds, and up to so many requests of clients. */
const LONGEST_LIFE = { ms: 400, requests: 24 };
/** However few requests there are: milliseconds. */
const LONGEST_WAIT_MS = 5_000;

export interface HavocDeps {
  readonly system: System;
  readonly random: Random;
  /** How many requests clients have sent. */
  readonly requests: () => number;
  readonly faults: readonly FaultName[];
  /** After so long no more are killed: milliseconds. */
  readonly mostMs: number;
  readonly onKill: (kill: number) => void;
  readonly told: (fault: FaultName, status: string) => void;
}

/**
 * Kills gateways at random moments of their work and starts each of them again; meanwhile one fault after the other is injected, over
 * and over. Without kills each fault is injected once.
 *
 * @returns how many were killed.
 */
export async function wreakHavoc(kills: number, deps: HavocDeps): Promise<number> {
  const over = new AbortController();
  const faults = injectAll(kills > 0, deps, over.signal);
  try {
    return await killAgain(kills, deps);
  } finally {
    if (kills > 0) over.abort();
    await faults;
  }
}

async function injectAll(again: boolean, deps: HavocDeps, over: AbortSignal): Promise<void> {
  if (deps.faults.length === 0) return;
  do {
    for (const fault of deps.faults) {
      if (over.aborted) return;
      await inject(fault, deps.system, deps.random, deps.told);
      await delay(1_000);
    }
  } while (again);
}

async function killAgain(
  kills: number,
  { mostMs, onKill, random, requests, system: { replicas } }: HavocDeps,
): Promise<number> {
  const failed: unknown[] = [];
  const end = performance.now() + mostMs;
  let killed = 0;
  while (killed < kills && failed.length === 0 && performance.now() < end) {
    const victim = await nextVictim(replicas, random);
    const enough = requests() + Math.floor(random.next() * LONGEST_LIFE.requests);
    await delay(random.next() * LONGEST_LIFE.ms);
    for (const until = performance.now() + LONGEST_WAIT_MS; requests() < enough && performance.now() < until; )
      await delay(5);
    await victim.kill();
    void victim.start().catch((error: unknown) => failed.push(error));
    killed += 1;
    onKill(killed);
  }
  await Promise.all(replicas.map((it) => it.settled()));
  if (failed.length > 0) throw failed[0];
  return killed;
}

/** One that serves, once there is one; now and then one that only starts. */
async function nextVictim(replicas: readonly Replica[], random: Random): Promise<Replica> {
  const pick = (from: readonly Replica[]): Replica | undefined => from[Math.floor(random.next() * from.length)];
  const starting = pick(replicas.filter((it) => it.url === undefined));
  if (starting && random.next() < WHILE_STARTING) return starting;
  for (;;) {
    const serving = pick(replicas.filter((it) => it.url !== undefined));
    if (serving) return serving;
    await Promise.any(replicas.map((it) => it.settled()));
  }
}
