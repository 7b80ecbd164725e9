import { mkdir } from "node:fs/promises";
import type { Logger } from "pino";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import type { EmbeddedCatalog } from "../../sources/embedded/source.ts";
import { createInProcessBus } from "../bus/in-process.ts";
import type { Config } from "../config/config.ts";
import { DOUBT_MS } from "../delivery/deliver-write.ts";
import { createLeaseKeeper } from "../delivery/lease-keeper.ts";
import { type History, presentEpoch } from "../domain/history.ts";
import type { SourceId } from "../domain/ids.ts";
import { LedgerOpenError } from "../ledger/ledger-open-error.ts";
import { openPostgresLedger, readPostgresTime } from "../ledger/postgres.ts";
import type { SqlLedger } from "../ledger/sql-ledger.ts";
import { openSqliteLedger } from "../ledger/sqlite.ts";
import { engineReport, reportTo, sourceWatcher } from "../observe/engine-events.ts";
import { measureLedger } from "../observe/measured-ledger.ts";
import { Metrics } from "../observe/metrics.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Source } from "../ports/source.ts";
import { lookAgain, needsLook } from "../reconcile/look-again.ts";
import { Scanner } from "../reconcile/scanner.ts";
import { Route } from "../route/route.ts";
import { checkCapabilities } from "../treaty/check-capabilities.ts";
import { Closers } from "./closers.ts";
import { applyConfiguredModes } from "./configured-modes.ts";
import { dataFiles } from "./data-folder.ts";
import { importGovernance, letThingsHappen } from "./demo.ts";
import { EngineGateway } from "./engine-gateway.ts";
import { keepHeapSmall } from "./heap.ts";
import { createGraphServer } from "./http.ts";
import { openLedgerClock } from "./ledger-clock.ts";
import { openBus } from "./open-bus.ts";
import { type HistoryDeps, openHistory } from "./open-history.ts";
import { openSources } from "./open-sources.ts";
import { recordTreaty } from "./record-treaty.ts";
import { type RegisteredSource, Registry } from "./registry.ts";
import { type RunningEngine, runEngine } from "./running-engine.ts";
import { type RunningGateway, StartError, type StartGateway } from "./running-gateway.ts";
import { settleWork } from "./settle-work.ts";
import { systemClock, systemIds, systemRandom } from "./system.ts";
import { watchSources } from "./watched-source.ts";
import { keepWitness } from "./witness.ts";

/** Starts everything, from the ledger up to the door; what was started before a failure is stopped again. */
export const startGateway: StartGateway = async ({ config, log, restored }) => {
  const closers = new Closers();
  try {
    return await start(config, log, restored === true, closers);
  } catch (error) {
    await closers.close();
    throw error instanceof LedgerOpenError ? new StartError(error.message, { cause: error }) : error;
  }
};

async function start(config: Config, log: Logger, restored: boolean, closers: Closers): Promise<RunningGateway> {
  await makeFolder(config.dataFolder);
  keepHeapSmall();
  const metrics = new Metrics();
  metrics.watchProcess();
  const report = reportTo(engineReport(log), metrics.report);
  const ledger = measureLedger(closers.use(await openLedger(config)), metrics);
  const isAlone = config.ledger.engine === "sqlite";
  const clock = isAlone ? systemClock : closers.use(await openLedgerClock(() => readPostgresTime(ledger), report));
  const sandbox = config.sandbox && closers.use(await openSandbox(config, config.sandbox.port));
  const opened = await openSources(config, ledger, sandbox?.url);
  const { embedded } = opened;
  const { registered, watched } = watchSources(opened.registered, systemClock, sourceWatcher(report, metrics));
  for (const { source } of registered) closers.use(source);
  const { bus, liveShare, redis } = openBus(config, ledger, report, closers);
  const holder = `gateway:${systemIds.ulid()}`;
  const leases = createLeaseKeeper({ clock, holder, ledger, report });
  const parts = { ledger, bus, report, clock, holder, leases, ids: systemIds, random: systemRandom };
  const stopping = new AbortController();
  const sources = { ids: registered.map((it) => it.source.id) };
  const { history, replaced } = await openLedgerHistory(config, { ...parts, sources }, restored, closers, stopping);
  const { engine, registry } = await openEngine(config, registered, parts);
  const sourcesChanged = closers.use(createInProcessBus());
  const scanner = new Scanner(engine, stopping.signal, () => sourcesChanged.announce(0));
  const gateway = new EngineGateway({ engine, registry, route: new Route(engine), scanner, liveShare, replaced });
  let running: RunningEngine | undefined;
  closers.add(async () => running?.stop());
  // The door before the work: where it cannot be opened, nothing has been touched. It is also the first to close.
  const { wake } = sourcesChanged;
  const server = await createGraphServer({
    gateway,
    ledger,
    bus,
    redis,
    sourcesChanged: wake,
    access: config.access,
    ...config.server,
    log,
    metrics,
    history,
  });
  closers.add(() => server.close());
  const demo = demoOf(config, sandbox, embedded, registered);
  if (demo) await importGovernance(engine, demo.catalog, demo.lakehouse, stopping.signal);
  const everyMs = new Map<SourceId, number>(config.sources.map((it) => [it.id, it.scan.everyMs]));
  running = runEngine(engine, scanner, everyMs, stopping, { isAlone, watched });
  const happened = demo
    ? running.firstScan.then(() => letThingsHappen(engine, scanner, demo.sandbox, demo.lakehouse.id, stopping.signal))
    : running.firstScan.then(() => settleWork(engine, stopping.signal));
  return {
    graphqlUrl: server.graphqlUrl,
    ...(sandbox ? { sandboxUrl: sandbox.url } : {}),
    dataFolder: config.dataFolder,
    firstScan: happened,
    gateway,
    ledger,
    close: () => closers.close(),
  };
}

