import { type Cycle, type Cycles, check, checkCycles, runCycles, sum } from "./cycle.ts";
import { machine } from "./figures.ts";

const MOST_MIB = 512;

/** One gateway over two sources with ten fields an asset: what a cycle finds, writes and takes. Fails where it is not what it is to be. */
export async function benchCycle(tables: number, drifts: number): Promise<void> {
  console.log(`${tables} tables × 10 fields × 2 sources, ${drifts} edits behind the gateway's back. ${machine()}`);
  const cycles = await runCycles(tables, drifts);
  checkCycles(cycles);
  report(cycles);
  const peakMb = cycles.ten.peakMb;
  check(peakMb < MOST_MIB, `The gateway's memory went up to ${peakMb} MiB (bound: ${MOST_MIB})`);
}

function report({ bare, drifted, first, one, planted, rest, restWithDrift, ten }: Cycles): void {
  const row = (it: Pick<Cycle, "ms" | "cpuMs" | "peakMb">, cycle?: Cycle) => ({
    seconds: Number((it.ms / 1_000).toFixed(1)),
    "processor s": Number((it.cpuMs / 1_000).toFixed(1)),
    "peak MiB": it.peakMb,
    ...(cycle && {
      "log entries": sum(cycle.logged),
      "rows changed": sum(cycle.rows),
      "seen again": sum(cycle.bookkeeping),
      requests: cycle.requests.total,
    }),
  });
  console.table({
    "bare client, everything once": { ...row(bare), requests: bare.requests },
    "first cycle": row(first),
    "at rest": row(rest, rest),
    [`${planted.length} drifts`]: row(drifted, drifted),
    "at rest, with these open": row(restWithDrift, restWithDrift),
    "1 asset changed": row(one, one),
    "10 assets changed": row(ten, ten),
  });
  console.log(
    `A cycle at rest takes ${(rest.ms / bare.ms).toFixed(2)} times what a bare client takes to ask for everything.`,
  );
  console.log(`Found: all ${planted.length} drifts, and nothing else. Writes to the lakehouse in all cycles: 0.`);
  console.log(`Rows that changed for 10 assets: ${JSON.stringify(ten.rows)}`);
  console.log(`"seen again" is the scans' own bookkeeping: ${JSON.stringify(rest.bookkeeping)}`);
}
