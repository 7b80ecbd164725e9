import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Child, startChild } from "./child.ts";
import { nowMs } from "./clock.ts";
import { type Family, readFamilies } from "./processor-time.ts";
import { type Entry, headOf, type LogTables, readEntries } from "./replicas-log.ts";
import type { Made } from "./replicas-measure.ts";
import type { Sent } from "./replicas-mutate.ts";
import { isFollowed, type MutationPlan, type SubscriptionPlan } from "./replicas-plan.ts";
import type { Site } from "./replicas-site.ts";

export interface RoundPlan {
  /** Also the name of the files. */
  readonly name: string;
  readonly mutations: readonly MutationPlan[];
  readonly subscriptions: readonly SubscriptionPlan[];
  readonly rate: number;
  readonly warmSeconds: number;
  readonly log: LogTables;
  /** Resolves when nothing is left to be done. */
  readonly rest: () => Promise<void>;
}

type Processes = readonly Family[];

/** What happened in a round. Times are those of `nowMs`. */
export interface Round {
  readonly made: readonly Made[];
  readonly entries: readonly Entry[];
  /** Subscriber, position, milliseconds, again and again. */
  readonly came: Float64Array;
  /** Between these the load was as planned, and warm. */
  readonly from: number;
  readonly to: number;
  /** When everything was done that the mutations had caused. */
  readonly rested: number;
  /** Families of processes before the first mutation, at `from`, at `to`, and when everything was done. */
  readonly families: readonly [Processes, Processes, Processes, Processes];
  /** Of the process with the subscribers: 99 of 100 turns of its event loop took no longer than this over their time. */
  readonly loopDelayMs: number;
}

/** Subscribes, mutates by the clock, and waits until all of it has arrived everywhere. */
export async function runRound(site: Site, plan: RoundPlan): Promise<Round> {
  const file = (what: string): string => join(site.folder, `${plan.name}-${what}`);
  await writeFile(file("subscriptions.json"), JSON.stringify(plan.subscriptions));
  await writeFile(file("mutations.json"), JSON.stringify(plan.mutations));
  await using subscribers = startChild("bench/replicas-subscribe.ts", file("subscriptions.json"), file("came"));
  await subscribers.next();
  const head = await headOf(site.client, plan.log);
  const idle = readFamilies();
  const load = [file("mutations.json"), file("sent.json"), String(plan.rate), String(plan.warmSeconds)];
  await using mutator = startChild("bench/replicas-mutate.ts", ...load);
  const { warm: from } = await mutator.next<{ warm: number }>();
  const warm = readFamilies();
  const { sent: to } = await mutator.next<{ sent: number }>();
  const sentAll = readFamilies();
  await mutator.next();
  await plan.rest();
  const rested = nowMs();
  const atRest = readFamilies();
  const entries = await readEntries(site.client, plan.log, head);
  await untilCame(subscribers, countWanted(plan.subscriptions, entries));
  const { loopDelayMs } = await subscribers.ask<{ loopDelayMs: number }>("SIGTERM");
  const came = new Float64Array((await readFile(file("came"))).buffer.slice(0));
  const sent = JSON.parse(await readFile(file("sent.json"), "utf8")) as readonly Sent[];
  const made = plan.mutations.map((it, index) => ({ ...it, ...(sent[index] as Sent) }));
  return { made, entries, came, from, to, rested, families: [idle, warm, sentAll, atRest], loopDelayMs };
}

function countWanted(plans: readonly SubscriptionPlan[], entries: readonly Entry[]): number {
  const followed = plans.map(({ variables }) => entries.filter((it) => isFollowed(variables.filter, it)).length);
  return followed.reduce((sum, it) => sum + it, 0);
}

const LONGEST_SILENCE_MS = 5_000;

/** Ends also when nothing comes any more: what is missing is found out afterwards. */
async function untilCame(subscribers: Child, wanted: number): Promise<void> {
  let last = { events: 0, at: nowMs() };
  for (;;) {
    const { events, odd } = await subscribers.ask<{ events: number; odd: string | null }>("SIGUSR2");
    if (odd !== null) throw new Error(`A subscriber was told: ${odd}`);
    if (events !== last.events) last = { events, at: nowMs() };
    if (events >= wanted || nowMs() - last.at > LONGEST_SILENCE_MS) return;
    await delay(50);
  }
}
