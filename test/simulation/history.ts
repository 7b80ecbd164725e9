import type { SourceId } from "../../src/domain/ids.ts";
import { TREATY_SETTING } from "../../src/ports/ledger.ts";
import { countingIds } from "../support/seeded.ts";
import { loseBase, noteCrash } from "./accidents.ts";
import { Clocks } from "./clocks.ts";
import { Coverage } from "./coverage.ts";
import { Fanout } from "./fanout.ts";
import { type FaultKind, Faults } from "./faults.ts";
import { furnish } from "./furnish.ts";
import { GuardOracle } from "./guard-oracle.ts";
import { LandedOracle } from "./landed-oracle.ts";
import { type LedgerStore, MemoryStore, type Stores } from "./ledger-store.ts";
import type { Manners } from "./manners.ts";
import { isBoundToOthers, type MemoryTables } from "./memory-tables.ts";
import { Operators } from "./operators.ts";
import { Outages } from "./outages.ts";
import { AS_DRAWN, type CrashPoint, type Overrides, override, scalarsOf } from "./overrides.ts";
import { People } from "./people.ts";
import { RandomStream } from "./random-stream.ts";
import { CALM, checkOthers, comeToRest, MAX_STEPS, type RestGround } from "./rest.ts";
import { RollOut } from "./roll-out.ts";
import { drawScenario, ruleOf, type Scenario, scenarioInWords, withGuards } from "./scenario.ts";
import { type Lane, Scheduler } from "./scheduler.ts";
import { LedgerFailure, SimulatedProcess } from "./simulated-process.ts";
import { SimulatedSource, type Wiring } from "./simulated-source.ts";
import { Subscriber } from "./subscriber.ts";
import { System } from "./system.ts";
import { TreatyOracle } from "./treaty-oracle.ts";
import { Visibility } from "./visibility.ts";
import { WriteOracle } from "./write-oracle.ts";

export interface HistoryOptions {
  /** Processes die there and nowhere else, whatever chance says: for going through every await. */
  readonly crashAt?: readonly CrashPoint[];
  readonly overrides?: Overrides;
  /** Told of every step of a process: its start, its step, and what it is about to do. */
  readonly stepped?: (start: number, step: number, label: string) => void;
  readonly trace?: (text: string) => void;
  /** Makes where the ledger is kept; in memory if left out. */
  readonly stores?: Stores;
}

export interface HistoryResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Equal hashes, equal histories. */
  readonly hash: string;
  readonly steps: number;
  /** What it was played with: the faults that could strike, and all of the scenario that can be overridden. */
  readonly faults: readonly FaultKind[];
  readonly scenario: Overrides["scenario"];
  readonly coverage: Coverage;
}

