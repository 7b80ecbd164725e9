import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../support/seeded.ts";
import { headOf, openDrift, reconcileAll, scanAll } from "./ask.ts";
import { checkHistory } from "./check-history.ts";
import { type ClientDeps, runClient } from "./client.ts";
import type { Delivered, History, SentEdit, SentMutation } from "./history.ts";
import { killAgain } from "./killer.ts";
import { readLakehouse } from "./lakehouse.ts";
import { runPeople } from "./people.ts";
import { runSubscriber } from "./subscriber.ts";
import { type System, type SystemOptions, startSystem } from "./system.ts";

export interface ChaosOptions extends SystemOptions {
  readonly seed: number;
  readonly kills: number;
  readonly clients: number;
  readonly subscribers: number;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly figures: Figures;
  readonly violations: readonly string[];
  /** Where the history and the gateways' logs are; undefined if there was nothing to keep. */
  readonly evidence: string | undefined;
}

/** What a run came to, in numbers. */
export interface Figures {
  readonly kills: number;
  readonly msPerKill: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Given up by their clients after an answer that did not come. */
  readonly unknown: number;
  readonly acknowledgedAfterRetry: number;
  readonly editsBehindTheBack: number;
  readonly logEntries: number;
  readonly writesFailed: number;
  readonly driftsOpened: number;
  readonly delivered: Readonly<Record<string, string>>;
  /** What clients heard instead of an acknowledgement, the most frequent first. */
  readonly heardInstead: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** How long everything may take to come to rest once the killing is over: milliseconds. */
const REST_MS = 180_000;

/** Plays one run: load, kills, rest, a restart, and then the judgement over everything that anybody saw. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const began = performance.now();
  await using system = await startSystem(options);
  const begin = await begun(system);
  const load = startLoad(system, options);
  options.say(`${options.replicas} gateway(s) over ${options.ledger}, seed ${options.seed}; logs in ${system.folder}`);
  const problems: string[] = [];
  const killing = performance.now();
  await killAgain(system.replicas, options.kills, seededRandom(options.seed), load.requests, (kill) => {
    if (kill % 25 === 0) options.say(`${kill} kills, ${acknowledgedOf(load.mutations).length} acknowledged`);
  });
  const killedMs = performance.now() - killing;
  problems.push(...(await load.stop()));
  options.say(`The killing is over after ${Math.round(killedMs / 1_000)} s; waiting for rest`);
  const drift = await comeToRest(system, options, load.delivered, problems);
  const history = await takeHistory(system, load, begin, drift);
  const violations = [...problems, ...checkHistory(history)];
  const figures = figuresOf(history, load, { killedMs, kills: options.kills, ms: performance.now() - began });
  if (violations.length > 0) {
    system.keep();
    await writeFile(join(system.folder, "history.json"), JSON.stringify(history));
    await writeFile(join(system.folder, "violations.txt"), violations.join("\n"));
  }
  return { figures, violations, evidence: violations.length === 0 ? undefined : system.folder };
}

/** Waits until every table is known and its first values are agreed. Gives the position of the log from which on the load counts. */
async function begun({ replicas }: System): Promise<number> {
  const [first] = replicas;
  if (!first) throw new Error("There is no gateway.");
  await scanAll(first);
  while (!(await reconcileAll(first))) await delay(100);
  return headOf(first);
}

interface Load {
  readonly mutations: readonly SentMutation[];
  readonly edits: readonly SentEdit[];
  readonly delivered: readonly Delivered[];
  readonly heard: ReadonlyMap<string, number>;
  /** How many requests clients have sent. */
  requests(): number;
  /** Ends clients and people; subscribers go on. Gives what none of them should have met. */
  stop(): Promise<readonly string[]>;
  endSubscribers(): Promise<void>;
}

function startLoad(system: System, { clients, seed, subscribers }: ChaosOptions): Load {
  const { lakehouse, replicas, tables } = system;
  const mutations: SentMutation[] = [];
  const edits: SentEdit[] = [];
  const refusals: string[] = [];
  const heard = new Map<string, number>();
  let requests = 0;
  const [writing, following] = [new AbortController(), new AbortController()];
  // Each part draws from numbers of its own, so that one more client does not disturb the others.
  const randomOf = (part: number) => seededRandom(seed * 1_000 + part);
  const deps = (index: number): ClientDeps => ({
    replicas,
    random: randomOf(100 + index),
    mutations,
    refusals,
    heard,
    onRequest: () => {
      requests += 1;
    },
    assets: tables.governed,
    pauseMs: 60,
  });
  const running = [
    ...Array.from({ length: clients }, (_, it) => runClient(`client${it + 1}`, deps(it), writing.signal)),
    runPeople(lakehouse.editor, tables, randomOf(1), edits, writing.signal),
  ];
  const delivered = Array.from({ length: subscribers }, (_, index): Delivered => {
    const kinds = index % 2 === 0 ? undefined : ["FIELD_CHANGED", "DRIFT_OPENED", "DRIFT_RESOLVED"];
    return { name: `subscriber${index + 1}`, kinds, after: 0, events: [], connections: 0 };
  });
  const followers = delivered.map((it, index) =>
    runSubscriber(it, replicas, randomOf(200 + index), refusals, following.signal),
  );
  return {
    mutations,
    edits,
    delivered,
    heard,
    requests: () => requests,
    stop: async () => {
      writing.abort();
      const late = delay(REST_MS, undefined, { ref: false }).then(() => {
        refusals.push("A client got no answer although all gateways stand.");
      });
      await Promise.race([Promise.all(running), late]);
      return refusals;
    },
    endSubscribers: async () => {
      following.abort();
      await Promise.all(followers);
    },
  };
}

/** Waits until nothing is left to do, kills and starts all of them once more, and sees that nothing is written then. */
async function comeToRest(
  system: System,
  options: ChaosOptions,
  delivered: readonly Delivered[],
  problems: string[],
): Promise<readonly string[]> {
  const until = performance.now() + REST_MS;
  const [first] = system.replicas;
  if (!first) throw new Error("There is no gateway.");
  let drift: readonly string[] = [];
  for (let settled = false; !settled; ) {
    await scanAll(first);
    const isDone = await reconcileAll(first);
    drift = await openDrift(first);
    settled = isDone && drift.length === 0;
    if (!settled && performance.now() > until) {
      problems.push("It has not come to rest.");
      break;
    }
  }
  options.say(`At rest; all are killed and started once more`);
  const head = await headOf(first);
  await Promise.all(system.replicas.map((it) => it.kill()));
  await Promise.all(system.replicas.map((it) => it.start()));
  await scanAll(first);
  await reconcileAll(first);
  const { log } = await ended(system, delivered, until, problems);
  const late = log.filter((it) => it.position > head && it.kind.startsWith("WRITE_"));
  for (const it of late.slice(0, 5)) problems.push(`UNREST: written at rest: ${JSON.stringify(it)}`);
  return drift;
}

/** Waits until the subscribers have caught up, and ends the gateways. */
async function ended(
  system: System,
  delivered: readonly Delivered[],
  until: number,
  problems: string[],
): ReturnType<System["readStored"]> {
  const [first] = system.replicas;
  if (!first) throw new Error("There is no gateway.");
  const all = delivered.filter((it) => it.kinds === undefined);
  for (;;) {
    const head = await headOf(first);
    if (all.every((it) => (it.events.at(-1)?.position ?? 0) >= head)) break;
    if (performance.now() > until) {
      problems.push("The subscribers have not come to the end.");
      break;
    }
    await delay(100);
  }
  await delay(500);
  for (const it of system.replicas) if (it.fallen !== undefined) problems.push(it.fallen);
  await Promise.all(system.replicas.map((it) => it.kill()));
  return system.readStored();
}

async function takeHistory(system: System, load: Load, begin: number, drift: readonly string[]): Promise<History> {
  await load.endSubscribers();
  const { catalog, log } = await system.readStored();
  const { governed, peoples } = system.tables;
  const lakehouse = await readLakehouse(system.lakehouse, [...governed, ...peoples]);
  const { delivered: subscribers, edits, mutations } = load;
  return { begin, mutations, edits, subscribers, log, lakehouse, catalog, drift };
}

function acknowledgedOf(mutations: readonly SentMutation[]): readonly SentMutation[] {
  return mutations.filter((it) => it.acknowledgedAt !== undefined);
}

function figuresOf(
  { edits, log, mutations, subscribers }: History,
  { heard }: Load,
  { killedMs, kills, ms }: { readonly killedMs: number; readonly kills: number; readonly ms: number },
): Figures {
  const acknowledged = acknowledgedOf(mutations);
  const failed = log.filter((it) => it.kind === "WRITE_FAILED").length;
  return {
    kills,
    msPerKill: Math.round(killedMs / Math.max(1, kills)),
    sent: mutations.length,
    acknowledged: acknowledged.length,
    unknown: mutations.length - acknowledged.length,
    acknowledgedAfterRetry: acknowledged.filter((it) => it.attempts > 1).length,
    editsBehindTheBack: edits.length,
    logEntries: log.length,
    writesFailed: failed,
    driftsOpened: log.filter((it) => it.kind === "DRIFT_OPENED").length,
    delivered: Object.fromEntries(
      subscribers.map((it) => [it.name, `${it.events.length} over ${it.connections} connections`]),
    ),
    heardInstead: Object.fromEntries([...heard].sort((left, right) => right[1] - left[1]).slice(0, 8)),
    seconds: Math.round(ms / 1_000),
  };
}
