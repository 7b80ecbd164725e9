import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../support/seeded.ts";
import { type ClientDeps, runClient } from "./client.ts";
import type { Delivered, SentEdit, SentMutation } from "./history.ts";
import { runPeople } from "./people.ts";
import { runSubscriber } from "./subscriber.ts";
import type { System } from "./system.ts";

export interface LoadOptions {
  /** Decides what clients and people do; not what the machine makes of it. */
  readonly seed: number;
  readonly clients: number;
  readonly subscribers: number;
}

/** Clients, people and subscribers at work, and what they saw. */
export interface Load {
  readonly mutations: readonly SentMutation[];
  readonly edits: readonly SentEdit[];
  readonly delivered: readonly Delivered[];
  /** What clients heard instead of an acknowledgement, and how often. */
  readonly heard: ReadonlyMap<string, number>;
  /** What ended subscriptions, besides the end of a connection. */
  readonly broken: readonly string[];
  /** What no client should ever have been told. */
  readonly refusals: readonly string[];
  /** How many requests clients have sent. */
  requests(): number;
  /** Ends clients and people, who finish what they are at; whether they could in so many milliseconds. Subscribers go on. */
  stop(patienceMs: number): Promise<boolean>;
  endSubscribers(): Promise<void>;
}

const PAUSE_MS = 60;
/** What every other subscriber asks for; the rest ask for everything. */
const FILTER = ["FIELD_CHANGED", "DRIFT_OPENED", "DRIFT_RESOLVED"];

export function startLoad({ lakehouse, replicas, tables }: System, options: LoadOptions): Load {
  const mutations: SentMutation[] = [];
  const edits: SentEdit[] = [];
  const refusals: string[] = [];
  const broken: string[] = [];
  const heard = new Map<string, number>();
  let requests = 0;
  const [writing, abandoning, following] = [new AbortController(), new AbortController(), new AbortController()];
  // Each part draws from numbers of its own, so that one more client does not disturb the others.
  const randomOf = (part: number) => seededRandom(options.seed * 1_000 + part);
  const shared: Omit<ClientDeps, "random"> = {
    replicas,
    mutations,
    refusals,
    heard,
    onRequest: () => {
      requests += 1;
    },
    assets: tables.governed,
    pauseMs: PAUSE_MS,
    abandoned: abandoning.signal,
  };
  const running = Array.from({ length: options.clients }, (_, it) =>
    runClient(`client${it + 1}`, { ...shared, random: randomOf(100 + it) }, writing.signal),
  );
  running.push(runPeople(lakehouse.editor, tables, randomOf(1), edits, writing.signal));
  const delivered = Array.from({ length: options.subscribers }, (_, index): Delivered => {
    const kinds = index % 2 === 0 ? undefined : FILTER;
    return { name: `subscriber${index + 1}`, kinds, after: 0, events: [], connections: 0 };
  });
  const followers = delivered.map((it, index) =>
    runSubscriber(it, replicas, randomOf(200 + index), broken, following.signal),
  );
  return {
    mutations,
    edits,
    delivered,
    heard,
    broken,
    refusals,
    requests: () => requests,
    stop: async (patienceMs) => {
      writing.abort();
      const late = delay(patienceMs, false, { ref: false });
      const isDone = await Promise.race([Promise.all(running).then(() => true), late]);
      abandoning.abort();
      return isDone;
    },
    endSubscribers: async () => {
      following.abort();
      await Promise.all(followers);
    },
  };
}
