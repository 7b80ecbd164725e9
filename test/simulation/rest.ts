import type { Actor, Change } from "../../src/domain/change.ts";
import type { Drift } from "../../src/domain/drift.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Clocks } from "./clocks.ts";
import type { Coverage } from "./coverage.ts";
import type { Faults } from "./faults.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { Operators } from "./operators.ts";
import type { Outages } from "./outages.ts";
import { checkRest, findRefused } from "./rest-oracle.ts";
import { LAKE, type Scenario } from "./scenario.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { Subscriber } from "./subscriber.ts";
import type { System } from "./system.ts";
import type { WriteOracle } from "./write-oracle.ts";

/** What of a history is looked at when it comes to rest. */
export interface RestGround {
  readonly coverage: Coverage;
  readonly scheduler: Scheduler;
  readonly oracle: WriteOracle;
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly outages: Outages;
  readonly systems: ReadonlyMap<SourceId, System>;
  readonly subscriber: Subscriber;
  readonly world: Lane;
  /** The systems themselves: what is still under way to them. */
  readonly remote: Lane;
  readonly tables: MemoryTables;
  /** How often the gateway has changed something in a system. */
  readonly remoteWrites: number;
  /** How far a clock was off at most, and until when a process stands still at most. */
  readonly mostStill: number;
  /** Calls to the gateway that somebody waits for. */
  readonly waiting: number;
  readonly operators: Operators;
  readonly anyProcess: () => SimulatedProcess | undefined;
  readonly bootAll: () => void;
  readonly clocks: Clocks;
}

export const MAX_STEPS = 60_000;
/** The end of an outage, in which nothing else goes wrong. */
export const CALM = 600_000;
/** Times that guards may stop what comes to rest. */
const MOST_STOPS = 12;
const OPERATOR: Actor = { kind: "service", id: "simulation" };

/** Nothing goes wrong any more and nobody does anything: it must come to rest, and then all invariants hold. */
export async function comeToRest(it: RestGround, when: string): Promise<void> {
  it.bootAll();
  it.clocks.setRight();
  const from = Math.max(it.scheduler.now, it.mostStill);
  await until(it, from + it.clocks.mostSkewMs, () => it.remote.pending === 0); // late writes have landed, no clock is ahead
  await it.scheduler.run(() => it.anyProcess() !== undefined, MAX_STEPS);
  if (it.scenario.losesBases) lookAtAll(it);
  await rounds(it);
  // What guards stop a person lets go on, as often as it takes.
  for (let left = MOST_STOPS; it.operators.isNeeded(); left -= 1) {
    if (left === 0) throw new Error("P2: whatever people release, guards stop it again");
    it.operators.putRight();
    await until(it, it.scheduler.now + 1_000, () => true);
    await rounds(it);
  }
  checkRest(it.systems, it.tables, it.oracle.treaty, (invariant, what) => it.oracle.say(invariant, `${when}: ${what}`));
  it.oracle.answers.checkRest(it.tables);
  await checkSilence(it, when);
  await checkSubscriber(it, when);
}

/**
 * Until one that has seen everything brings nothing new: then the next would not either. The first may join a scan that began before
 * everybody had stopped. Four are enough for everything.
 */
async function rounds(it: RestGround): Promise<void> {
  for (let number = 1; number <= 4; number += 1) {
    const before = progressOf(it);
    const isWhole = await round(it, number);
    if (number > 1 && isWhole && before === progressOf(it)) return;
  }
}

/** What is told and written, and how often what has not been seen was looked for. */
function progressOf({ remoteWrites, tables }: RestGround): string {
  const bindings = [...tables.assets.values()].flatMap(({ state }) => state.bindings);
  const misses = bindings.reduce((sum, it) => sum + it.misses, 0);
  return `${tables.log.length} ${remoteWrites} ${misses} ${bindings.filter((it) => it.state === "missing").length}`;
}

