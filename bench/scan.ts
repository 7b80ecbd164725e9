import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import type { RequestCounts } from "../sandbox/iceberg-rest/request-counters.ts";
import { startChild } from "./child.ts";
import { machine, median, seconds } from "./figures.ts";

/** Requests at a time: the default of `iceberg-rest`. */
const CONCURRENCY = 16;

interface Fetched {
  readonly ms: number;
  readonly cpuMs: number;
  readonly requests: number;
  readonly peakMb: number;
}
interface Scanned {
  readonly ms: number;
  readonly cpuMs: number;
  readonly assets: number;
  readonly changed: number;
  readonly complete: boolean;
  readonly logged: number;
  readonly peakMb: number;
}
interface Round {
  readonly bare: Fetched;
  readonly first: Scanned;
  readonly second: Scanned;
  readonly requests: { readonly first: number; readonly second: number; readonly writes: number };
}

/** A full scan beside a bare client, in turn, then a scan with nothing changed. Each side is a process of its own in every round. */
export async function benchScan(tables: number, rounds: number, latency: number): Promise<void> {
  const answers = latency === 0 ? "from memory at once" : `${latency} ms after it was asked`;
  console.log(
    `Scan of ${tables} tables, ${CONCURRENCY} requests at a time; the catalog answers ${answers}. ${machine()}`,
  );
  await using sandbox = startChild("sandbox/main.ts", "--port", "0", "--seed", String(tables));
  const { url } = await sandbox.next<{ url: string }>();
  await fetchBare(url); // so that the sandbox serves every round from what it has worked out
  if (latency > 0) await addLatency(url, latency);
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const it = await measure(url);
    measured.push(it);
    console.log(
      `  round ${round}: bare ${seconds(it.bare.ms)}, scan ${seconds(it.first.ms)}, second scan ${seconds(it.second.ms)}`,
    );
  }
  report(tables, measured);
}

async function measure(url: string): Promise<Round> {
  const bare = await fetchBare(url);
  const folder = await mkdtemp(join(tmpdir(), "concordat-bench-"));
  try {
    await resetCounts(url);
    await using gateway = startChild("bench/scan-gateway.ts", url, folder);
    const first = await gateway.next<Scanned>();
    const second = await gateway.next<Scanned>();
    const { total, writes } = await readCounts(url);
    check(first, second, writes);
    // Both scans ask for the same; the first, besides, whether the catalog is there.
    return { bare, first, second, requests: { first: Math.ceil(total / 2), second: Math.floor(total / 2), writes } };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function check(first: Scanned, second: Scanned, writes: number): void {
  if (!first.complete || !second.complete) throw new Error("A scan was not complete");
  if (first.changed !== first.assets)
    throw new Error(`The first scan recorded ${first.changed} of ${first.assets} assets`);
  if (second.changed > 0 || second.logged > 0 || writes > 0) {
    throw new Error(
      `With nothing changed, ${second.changed} assets changed, ${second.logged} log entries, ${writes} writes`,
    );
  }
}

async function fetchBare(url: string): Promise<Fetched> {
  await using bare = startChild("bench/scan-bare.ts", url, String(CONCURRENCY));
  return await bare.next<Fetched>();
}

async function addLatency(url: string, ms: number): Promise<void> {
  const body = JSON.stringify({ kind: "latency", ms });
  const answer = await request(`${url}/sandbox/faults`, { method: "POST", body });
  await answer.body.dump();
}

async function resetCounts(url: string): Promise<void> {
  const { body } = await request(`${url}/sandbox/requests`, { method: "DELETE" });
  await body.dump();
}

async function readCounts(url: string): Promise<RequestCounts> {
  const { body } = await request(`${url}/sandbox/requests`);
  return (await body.json()) as RequestCounts;
}

function report(tables: number, rounds: readonly Round[]): void {
  const of = (value: (round: Round) => number): number => median(rounds.map(value));
  const bare = of((it) => it.bare.ms);
  const first = of((it) => it.first.ms);
  const last = rounds.at(-1) as Round;
  console.log(`Medians of ${rounds.length} rounds, ${tables} tables:`);
  const row = (side: (round: Round) => Fetched | Scanned, requests: number) => ({
    seconds: Number((of((it) => side(it).ms) / 1000).toFixed(2)),
    "processor s": Number((of((it) => side(it).cpuMs) / 1000).toFixed(2)),
    requests,
    "peak MiB": of((it) => side(it).peakMb),
  });
  console.table({
    "bare client": row((it) => it.bare, last.bare.requests),
    "first scan": row((it) => it.first, last.requests.first),
    "second scan, nothing changed": row((it) => it.second, last.requests.second),
  });
  console.log(`Speed of the first scan: ${(bare / first).toFixed(2)} of the bare client's (aim: 0.7 or more).`);
  const second = of((it) => it.second.ms);
  console.log(
    `Speed of the second scan: ${(bare / second).toFixed(2)} of the bare client's, which asks for everything anew.`,
  );
  console.log(
    `The second scan wrote nothing: ${last.requests.writes} writes to the source, ${last.second.logged} log entries.`,
  );
}
