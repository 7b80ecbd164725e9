import { createInProcessBus } from "../../src/bus/in-process.ts";
import { createLeaseKeeper } from "../../src/delivery/lease-keeper.ts";
import type { Actor, Change, ChangeKind } from "../../src/domain/change.ts";
import type { Drift } from "../../src/domain/drift.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import { parseSourceId, type SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { AssetState } from "../../src/domain/state.ts";
import type { SqlLedger } from "../../src/ledger/sql-ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { viewFields } from "../../src/plan/view.ts";
import type { Engine, Report } from "../../src/ports/engine.ts";
import type { FieldMutation, FieldView, MutationOutcome, ScanReport } from "../../src/ports/gateway.ts";
import { type Ledger, TREATY_SETTING } from "../../src/ports/ledger.ts";
import type { Source, SourceCapabilities } from "../../src/ports/source.ts";
import { workOnce } from "../../src/reconcile/lane.ts";
import { scanAlone } from "../../src/reconcile/scan-source.ts";
import { settleIntents } from "../../src/reconcile/settle-intents.ts";
import { Route } from "../../src/route/route.ts";
import { Registry } from "../../src/server/registry.ts";
import { type CompiledTreaty, compileTreaty } from "../../src/treaty/compile.ts";
import type { Mode } from "../../src/treaty/decision.ts";
import type { RuleText, TreatyText } from "../../src/treaty/treaty-text.ts";
import { everyCapability } from "./memory-assets.ts";
import { MemorySource } from "./memory-source.ts";
import { countingIds, seededRandom } from "./seeded.ts";
import { Busy, SimulatedClock } from "./simulated-clock.ts";

export const CATALOG = parseSourceId("catalog");
export const LAKEHOUSE = parseSourceId("lakehouse");
export const ALICE: Actor = { kind: "person", id: "alice" };
export const ORDERS = { kind: "TABLE" as const, name: ["sales", "orders"] };

/** Descriptions and `ops.*` tags are the lakehouse's, all else the catalog's; everything is mirrored. */
export function rules(change: Partial<RuleText> = {}): readonly RuleText[] {
  const all = {
    mode: "enforce",
    onForeignWrite: "revert",
    onConflict: "authority",
    onFirstSight: "union",
    ...change,
  } as const;
  return [
    { name: "governance", fields: ["*"], authority: "catalog", mirrors: ["lakehouse"], ...all },
    {
      name: "texts",
      fields: ["description", "columns.*.description"],
      authority: "lakehouse",
      mirrors: ["catalog"],
      ...all,
    },
    {
      name: "ops",
      fields: ["classifications"],
      elements: ["ops.*"],
      authority: "lakehouse",
      mirrors: ["catalog"],
      ...all,
    },
  ];
}

export interface HarnessOptions {
  readonly rules?: readonly RuleText[];
  readonly treaty?: Omit<TreatyText, "rules">;
  readonly catalog?: Partial<SourceCapabilities>;
  readonly lakehouse?: Partial<SourceCapabilities>;
  readonly mode?: Mode;
  /** Another catalog than the one in memory, made on the ledger. */
  readonly openCatalog?: (ledger: SqlLedger, clock: SimulatedClock) => Promise<Source>;
  /** More sources, none of which the treaty knows unless `rules` say so. */
  readonly more?: readonly MemorySource[];
}

function compile(
  sources: readonly Source[],
  all: readonly RuleText[],
  more?: HarnessOptions["treaty"],
): CompiledTreaty {
  const treaty = compileTreaty(
    { deletion: { misses: 2, gracePeriod: "PT1H" }, ...more, rules: all },
    sources.map(({ id, role }) => ({ id, role })),
  );
  if (!treaty.ok) throw new Error(treaty.error.map((it) => it.message).join("\n"));
  return treaty.value;
}

/** What stands between the engine and its ledger and sources: a place where a test can make it crash. */
export interface Wire {
  ledger(ledger: Ledger): Ledger;
  source(source: Source): Source;
}
const DIRECT: Wire = { ledger: (it) => it, source: (it) => it };