export async function playHistory(seed: number, options: HistoryOptions = {}): Promise<HistoryResult> {
  const history = new History(seed, options);
  try {
    await using _ledger = history.store;
    await history.play();
  } catch (error) {
    history.oracle.say("run", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const { coverage, faults, oracle, scenario, scheduler } = history;
  return {
    seed,
    violations: oracle.violations,
    hash: scheduler.hash,
    steps: scheduler.steps,
    coverage,
    faults: [...faults.kinds],
    scenario: scalarsOf(scenario),
  };
}

/** Whoever stands still after it has something that others will take over. */
const AT_WORK = /^commit that opens an intent$|^takeOverIntent answers$| write answers$/;
/** What the names of tags begin with. */
const TAGS = ["ops", "pii"] as const;

/** Chaos; then faults and edits end, and it must come to rest; then a restart from the ledger, and rest again. */
class History implements RestGround {
  readonly coverage = new Coverage();
  readonly scheduler: Scheduler;
  readonly oracle: WriteOracle;
  readonly landed: LandedOracle;
  readonly #random: RandomStream;
  readonly #fate: RandomStream;
  readonly #choice: RandomStream;
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly store: LedgerStore;
  readonly operators: Operators;
  readonly #guards: GuardOracle;
  readonly #treaties = new TreatyOracle((invariant, what) => this.oracle.say(invariant, what));
  readonly #rollOut: RollOut;
  readonly #ids = countingIds();
  /** The lakehouse first. */
  readonly systems: ReadonlyMap<SourceId, System>;
  readonly remote: Lane;
  readonly world: Lane;
  readonly #people: People;
  readonly #peopleRandom: RandomStream;
  readonly subscriber: Subscriber;
  readonly #skipped: ReadonlySet<number>;
  readonly #options: HistoryOptions;
  readonly #fanout: Fanout;
  readonly outages: Outages;
  readonly clocks: Clocks;
  #processes: SimulatedProcess[] = [];
  mostStill = 0;
  /** Nobody does anything any more, so nobody needs to look that often. */
  #isQuiet = false;
  #starts = 0;
  remoteWrites = 0;

  constructor(seed: number, options: HistoryOptions) {
    this.#random = new RandomStream(seed);
    this.#fate = this.#random.fork("fate");
    this.#choice = this.#random.fork("choice");
    this.#options = options;
    this.scheduler = new Scheduler(this.#random.fork("scheduler"));
    this.scheduler.trace = options.trace;
    const { overrides = AS_DRAWN } = options;
    this.#skipped = new Set(overrides.skip);
    this.scenario = withGuards(override(drawScenario(this.#random.fork("scenario")), overrides));
    this.clocks = new Clocks(this.scheduler, this.scenario.replicas > 1);
    this.faults = new Faults(this.#random.fork("faults"), this.coverage, overrides.faults);
    const watch = (edit: Parameters<WriteOracle["edited"]>[0]): void => {
      this.scheduler.note(`${edit.thing.id} ${edit.key} := ${JSON.stringify(edit.after)} (${edit.writer.by})`);
      if (edit.writer.by === "gateway") this.remoteWrites += 1;
      this.oracle.edited(edit);
      this.landed.edited(edit);
    };
    const visibility = (id: SourceId, { capabilities }: Manners): Visibility => {
      const withinMs = this.scenario.showsLate ? (capabilities.visibleWithinMs ?? 0) : 0;
      return new Visibility(withinMs, this.#random.fork(`visible ${id}`), () => this.scheduler.now);
    };
    this.systems = new Map(
      [...this.scenario.systems].map(([id, it]) => [id, new System(id, it, watch, visibility(id, it))]),
    );
    this.landed = new LandedOracle({
      systems: this.systems,
      isLeased: (it) => (this.tables.intents.get(it)?.leaseUntil ?? 0) > this.scheduler.now,
      // Leases are told by the processes' clocks.
      say: (invariant, what) => !this.oracle.existence.clockJumped && this.oracle.say(invariant, what),
    });
    const [treaty] = this.scenario.treaties;
    if (!treaty) throw new Error("no treaty");
    this.oracle = new WriteOracle(treaty, this.systems, this.coverage);
    this.subscriber = new Subscriber(this.scheduler, (invariant, what) => this.oracle.say(invariant, what));
    this.oracle.existence.listingsLie = this.faults.kinds.has("listingTorn");
    const { coverage, faults, oracle, scheduler } = this;
    this.#fanout = new Fanout({ coverage, faults, scheduler, random: this.#random.fork("fanout") });
    const say = (invariant: string, what: string): void => this.oracle.say(invariant, what);
    this.store = options.stores?.next({ scheduler, say }) ?? new MemoryStore();
    this.#guards = new GuardOracle({
      coverage: this.coverage,
      say,
      isOrdered: (key, marks) => this.oracle.isOrdered(key, marks),
      bound: this.scenario.guardBound,
      isOnTime: () => !this.oracle.existence.clockJumped,
    });
    const ids = [...this.systems.keys()];
    const ofTags = TAGS.map((it) => ruleOf(treaty, "classifications", `classifications/${it}.`).authority);
    this.outages = new Outages(
      { ids, ofTags },
      this.scenario.replicas,
      { coverage, faults, scheduler },
      this.#random.fork("outages"),
    );
    this.remote = this.scheduler.lane("remote");
    this.world = this.scheduler.lane("world");
    const parts = {
      coverage,
      oracle,
      scheduler,
      systems: [...this.systems.values()],
      lane: this.scheduler.lane("people"),
    };
    this.#peopleRandom = this.#random.fork("people");
    this.#people = new People({ ...parts, random: this.#peopleRandom, process: () => this.anyProcess() });
    this.#rollOut = new RollOut({
      ...this.scenario,
      coverage,
      scheduler,
      world: this.world,
      random: this.#random.fork("roll-out"),
      restart: (index) => this.#restart(index),
    });
    this.operators = new Operators({
      coverage,
      oracle,
      scheduler,
      guards: this.#guards,
      answers: oracle.answers,
      sources: ids,
      lane: this.scheduler.lane("operators"),
      random: this.#random.fork("operators"),
      tables: () => this.tables,
      process: () => this.anyProcess(),
      fresh: (key) => this.#people.fresh(key),
    });
    this.scheduler.crashes = (lane, label) => this.#crashes(lane, label);
  }

  get tables(): MemoryTables {
    return this.store.tables;
  }

  get waiting(): number {
    return this.#people.waiting + this.operators.waiting;
  }

  bootAll(): void {
    this.#processes.forEach((_, index) => this.#boot(index));
  }

  async play(): Promise<void> {
    furnish(
      [...this.systems.values()],
      this.scenario.tables,
      this.#people,
      this.#random.fork("start"),
      this.#doubtfulTags,
    );
    this.#options.trace?.(scenarioInWords(this.scenario, this.oracle.treaty, this.faults.kinds));
    for (let index = 0; index < this.scenario.replicas; index += 1) this.#boot(index);
    const script = { over: false };
    void this.#happen().then(() => {
      script.over = true;
    });
    await this.scheduler.run(() => script.over, MAX_STEPS);
    await checkOthers(this);
    this.faults.end();
    this.scheduler.note("faults end");
    await comeToRest(this, "after the chaos");
    for (const it of this.#processes) this.scheduler.kill(it.lane);
    this.scheduler.note("restart");
    await comeToRest(this, "after the restart");
  }

  /** What tags begin with whose authority is down for a while at the beginning. */
  get #doubtfulTags(): (typeof TAGS)[number] | undefined {
    const { downEarly } = this.outages;
    return TAGS.find(
      (it) => ruleOf(this.oracle.treaty, "classifications", `classifications/${it}.`).authority === downEarly,
    );
  }

  async #happen(): Promise<void> {
    const random = this.#random.fork("script");
    const { actions, changesTreaty, clockJumps, losesBases, operates, paceMs, restores } = this.scenario;
    const backups = restores ? [this.store.backup()] : [];
    const wait = (ms: number): Promise<void> => this.scheduler.step(this.world, "waits", ms);
    await wait(random.int(0, 30_000));
    for (let index = 0; index < actions; index += 1) {
      // Each action has chance of its own, so that one left out changes as little as can be.
      this.#peopleRandom.turnTo(`action ${index}`);
      if (!this.#skipped.has(index)) this.#people.act();
      if (operates) this.operators.act();
      if (restores && random.chance(0.2)) backups.push(this.store.backup());
      if (clockJumps && random.chance(0.2)) this.#jump(random);
      if (losesBases && random.chance(0.15)) loseBase(this.store, this.systems, this, random);
      if (restores && random.chance(0.1)) this.#restore(random.pick(backups));
      if (changesTreaty && random.chance(0.3)) this.#changeTreaty();
      await wait(random.int(0, paceMs));
    }
    this.#rollOut.finish();
    const { hole } = this.outages;
    this.#isQuiet = true;
    await wait(Math.max(random.int(0, 60_000), (hole?.until ?? 0) - this.scheduler.now - CALM));
  }

  #jump(random: RandomStream): void {
    this.coverage.count("fault: the clock jumps");
    this.clocks.jump(random);
    this.oracle.existence.clockJumped = true;
  }

  #restore(putBack: () => void): void {
    this.coverage.count("fault: the ledger is put back to an older copy");
    this.scheduler.note("ledger restored");
    for (const it of this.#processes) this.scheduler.kill(it.lane);
    putBack();
    this.oracle.forget();
    this.#guards.restart(this.tables);
    this.#treaties.restart(this.tables.settings.get(TREATY_SETTING));
    this.subscriber.restart(this.tables.log.length);
    this.bootAll();
  }

  #crashes(lane: Lane, label: string): boolean {
    const index = this.#processes.findIndex((it) => it.lane === lane);
    if (index < 0) return false;
    const start = Number(lane.name.slice(lane.name.indexOf(":") + 1));
    this.#options.stepped?.(start, lane.steps + 1, label);
    if (this.faults.strikes("stands") || (AT_WORK.test(label) && this.faults.strikes("standsAtWork"))) {
      lane.stillUntil = this.scheduler.now + this.#fate.int(5_000, 300_000);
      this.mostStill = Math.max(this.mostStill, lane.stillUntil);
    }
    const { crashAt } = this.#options;
    const dies = crashAt
      ? crashAt.some((it) => it.start === start && it.step === lane.steps + 1)
      : this.faults.strikes("crash");
    if (!dies) return false;
    noteCrash(this.tables, this.oracle, this.coverage);
    const delay = this.#fate.int(0, 20_000);
    void this.scheduler.step(this.world, "restarts", delay).then(() => this.#boot(index));
    return true;
  }

  #boot(index: number): void {
    if (this.#processes[index]?.lane.alive) return;
    this.#starts += 1;
    const lane = this.scheduler.lane(`gateway:${this.#starts}`);
    const { coverage, oracle, scheduler } = this;
    const random = this.#random.fork(lane.name);
    const wiring = (name: SourceId): Wiring => ({
      scheduler,
      coverage,
      faults: this.faults,
      random: random.fork(name),
      process: lane,
      remote: this.remote,
      isTaken: (thing, intent) => isBoundToOthers(this.tables, thing.id, intent),
      isReachable: () => this.outages.reaches(index, name),
      isDown: () => this.outages.isDown(name),
      isPoisoned: (it) => this.outages.isPoisoned(it),
      listed: (source, isWhole) => oracle.scans.listed(lane.name, source, isWhole),
      sent: (write, source) => oracle.sent(write, source),
      answered: (intent, kind) => oracle.answered(intent, kind),
      meddle: (thing, key) => this.#people.editBehind(thing, key),
      meddleElsewhere: (thing, key) => this.#people.editElsewhere(thing, key),
      replace: (tableName) => this.#people.replace(tableName),
    });
    const changesModes = this.scenario.operates || this.scenario.changesTreaty;
    const process = new SimulatedProcess({
      scheduler,
      lane,
      oracle,
      landed: this.landed,
      guards: this.#guards,
      treaties: this.#treaties,
      random,
      store: this.store,
      faults: this.faults,
      ids: this.#ids,
      treaty: this.#rollOut.treatyOf(index).compiled,
      sources: [...this.systems.values()].map((it) => new SimulatedSource(it, wiring(it.id))),
      isAlone: this.scenario.replicas === 1,
      watches: this.scenario.replicas > 1 && changesModes,
      changesModes,
      scanEveryMs: this.scenario.scanEveryMs,
      bus: this.#fanout.join(lane),
      isDiskFull: () => this.outages.isDiskFull(),
      isQuiet: () => this.#isQuiet,
      skew: this.clocks.of(index, lane),
      report: (event, facts) => {
        scheduler.note(`error ${event} ${JSON.stringify(facts)}`);
        // A process whose treaty is not in force any more comes upon it in the middle of what it does, and leaves it to the others.
        if (!/LedgerFailure|poison|OutdatedTreaty/.test(JSON.stringify(facts)))
          oracle.say("run", `${event} ${JSON.stringify(facts)}`);
      },
    });
    this.#processes[index] = process;
    process.start().then(
      () => this.subscriber.resumeAt(process),
      (error: unknown) => this.#exit(process, index, error),
    );
  }

  #changeTreaty(): void {
    const next = this.#rollOut.begin();
    if (next) this.oracle.change(next);
  }

  #restart(index: number): void {
    const process = this.#processes[index];
    if (process) this.scheduler.kill(process.lane);
    this.#boot(index);
  }

  #exit(process: SimulatedProcess, index: number, error: unknown): void {
    if (!(error instanceof LedgerFailure) && !/OutdatedTreaty/.test(String(error)))
      this.oracle.say("run", `a process did not start: ${String(error)}`);
    this.scheduler.kill(process.lane);
    void this.scheduler.step(this.world, "restarts", 5_000).then(() => this.#boot(index));
  }

  anyProcess(): SimulatedProcess | undefined {
    const ready = this.#processes.filter((it) => it.lane.alive && it.gateway);
    return ready.length > 1 ? this.#choice.pick(ready) : ready[0];
  }
}
