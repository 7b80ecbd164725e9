import { pino } from "pino";
import { createInProcessBus } from "../src/bus/in-process.ts";
import { createLeaseKeeper } from "../src/delivery/lease-keeper.ts";
import type { SourceId } from "../src/domain/ids.ts";
import { openSqliteLedger } from "../src/ledger/sqlite.ts";
import { engineReport } from "../src/observe/engine-events.ts";
import { scanAlone } from "../src/reconcile/scan-source.ts";
import { openSources } from "../src/server/open-sources.ts";
import { recordTreaty } from "../src/server/record-treaty.ts";
import { Registry } from "../src/server/registry.ts";
import { systemClock, systemIds, systemRandom } from "../src/server/system.ts";
import { peakMemory, processorMs, tell } from "./child.ts";
import { benchConfig } from "./config.ts";

/**
 * Scans a catalog into a ledger of its own, and once more with nothing changed, through the parts that the gateway is
 * made of. Arguments: the catalog's address, a folder for the ledger.
 */
const [uri = "", folder = ""] = process.argv.slice(2);
const config = await benchConfig(uri, folder);
await using ledger = await openSqliteLedger({ path: `${folder}/ledger.db` });
const { registered } = await openSources(config, ledger, undefined);
const registry = await Registry.open(ledger, registered);
await using bus = createInProcessBus();
const holder = "bench";
const report = engineReport(pino({ level: "error" }));
const engine = {
  ledger,
  sources: registry,
  treaty: config.treaty,
  clock: systemClock,
  random: systemRandom,
  ids: systemIds,
  bus,
  holder,
  leases: createLeaseKeeper({ clock: systemClock, holder, ledger, report }),
  report,
};
await recordTreaty(engine);
await using lakehouse = registered.find(({ source }) => source.id === ("lakehouse" as SourceId))?.source;
if (!lakehouse) throw new Error("The config has no lakehouse");

for (let scan = 1; scan <= 2; scan += 1) {
  const before = { head: await ledger.head(), cpuMs: processorMs() };
  const began = performance.now();
  const report = await scanAlone(engine, lakehouse, () => {}, new AbortController().signal);
  if (!report) throw new Error("Somebody else scans");
  const { assets, changed, complete } = report;
  const ms = performance.now() - began;
  const cpuMs = processorMs() - before.cpuMs;
  tell({ ms, cpuMs, assets, changed, complete, logged: (await ledger.head()) - before.head, peakMb: peakMemory() });
}
