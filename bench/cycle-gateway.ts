import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import type { SqlLedger } from "../src/ledger/sql-ledger.ts";
import { startGateway } from "../src/server/start-gateway.ts";
import { peakMemory, processorMs, tell } from "./child.ts";
import { cycleConfig } from "./cycle-config.ts";
import { countRowChanges } from "./row-changes.ts";

/**
 * The whole gateway; whoever asks at the address that it tells has it go through one cycle, both sources scanned and all that
 * follows from it done, and hears what that cost. Arguments: the lakehouse's address, a folder.
 */
const [uri = "", folder = ""] = process.argv.slice(2);
const gateway = await startGateway({
  config: await cycleConfig(uri, folder),
  env: {},
  log: pino({ level: "error" }, process.stderr),
});
const ledger = gateway.ledger as SqlLedger;
const began = { ms: performance.now(), cpuMs: processorMs() };
await gateway.firstScan;
await rest();
const first = { ms: performance.now() - began.ms, cpuMs: processorMs() - began.cpuMs, peakMb: peakMemory() };
const takeRowChanges = await countRowChanges(ledger.database.kysely);

const control = createServer((request, response) => {
  answer(request.url ?? "").then(
    (body) => void response.end(JSON.stringify(body)),
    (error: unknown) => void response.writeHead(500).end(String(error)),
  );
});
control.listen(0, "127.0.0.1");
await once(control, "listening");
const { drifts, head } = await ledger.backlog();
const { assetsByKind } = await ledger.counts();
const openDrifts = drifts.reduce((sum, it) => sum + it.count, 0);
tell({ url: `http://127.0.0.1:${(control.address() as AddressInfo).port}`, first, head, openDrifts, assetsByKind });
await once(process, "SIGTERM");
control.close();
await gateway.close();

async function answer(url: string): Promise<object> {
  return url === "/drifts" ? openDriftNames() : cycle();
}

async function cycle(): Promise<object> {
  await takeRowChanges();
  const before = { ms: performance.now(), cpuMs: processorMs(), head: await ledger.head() };
  const scans = await gateway.gateway.scan({}, true, { kind: "service", id: "bench" }, new AbortController().signal);
  await rest();
  const ms = performance.now() - before.ms;
  const cpuMs = processorMs() - before.cpuMs;
  const { changes } = await ledger.readLog(before.head, 1_000_000);
  const logged: Record<string, number> = {};
  for (const { kind, source } of changes) {
    const key = `${kind} ${source ?? ""}`;
    logged[key] = (logged[key] ?? 0) + 1;
  }
  return { ms, cpuMs, logged, rows: await takeRowChanges(), scans: scans.ok ? scans.value : [], peakMb: peakMemory() };
}

async function openDriftNames(): Promise<object> {
  const names: string[] = [];
  for (let after: string | undefined; ; ) {
    const states = ["OPEN", "IN_REVIEW", "REPAIRING"] as const;
    const { hasNext, items } = await ledger.pageDrifts({ states }, { limit: 500, ...(after ? { after } : {}) });
    const loaded = await ledger.loadStates(items.map((it) => it.item.asset));
    items.forEach(({ item }, index) => names.push(`${item.kind} ${loaded[index]?.asset.name} ${item.path}`));
    after = items.at(-1)?.cursor;
    if (!hasNext) return names;
  }
}

async function rest(): Promise<void> {
  for (;;) {
    const { intents, work } = await ledger.backlog();
    if (work.length === 0 && intents.length === 0) return;
    await delay(50);
  }
}