/** The whole engine in memory: a real ledger, a lakehouse and a catalog, time and chance that the test owns. */
export class EngineHarness implements AsyncDisposable {
  readonly ledger: SqlLedger;
  treaty: CompiledTreaty;
  readonly clock: SimulatedClock;
  readonly catalog: MemorySource;
  readonly lakehouse: MemorySource;
  readonly sources: readonly Source[];
  readonly reports: { readonly event: string; readonly facts: Readonly<Record<string, unknown>> }[] = [];
  engine: Engine;
  registry: Registry;
  route: Route;
  readonly #mode: Mode;
  readonly #ids = countingIds();
  #starts = 0;

  /** With a table that both sources know alike, compared already. */
  static async openWithOrders(): Promise<EngineHarness> {
    const harness = await EngineHarness.open();
    for (const { assets } of [harness.lakehouse, harness.catalog])
      assets.put({ ...ORDERS, fields: { domain: "sales", description: "Orders" } });
    await harness.sync();
    return harness;
  }

  static async open(options: HarnessOptions = {}): Promise<EngineHarness> {
    const busy = new Busy();
    const ledger = busy.watch(await openSqliteLedger({ path: ":memory:" }));
    const clock = new SimulatedClock(undefined, busy);
    const catalog = new MemorySource({
      id: CATALOG,
      role: "catalog",
      capabilities: { provesExistence: false, createsAssets: true, followsNames: true, ...options.catalog },
    });
    const lakehouse = new MemorySource({
      id: LAKEHOUSE,
      role: "lakehouse",
      capabilities: { fields: withoutRoles(), ...options.lakehouse },
    });
    // A namespace that is always there: a listing of nothing proves nothing, so a test that drops its only table needs another asset.
    for (const source of [catalog, lakehouse]) source.assets.put({ kind: "NAMESPACE", name: ["always"], fields: {} });
    const other = await options.openCatalog?.(ledger, clock);
    const sources = [other ?? catalog, lakehouse, ...(options.more ?? [])];
    const harness = new EngineHarness(
      ledger,
      clock,
      catalog,
      lakehouse,
      sources,
      compile(sources, options.rules ?? rules(), options.treaty),
      options.mode ?? "enforce",
    );
    await harness.start();
    return harness;
  }

  private constructor(
    ledger: SqlLedger,
    clock: SimulatedClock,
    catalog: MemorySource,
    lakehouse: MemorySource,
    sources: readonly Source[],
    treaty: CompiledTreaty,
    mode: Mode,
  ) {
    this.ledger = ledger;
    this.clock = clock;
    this.catalog = catalog;
    this.lakehouse = lakehouse;
    this.sources = sources;
    this.treaty = treaty;
    this.#mode = mode;
    // Set by `start`, which `open` awaits before anybody gets the harness.
    this.engine = undefined as never;
    this.registry = undefined as never;
    this.route = undefined as never;
  }

