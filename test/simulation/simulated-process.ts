import { DOUBT_MS } from "../../src/delivery/deliver-write.ts";
import { createLeaseKeeper } from "../../src/delivery/lease-keeper.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Bus } from "../../src/ports/bus.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Engine } from "../../src/ports/engine.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import type { Source } from "../../src/ports/source.ts";
import { LANE, runLane } from "../../src/reconcile/lane.ts";
import { lookAgain, needsLook, runLooks } from "../../src/reconcile/look-again.ts";
import { Scanner } from "../../src/reconcile/scanner.ts";
import { runSettler } from "../../src/reconcile/settle-intents.ts";
import { watchLedger } from "../../src/reconcile/watch-ledger.ts";
import { Route } from "../../src/route/route.ts";
import { EngineGateway } from "../../src/server/engine-gateway.ts";
import { recordTreaty } from "../../src/server/record-treaty.ts";
import { Registry } from "../../src/server/registry.ts";
import type { CompiledTreaty } from "../../src/treaty/compile.ts";
import type { Skew } from "./clocks.ts";
import type { Faults } from "./faults.ts";
import type { GuardOracle } from "./guard-oracle.ts";
import type { LandedOracle } from "./landed-oracle.ts";
import type { LedgerStore } from "./ledger-store.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import type { TreatyOracle } from "./treaty-oracle.ts";
import type { WriteOracle } from "./write-oracle.ts";

export interface ProcessParts {
  readonly scheduler: Scheduler;
  readonly lane: Lane;
  readonly store: LedgerStore;
  readonly faults: Faults;
  readonly oracle: WriteOracle;
  readonly landed: LandedOracle;
  readonly guards: GuardOracle;
  readonly treaties: TreatyOracle;
  readonly random: RandomStream;
  readonly ids: Ids;
  readonly treaty: CompiledTreaty;
  readonly sources: readonly Source[];
  readonly bus: Bus;
  readonly isAlone: boolean;
  /** Keeps up with modes and treaties that others set. */
  readonly watches: boolean;
  /** Modes or the treaty may change. */
  readonly changesModes: boolean;
  readonly isDiskFull: () => boolean;
  readonly isQuiet: () => boolean;
  readonly scanEveryMs: number;
  /** How far its clock is ahead, in milliseconds. */
  readonly skew: Skew;
  readonly report: (event: string, facts: Readonly<Record<string, unknown>>) => void;
}

const IDLE_MS = 15_000;
/** As many as a history has pieces of work at once. */
const LANE_CONCURRENCY = 8;
const LEISURE = 8;
/** How often `watchLedger` looks. */
const WATCH_MS = 2_000;
export class LedgerFailure extends Error {
  override readonly name = "LedgerFailure";
}

