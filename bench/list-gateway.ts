import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { startGateway } from "../src/server/start-gateway.ts";
import { peakMemory, tell, tellProcessorTime } from "./child.ts";
import { benchConfig } from "./config.ts";

/** The whole gateway: scans the catalog, mirrors it, and serves it once it is at rest. Arguments: the catalog's address, a folder. */
const [uri = "", folder = ""] = process.argv.slice(2);
const gateway = await startGateway({
  config: await benchConfig(uri, folder),
  env: {},
  log: pino({ level: "error" }, process.stderr),
});
await gateway.firstScan;
await rest();
await gateway.gateway.scan({}, true, { kind: "service", id: "bench" }, new AbortController().signal);
await rest();
tellProcessorTime();
const { assetsByKind, assetsByStatus } = await gateway.ledger.counts();
tell({ url: gateway.graphqlUrl, assetsByKind, assetsByStatus });
await once(process, "SIGTERM");
await gateway.close();
tell({ peakMb: peakMemory() });

async function rest(): Promise<void> {
  while (Object.values((await gateway.ledger.counts()).workBySource).some((it) => it > 0)) await delay(100);
}