  /** A process: the first one, or the next after a crash, on the same ledger and sources. */
  async start(wire: Wire = DIRECT): Promise<Engine> {
    this.#starts += 1;
    const ledger = wire.ledger(this.ledger);
    const entries = this.sources.map((it) => ({ source: wire.source(it), initialMode: this.#mode, prefix: [] }));
    this.registry = await Registry.open(ledger, entries);
    await ledger.commit({ settings: { [TREATY_SETTING]: this.treaty.hash } });
    await this.registry.refresh();
    const { clock } = this;
    const holder = `gateway:${this.#starts}`;
    const report: Report = (_, event, facts) => void this.reports.push({ event, facts });
    this.engine = {
      ledger,
      sources: this.registry,
      treaty: this.treaty,
      clock,
      random: seededRandom(7),
      ids: this.#ids,
      bus: createInProcessBus(),
      holder,
      leases: createLeaseKeeper({ clock, holder, ledger, report }),
      report,
    };
    this.route = new Route(this.engine);
    return this.engine;
  }

  /** The next process, with another treaty. */
  async startWith(others: readonly RuleText[]): Promise<Engine> {
    this.treaty = compile(this.sources, others);
    return this.start();
  }

  async scan(source: SourceId): Promise<ScanReport> {
    const it = this.engine.sources.get(source);
    if (!it) throw new Error(`no ${source}`);
    await this.clock.advance(1_000);
    for (;;) {
      const report = await this.clock.run(scanAlone(this.engine, it, () => undefined, new AbortController().signal));
      if (report) return report;
      await this.clock.advance(this.engine.leases.leaseMs); // of a process that died in the middle of a scan
    }
  }

  async scanAll(): Promise<void> {
    for (const id of [...this.engine.sources.ids].reverse()) await this.scan(id);
  }

  /** Works off what is due now, for every source in turn, until nothing is. */
  async work(signal = new AbortController().signal): Promise<number> {
    let total = 0;
    for (let worked = 1; worked > 0; ) {
      worked = 0;
      for (const id of this.engine.sources.ids) {
        for (let count = 1; count > 0; worked += count) count = await this.clock.run(workOnce(this.engine, id, signal));
      }
      total += worked;
      if (total > 5_000) throw new Error("The work does not come to an end.");
    }
    return total;
  }

  /** Settles what is in doubt at one source, where that can be told by now. */
  settle(source: SourceId): Promise<number> {
    return this.clock.run(settleIntents(this.engine, source, new AbortController().signal));
  }

  /** Lets time pass until no work is left and no intent is open; at most `rounds` waits. */
  async rest(rounds = 30): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      await this.work();
      for (const id of this.engine.sources.ids) await this.settle(id);
      const { openIntents, workBySource } = await this.ledger.counts();
      if (openIntents === 0 && Object.values(workBySource).every((it) => it === 0)) return;
      await this.clock.advance(30_000);
    }
    throw new Error(`Not at rest after ${rounds} rounds.`);
  }

  /** Scans everything and lets it come to rest. */
  async sync(): Promise<void> {
    await this.scanAll();
    await this.rest();
  }

  apply(
    mutation: Partial<FieldMutation> & Pick<FieldMutation, "field" | "edit">,
    actor = ALICE,
  ): Promise<MutationOutcome> {
    return this.clock.run(
      this.route.apply({ asset: { name: "sales.orders" }, ...mutation }, actor, new AbortController().signal),
    );
  }

  async state(name = "sales.orders"): Promise<AssetState> {
    const [id] = await this.ledger.findAssets([{ name }], true);
    const [state] = id ? await this.ledger.loadStates([id]) : [];
    if (!state) throw new Error(`no ${name}`);
    return state;
  }

  async view(field: string, name?: string): Promise<FieldView> {
    const [view] = viewFields({ treaty: this.treaty, sources: this.registry.table() }, await this.state(name), [field]);
    if (!view) throw new Error(`no ${field}`);
    return view;
  }

  async drifts(name?: string): Promise<readonly Drift[]> {
    return (await this.state(name)).drifts;
  }

  async log(...kinds: readonly ChangeKind[]): Promise<readonly Change[]> {
    const { changes } = await this.ledger.readLog(0, 1_000_000);
    return kinds.length === 0 ? changes : changes.filter((it) => kinds.includes(it.kind));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.ledger[Symbol.asyncDispose]());
  }
}

/** What a system in memory holds of one field; null is none. */
export function heldBy(
  source: MemorySource,
  field: string,
  ref: { readonly kind: "NAMESPACE" | "TABLE" | "VIEW"; readonly name: readonly string[] } = ORDERS,
): Json | undefined {
  const asset = source.assets.find({ ...ref, stableId: null });
  if (!asset) return undefined;
  const reading = asset.fields[field as FieldKey];
  return reading?.state === "value" ? reading.value : null;
}

function withoutRoles(): SourceCapabilities["fields"] {
  return everyCapability().map((it) => (it.field === "owners" ? { ...it, omits: ["role"] as const } : it));
}