interface EngineParts extends Omit<Engine, "ledger" | "sources" | "treaty"> {
  readonly ledger: SqlLedger;
}

/** The engine over what was opened; judged anew where the treaty or a mode is another one than at the last start. */
async function openEngine(
  config: Config,
  registered: readonly RegisteredSource[],
  parts: EngineParts,
): Promise<{ readonly engine: Engine & { readonly treaty: Config["treaty"] }; readonly registry: Registry }> {
  const { clock, ledger, report } = parts;
  const registry = await Registry.open(ledger, registered);
  const modes = new Map(registered.map((it) => [it.source.id, it.initialMode]));
  const hasNewModes = await applyConfiguredModes(ledger, modes, toTimestamp(clock.now()));
  if (hasNewModes) await registry.refresh();
  const engine = { ...parts, sources: registry, treaty: config.treaty };
  await recordTreaty(engine);
  if (await needsLook(engine)) await lookAgain(engine);
  for (const warning of checkCapabilities(config.treaty, (id) => registry.get(id)?.capabilities.fields)) {
    report("warn", "treaty-warning", { warning: warning.message });
  }
  return { engine, registry };
}

/** Begins a new life of a ledger that is an older copy of itself, and has somebody remember from now on how far it gets. */
async function openLedgerHistory(
  config: Config,
  deps: HistoryDeps,
  declared: boolean,
  closers: Closers,
  stopping: AbortController,
): Promise<{ readonly history: History; readonly replaced: AbortSignal }> {
  const { witness: path } = dataFiles(config.dataFolder);
  const alwaysWitnessed = config.ledger.engine === "sqlite";
  // Leases of an earlier process. Where there may be others, they run out by themselves.
  if (alwaysWitnessed) await deps.ledger.abandonLeases(deps.clock.now() + DOUBT_MS);
  const { history, ledger } = await openHistory(deps, { declared, witness: path, alwaysWitnessed });
  const replaced = new AbortController();
  const wentBack = (from: number, to: number): void => {
    deps.report("error", "ledger-went-back", { from, to, because: WENT_BACK });
    replaced.abort();
    stopping.abort();
  };
  const testimony = { ledger, epoch: presentEpoch(history).id };
  closers.use(await keepWitness({ path, ledger: deps.ledger, known: testimony, wentBack }));
  return { history, replaced: replaced.signal };
}

const WENT_BACK =
  "The ledger was replaced by an older copy of itself while the gateway ran. Nothing is changed any more; start the gateway anew.";

interface Demo {
  readonly sandbox: IcebergSandbox;
  readonly catalog: EmbeddedCatalog;
  readonly lakehouse: Source;
}

/** What the demo plays with; undefined for a configuration of the user's own. */
function demoOf(
  config: Config,
  sandbox: IcebergSandbox | undefined,
  embedded: readonly EmbeddedCatalog[],
  registered: readonly RegisteredSource[],
): Demo | undefined {
  const [catalog] = embedded;
  const lakehouse = registered.find((it) => it.source.type === "iceberg-rest")?.source;
  return config.demo && sandbox && catalog && lakehouse ? { sandbox, catalog, lakehouse } : undefined;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be made: ${(error as Error).message}. Choose another one with CONCORDAT_DATA.`,
      { cause: error },
    );
  }
}

function openLedger(config: Config): Promise<SqlLedger> {
  return config.ledger.engine === "postgres"
    ? openPostgresLedger({ url: config.ledger.url })
    : openSqliteLedger({ path: dataFiles(config.dataFolder).ledger });
}

async function openSandbox(config: Config, port: number): Promise<IcebergSandbox> {
  try {
    return await startIcebergSandbox({
      port,
      seed: config.demo ? "tpcds-agreed" : "tpcds",
      dataFile: dataFiles(config.dataFolder).sandbox,
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EADDRINUSE") throw error;
    throw new StartError(
      `Port ${port} for the sandbox is taken. Stop what listens there, or choose another one with CONCORDAT_SANDBOX_PORT.`,
      { cause: error },
    );
  }
}