/** One gateway process, from its start to its death; it is what `src/server/start-gateway.ts` makes, without the door. */
export class SimulatedProcess {
  readonly lane: Lane;
  readonly #parts: ProcessParts;
  readonly #stopping = new AbortController();
  gateway: EngineGateway | undefined;
  scanner: Scanner | undefined;
  engine: Engine | undefined;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    this.lane = parts.lane;
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves when it is at work. Rejects when the ledger fails it on the way: then the process is gone. */
  async start(): Promise<void> {
    const { bus, faults, ids, isAlone, landed, lane, oracle, random, report, scheduler, skew, sources, treaty } =
      this.#parts;
    const { store } = this.#parts;
    const ledger = scheduledLedger(store, {
      faults,
      guards: this.#parts.guards,
      treaties: this.#parts.treaties,
      treaty: treaty.hash,
      isDiskFull: this.#parts.isDiskFull,
      landed,
      lane,
      oracle,
      random: random.fork("ledger"),
      scheduler,
    });
    const clock: Clock = {
      now: () => scheduler.now + skew.value,
      get isInDoubt() {
        return skew.isInDoubt;
      },
      sleep: (ms, signal) => scheduler.sleep(lane, "sleeps", this.#atLeisure(ms), signal),
    };
    const entries = sources.map((source) => ({ source, initialMode: "enforce" as const, prefix: [] }));
    const registry = await Registry.open(ledger, entries);
    const engine = {
      ledger,
      sources: registry,
      treaty,
      clock,
      random: random.fork("engine"),
      ids,
      bus,
      holder: lane.name,
      leases: createLeaseKeeper({ clock, ledger, holder: lane.name, report: toReport(report) }),
      report: toReport(report),
    };
    if (isAlone) await ledger.abandonLeases(clock.now() + DOUBT_MS);
    await recordTreaty(engine);
    if (await needsLook(engine)) await lookAgain(engine);
    this.engine = engine;
    this.scanner = new Scanner(engine, this.signal);
    this.gateway = new EngineGateway({ engine, registry, route: new Route(engine), scanner: this.scanner });
    if (this.#parts.changesModes) void runLooks(engine, this.signal);
    if (this.#parts.watches) void watchLedger(engine, this.signal);
    for (const id of registry.ids) {
      void runLane(engine, id, this.signal, { ...LANE, concurrency: LANE_CONCURRENCY, idleMs: IDLE_MS });
      void runSettler(engine, id, IDLE_MS, this.signal);
      void this.scanner.runSchedule(id, { everyMs: this.#parts.scanEveryMs, atStart: true }, () => undefined);
    }
  }

  /** While everything comes to rest, whoever only looks now and then need not look that often. */
  #atLeisure(ms: number): number {
    const { isQuiet, scanEveryMs } = this.#parts;
    return isQuiet() && [IDLE_MS, WATCH_MS, scanEveryMs].includes(ms) ? ms * LEISURE : ms;
  }

  scan(id: SourceId): Promise<unknown> {
    return this.scanner?.scan(id) ?? Promise.resolve();
  }
}

function toReport(report: ProcessParts["report"]): Engine["report"] {
  return (level, event, facts) => {
    if (level === "error") report(event, facts);
  };
}

interface LedgerWiring {
  readonly scheduler: Scheduler;
  readonly lane: Lane;
  readonly faults: Faults;
  readonly isDiskFull: () => boolean;
  readonly oracle: WriteOracle;
  readonly landed: LandedOracle;
  readonly guards: GuardOracle;
  readonly treaties: TreatyOracle;
  readonly treaty: string;
  readonly random: RandomStream;
}

/** The ledger as one process reaches it: every call waits before and after, may fail, and is watched. */
function scheduledLedger(store: LedgerStore, wiring: LedgerWiring): Ledger {
  const { faults, guards, isDiskFull, landed, lane, oracle, random, scheduler, treaties } = wiring;
  const inner = store.open(lane);
  const ask = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    await scheduler.step(lane, name, faults.strikes("ledgerSlow") ? random.int(50, 6_000) : random.int(0, 3));
    if (faults.strikes("ledgerFails")) throw new LedgerFailure(`${name}: the ledger failed`);
    return work();
  };
  // Between what a call does and its answer others may act, and the process may die.
  const call = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (isDiskFull()) throw new LedgerFailure(`${name}: the disk is full`);
    const result = await ask(name, work);
    await scheduler.step(lane, `${name} answers`, random.int(0, 2));
    if (faults.strikes("ledgerAnswerLost")) throw new LedgerFailure(`${name}: the connection broke`);
    return result;
  };
  const read =
    <Args extends unknown[], T>(name: string, method: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      ask(name, () => method(...args));
  const write =
    <Args extends unknown[], T>(name: string, method: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      call(name, () => method(...args));
  return {
    head: read("head", inner.head),
    commit: (commit) =>
      call(commit.openIntents?.length ? "commit that opens an intent" : "commit", async () => {
        const result = await inner.commit(commit);
        if (result.ok) oracle.committed(commit, store.tables, lane.name);
        if (result.ok) landed.committed(commit);
        if (result.ok) guards.committed(commit, store.tables, scheduler.now);
        if (result.ok) treaties.committed(commit, wiring.treaty, lane.name);
        scheduler.note(`commit ${result.ok ? result.head : result.reason}`);
        for (const it of result.ok ? (commit.changes ?? []) : [])
          scheduler.note(
            `  ${it.kind} ${it.asset?.slice(-2) ?? ""} ${it.source ?? ""} ${it.key ?? ""} ${JSON.stringify(it.after ?? null)}`,
          );
        return result;
      }),
    touchBindings: write("touchBindings", inner.touchBindings),
    loadStates: read("loadStates", inner.loadStates),
    findBindings: read("findBindings", inner.findBindings),
    findAssets: read("findAssets", inner.findAssets),
    listUnseen: read("listUnseen", inner.listUnseen),
    listAssetIds: read("listAssetIds", inner.listAssetIds),
    markDirty: write("markDirty", inner.markDirty),
    claimWork: (...args) =>
      call("claimWork", async () => {
        const items = await inner.claimWork(...args);
        oracle.work.claimed(items);
        return items;
      }),
    postponeWork: (...args) => {
      oracle.work.postponed(args[0]);
      return call("postponeWork", () => inner.postponeWork(...args));
    },
    nextDue: read("nextDue", inner.nextDue),
    listIntents: read("listIntents", inner.listIntents),
    takeOverIntent: (...args) =>
      call("takeOverIntent", async () => {
        const intent = await inner.takeOverIntent(...args);
        oracle.tookOver(intent);
        if (intent) landed.tookOver(intent.id);
        return intent;
      }),
    claimLease: (...args) =>
      call("claimLease", async () => {
        const lease = await inner.claimLease(...args);
        if (lease) oracle.scans.leased(lease.name, lane.name);
        return lease;
      }),
    releaseLease: write("releaseLease", inner.releaseLease),
    renewLeases: write("renewLeases", inner.renewLeases),
    abandonLeases: write("abandonLeases", inner.abandonLeases),
    findIdempotency: read("findIdempotency", inner.findIdempotency),
    readSources: read("readSources", inner.readSources),
    readSetting: read("readSetting", inner.readSetting),
    readLog: read("readLog", inner.readLog),
    readLogBytes: read("readLogBytes", inner.readLogBytes),
    readChanges: read("readChanges", inner.readChanges),
    pageChanges: read("pageChanges", inner.pageChanges),
    pageChangesOf: read("pageChangesOf", inner.pageChangesOf),
    lastChanges: read("lastChanges", inner.lastChanges),
    pageAssets: read("pageAssets", inner.pageAssets),
    pageDrifts: read("pageDrifts", inner.pageDrifts),
    loadDrifts: read("loadDrifts", inner.loadDrifts),
    counts: read("counts", inner.counts),
    readRun: read("readRun", inner.readRun),
    countBound: read("countBound", inner.countBound),
    listReleased: read("listReleased", inner.listReleased),
    pageReviews: read("pageReviews", inner.pageReviews),
    loadReviews: read("loadReviews", inner.loadReviews),
    pageReviewItems: read("pageReviewItems", inner.pageReviewItems),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
