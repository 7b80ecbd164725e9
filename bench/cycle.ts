import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { request } from "undici";
import type { RequestCounts } from "../sandbox/iceberg-rest/request-counters.ts";
import type { ScanReport } from "../src/ports/gateway.ts";
import { startChild } from "./child.ts";
import { DESCRIPTION, dottedName, editOf, tableAt } from "./cycle-tables.ts";
import { type RowChanges, TOUCHED } from "./row-changes.ts";

export interface Cycle {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  /** Log entries, by kind and source. */
  readonly logged: Readonly<Record<string, number>>;
  /** Rows of the ledger that changed, by table; the bookkeeping of scans apart. */
  readonly rows: RowChanges;
  readonly bookkeeping: RowChanges;
  readonly scans: readonly ScanReport[];
  /** Requests that the lakehouse got. */
  readonly requests: { readonly total: number; readonly writes: number };
}

export interface Cycles {
  readonly first: Pick<Cycle, "ms" | "cpuMs" | "peakMb">;
  readonly bare: { readonly ms: number; readonly cpuMs: number; readonly peakMb: number; readonly requests: number };
  readonly rest: Cycle;
  /** `planted` drifts, one each in so many tables. */
  readonly drifted: Cycle;
  readonly planted: readonly string[];
  readonly found: readonly string[];
  readonly restWithDrift: Cycle;
  /** Descriptions that somebody changed in the lakehouse, to be mirrored to the catalog: of one table, and of ten. */
  readonly one: Cycle;
  readonly ten: Cycle;
}

/** What a scan notes about itself: when each binding was seen last, the scan's own outcome, and the lease that it ran under. */
const BOOKKEEPING = [TOUCHED, "source", "lease", "work_token"];

