import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../support/seeded.ts";
import { checkHistory } from "./check-history.ts";
import type { FaultName } from "./faults.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { wreakHavoc } from "./havoc.ts";
import type { History } from "./history.ts";
import { readLakehouse } from "./lakehouse.ts";
import { type Load, type LoadOptions, startLoad } from "./load.ts";
import { startAnew, waitForMirrors, waitForRest, waitForStart, waitForSubscribers } from "./rest.ts";
import { type System, type SystemOptions, startSystem } from "./system.ts";

export interface ChaosOptions extends SystemOptions, LoadOptions {
  readonly kills: number;
  /** After so long no more are killed: milliseconds. */
  readonly mostMs: number;
  /** How long everything may take to come to rest once the killing is over: milliseconds. */
  readonly patienceMs: number;
  /** Injected one after the other while gateways are killed. */
  readonly faults: readonly FaultName[];
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly figures: Figures;
  readonly violations: readonly string[];
  /** Where the history and the gateways' logs are; undefined if there was nothing to keep. */
  readonly evidence: string | undefined;
}

/** Longer than an event takes to a subscriber that has nothing else to do: what came too much has come then. */
const AFTERMATH_MS = 500;
const SAID_EVERY = 25;

/** Plays one run: load, kills, rest, a restart, and then the judgement over everything that anybody saw. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const began = performance.now();
  const system = await startSystem(options);
  try {
    options.say(`${options.replicas} gateway(s) over ${options.ledger}, seed ${options.seed}, in ${system.folder}`);
    const begin = await waitForStart(system);
    const load = startLoad(system, options);
    const { kills, killedMs, readiness } = await harm(system, load, options);
    options.say(`The killing is over after ${Math.round(killedMs / 1_000)} s; all come to rest`);
    const { history, problems } = await takeHistory(system, load, begin, options);
    const violations = [...problems, ...checkHistory(history)];
    const figures = figuresOf(history, load, {
      kills,
      msPerKill: kills === 0 ? 0 : Math.round(killedMs / kills),
      readiness,
      brokenSubscriptions: load.broken.length,
      fallenAtStart: system.replicas.reduce((sum, it) => sum + it.falls.starting.length, 0),
      seconds: Math.round((performance.now() - began) / 1_000),
    });
    if (violations.length > 0) await keep(system, history, violations);
    return { figures, violations, evidence: violations.length > 0 ? system.folder : undefined };
  } catch (error) {
    system.keep();
    throw new Error(`The run broke off; the gateways' logs are in ${system.folder}`, { cause: error });
  } finally {
    await system[Symbol.asyncDispose]();
  }
}

async function harm(system: System, load: Load, options: ChaosOptions) {
  const readiness: Record<string, Record<string, number>> = {};
  const began = performance.now();
  const kills = await wreakHavoc(options.kills, {
    system,
    random: seededRandom(options.seed),
    requests: load.requests,
    faults: options.faults,
    mostMs: options.mostMs,
    onKill: (kill) => {
      if (kill % SAID_EVERY === 0) options.say(`${kill} kills, ${load.mutations.length} mutations`);
    },
    told: (fault, status) => {
      const counts = (readiness[fault] ??= {});
      counts[status] = (counts[status] ?? 0) + 1;
    },
  });
  return { kills, readiness, killedMs: performance.now() - began };
}

/** Lets everything come to rest, starts all of them once more, ends them, and reads what is held where. */
async function takeHistory(
  system: System,
  load: Load,
  begin: number,
  { faults, patienceMs, say }: ChaosOptions,
): Promise<{ readonly history: History; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  if (!(await load.stop(patienceMs))) problems.push("A client got no answer although all gateways stand.");
  if (!(await waitForMirrors(system, patienceMs)))
    problems.push("UNMIRRORED: a change did not come to its mirrors by itself.");
  const { drift, head, problems: unrest } = await waitForRest(system, patienceMs);
  say("At rest; all are killed and started once more");
  await startAnew(system);
  if (!(await waitForSubscribers(system, load.delivered, patienceMs)))
    problems.push("A subscriber has not come to the end.");
  await delay(AFTERMATH_MS);
  await load.endSubscribers();
  for (const it of system.replicas) await it.kill();
  // Who starts or reads while the database is away may fail; nobody else, and nobody may be told that a cursor is not of this log.
  const isAway = faults.includes("postgres-restart");
  for (const { falls } of system.replicas) problems.push(...falls.serving, ...(isAway ? [] : falls.starting));
  problems.push(...load.broken.filter((it) => !isAway || !it.includes("LEDGER_UNAVAILABLE")));
  const { catalog, log } = await system.readStored();
  const late = log.filter((it) => it.position > head && it.kind.startsWith("WRITE_"));
  problems.push(...unrest, ...load.refusals, ...late.map((it) => `UNREST: written at rest: ${JSON.stringify(it)}`));
  const { governed, peoples } = system.tables;
  const lakehouse = await readLakehouse(system.lakehouse, [...governed, ...peoples]);
  const { delivered: subscribers, edits, mutations } = load;
  return { history: { begin, mutations, edits, subscribers, log, lakehouse, catalog, drift }, problems };
}

async function keep(system: System, history: History, violations: readonly string[]): Promise<void> {
  system.keep();
  await writeFile(join(system.folder, "history.json"), JSON.stringify(history));
  await writeFile(join(system.folder, "violations.txt"), violations.join("\n"));
}