/** P12: while one source is dead, or one table breaks whoever touches it, all others are as they should be. */
export async function checkOthers(it: RestGround): Promise<void> {
  const { hole, poison } = it.outages;
  if ((!hole && poison === undefined) || hole?.source === LAKE || it.clocks.mostSkewMs > 0 || it.operators.isNeeded())
    return;
  it.scheduler.note("calm");
  it.faults.calm();
  it.bootAll();
  await until(it, Math.max(it.scheduler.now, it.mostStill), () => true);
  for (let left = 4; left > 0; left -= 1) {
    await until(it, it.scheduler.now + CALM / 4, () => it.anyProcess() !== undefined);
    lookAtAll(it, left > 2 ? "scan" : "reconcile");
  }
  if (it.operators.isNeeded()) return; // somebody has stopped a source since
  it.coverage.count("P12 was looked at"); // not at drifts that are over: who is to close them may have come upon what fails
  const say = (_: string, what: string): void => {
    if (!what.includes("agrees, but")) it.oracle.say("P12", `while ${hole?.source ?? poison} fails: ${what}`);
  };
  const dead = new Set(hole ? [hole.source] : []);
  checkRest(it.systems, it.tables, it.oracle.treaty, say, { dead, poison });
}

async function checkSubscriber(it: RestGround, when: string): Promise<void> {
  const { log } = it.tables;
  await until(it, it.scheduler.now + 60_000, () => true);
  if (it.subscriber.cursor !== log.length)
    it.oracle.say("P5", `${when}: a subscriber was given ${it.subscriber.cursor} of ${log.length} entries`);
}

/** What was changed in the ledger itself nobody notices who is not asked to look. */
function lookAtAll(it: RestGround, how: "reconcile" | "scan" = "reconcile"): void {
  const process = it.anyProcess();
  process?.gateway?.[how]({}, false, OPERATOR, process.signal).catch(() => undefined);
}

async function until(it: RestGround, time: number, isOver: () => boolean): Promise<void> {
  let over = false;
  void it.scheduler.step(it.world, "rests", time - it.scheduler.now).then(() => {
    over = true;
  });
  await it.scheduler.run(() => over && it.waiting === 0 && isOver(), MAX_STEPS);
}

/** A scan of everything, and all that follows from it. @returns whether the scan has seen everything. */
async function round(it: RestGround, number: number): Promise<boolean> {
  await it.scheduler.run(() => it.anyProcess() !== undefined, MAX_STEPS);
  const process = it.anyProcess();
  if (!process?.gateway) throw new Error("no process is at work");
  const scanned = { over: false, isWhole: false };
  const end = (isWhole: boolean): void => {
    scanned.over = true;
    scanned.isWhole = isWhole;
  };
  process.gateway.scan({}, true, OPERATOR, process.signal).then(
    (reports) => end(reports.ok && reports.value.every((report) => report.complete && report.failed === 0)),
    () => end(false),
  );
  const { tables } = it;
  const isIdle = (): boolean =>
    !process.lane.alive || (scanned.over && tables.work.size === 0 && tables.intents.size === 0);
  await it.scheduler.run(isIdle, MAX_STEPS).catch((error: unknown) => {
    const left = [...tables.work.values()].map((row) => `${row.asset} at ${row.source}`);
    throw new Error(`P2: round ${number} does not come to an end: ${String(error)}; left: ${left.join(", ")}`);
  });
  if (!process.lane.alive) return round(it, number);
  await until(it, it.scheduler.now + 50_000, () => true); // the grace period goes by
  return scanned.isWhole;
}

/** P3: whoever looks again finds nothing to do and nothing to tell. */
async function checkSilence(it: RestGround, when: string): Promise<void> {
  const head = it.tables.log.length;
  const writes = it.remoteWrites;
  const refused = findRefused(it.tables, it.systems);
  lookAtAll(it);
  await round(it, 5);
  const news = it.tables.log
    .slice(head)
    .filter((entry) => !refused.some((drift) => isOfTrying(entry, drift)))
    .map((entry) => `${entry.kind} ${entry.source ?? ""} ${entry.key ?? ""}`);
  if (news.length > 0) it.oracle.say("P3", `${when}: a look at rest logged ${news.join(", ")}`);
  if (it.remoteWrites > writes && refused.length === 0)
    it.oracle.say("P3", `${when}: a look at rest wrote ${it.remoteWrites - writes} times`);
}

/** What the system refuses is tried again, and counts for its guard, which may then have a person look. */
function isOfTrying(entry: Change, drift: Drift): boolean {
  if (entry.asset !== undefined) return entry.asset === drift.asset;
  return entry.source === drift.source && (entry.kind === "GUARD_TRIPPED" || entry.kind === "REVIEW_OPENED");
}