/** Plays the cycles of a gateway over `tables` tables with ten governed fields in two sources. */
export async function runCycles(tables: number, drifts: number): Promise<Cycles> {
  const folder = await mkdtemp(join(tmpdir(), "concordat-bench-"));
  try {
    await using lakehouse = startChild("bench/cycle-lakehouse.ts", String(tables));
    const { url: lake } = await lakehouse.next<{ url: string }>();
    await using importer = startChild("bench/cycle-import.ts", lake, folder, String(tables));
    await importer.next();
    const bare = await walkBare(lake); // also has the lakehouse work out its answers
    await using gateway = startChild("bench/cycle-gateway.ts", lake, folder);
    const started = await gateway.next<Started>();
    check(started.assetsByKind["TABLE"] === tables, `${started.assetsByKind["TABLE"]} of ${tables} tables were found`);
    check(started.openDrifts === 0, `${started.openDrifts} drifts are open where the sources agree`);
    const cycle = (): Promise<Cycle> => runCycle(started.url, lake);

    const rest = await cycle();
    const planted = pick(tables, drifts, 0);
    for (const index of planted) await edit(lake, index, editOf(index, plantedField(index)));
    const drifted = await cycle();
    const found = await ask<string[]>(`${started.url}/drifts`);
    const restWithDrift = await cycle();
    const [one, ...ten] = pick(tables, 11, 1);
    await edit(lake, one as number, editOf(one as number, DESCRIPTION));
    const afterOne = await cycle();
    for (const index of ten) await edit(lake, index, editOf(index, DESCRIPTION));
    const afterTen = await cycle();
    return {
      first: started.first,
      bare,
      rest,
      drifted,
      planted: planted.map((it) => `FOREIGN_WRITE ${nameOf(it)} ${editOf(it, plantedField(it)).path}`),
      found,
      restWithDrift,
      one: afterOne,
      ten: afterTen,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Started {
  readonly url: string;
  readonly first: Cycles["first"];
  readonly openDrifts: number;
  readonly assetsByKind: Readonly<Record<string, number>>;
}

/** `count` tables, spread over all of them; another `offset` picks others. */
function pick(tables: number, count: number, offset: number): readonly number[] {
  const step = Math.floor(tables / count);
  return Array.from({ length: count }, (_, index) => index * step + offset);
}

/** All ten fields in turn; in place of the description, whose authority the lakehouse is, the domain. */
function plantedField(index: number): number {
  const which = Math.floor(index / 7) % 10;
  return which === DESCRIPTION ? DESCRIPTION - 1 : which;
}

function nameOf(index: number): string {
  return dottedName(tableAt(index));
}

async function runCycle(gateway: string, lake: string): Promise<Cycle> {
  await (await request(`${lake}/sandbox/requests`, { method: "DELETE" })).body.dump();
  const { rows, ...told } = await ask<Omit<Cycle, "bookkeeping" | "requests">>(`${gateway}/cycle`);
  const { total, writes } = await ask<RequestCounts>(`${lake}/sandbox/requests`);
  check(told.scans.length === 2 && told.scans.every((it) => it.complete), "a scan was not complete");
  const of = (isBookkeeping: boolean): RowChanges =>
    Object.fromEntries(Object.entries(rows).filter(([name]) => BOOKKEEPING.includes(name) === isBookkeeping));
  return { ...told, rows: of(false), bookkeeping: of(true), requests: { total, writes } };
}

async function walkBare(lake: string): Promise<Cycles["bare"]> {
  for (let round = 1; ; round += 1) {
    await using bare = startChild("bench/scan-bare.ts", lake, "16");
    const walked = await bare.next<Cycles["bare"]>();
    if (round === 2) return walked;
  }
}

/** As a job in the lakehouse writes: one commit, which no gateway hears of. */
async function edit(
  lake: string,
  index: number,
  { property, text }: { property: string; text: string },
): Promise<void> {
  const { name, namespace } = tableAt(index);
  const { body, statusCode } = await request(`${lake}/v1/namespaces/${namespace.join("%1F")}/tables/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ requirements: [], updates: [{ action: "set-properties", updates: { [property]: text } }] }),
  });
  const answer = await body.text();
  check(statusCode === 200, `${name} could not be edited: ${answer}`);
}

async function ask<T>(url: string): Promise<T> {
  const { body, statusCode } = await request(url, { headersTimeout: 0, bodyTimeout: 0 });
  const text = await body.text();
  check(statusCode === 200, `${url}: ${text}`);
  return JSON.parse(text) as T;
}

export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** What holds of the cycles, whatever their size. @throws Error that says what does not. */
export function checkCycles({ drifted, found, one, planted, rest, restWithDrift, ten }: Cycles): void {
  for (const [name, it] of [
    ["at rest", rest],
    ["at rest with open drift", restWithDrift],
  ] as const) {
    check(Object.keys(it.logged).length === 0, `A cycle ${name} logged ${JSON.stringify(it.logged)}`);
    check(Object.keys(it.rows).length === 0, `A cycle ${name} changed rows: ${JSON.stringify(it.rows)}`);
    check(it.requests.writes === 0, `A cycle ${name} sent ${it.requests.writes} writes to the lakehouse`);
  }
  const missed = planted.filter((it) => !found.includes(it));
  const invented = found.filter((it) => !planted.includes(it));
  check(missed.length === 0, `${missed.length} drifts were not found: ${missed.slice(0, 3).join(", ")}`);
  check(
    invented.length === 0,
    `${invented.length} drifts were found that are none: ${invented.slice(0, 3).join(", ")}`,
  );
  const told = {
    "DRIFT_OPENED lakehouse": planted.length,
    "REVIEW_OPENED lakehouse": planted.length,
    "SCAN_COMPLETED lakehouse": 1,
  };
  checkEqual(drifted.logged, told, "A cycle with drift logged something else");
  check(drifted.requests.writes === 0, "A cycle with drift to be reviewed wrote to the lakehouse");
  checkEqual(
    ten.logged,
    times(one.logged, 10, ["SCAN_COMPLETED lakehouse"]),
    "Ten assets logged other than ten times one",
  );
  checkEqual({ records: ten.rows["embedded_record"] ?? 0 }, { records: 10 }, "Ten assets wrote other records than ten");
  // How many pieces of work are claimed at a time, and what meets in one transaction, is chance.
  const [cost, most] = [sum(ten.rows), 1.25 * 10 * sum(one.rows)];
  check(cost <= most, `Ten assets changed ${cost} rows of the ledger, one changed ${sum(one.rows)}`);
}

export function sum(counts: RowChanges): number {
  return Object.values(counts).reduce((total, it) => total + it, 0);
}

function times(counts: RowChanges, factor: number, once: readonly string[]): RowChanges {
  return Object.fromEntries(Object.entries(counts).map(([name, it]) => [name, once.includes(name) ? it : it * factor]));
}

function checkEqual(left: RowChanges, right: RowChanges, otherwise: string): void {
  check(isDeepStrictEqual(left, right), `${otherwise}: ${JSON.stringify(left)}, not ${JSON.stringify(right)}`);
}
