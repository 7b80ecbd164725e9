import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { type Child, startChild } from "./child.ts";
import { machine, median } from "./figures.ts";
import { LIST_QUERY } from "./list-query.ts";

const CONCURRENCY = 50;

interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly bytes: number;
  readonly hash: string;
  /** Requests in all, those to warm up included. */
  readonly requests: number;
}
type Measured = Load & { readonly cpuMs: number };

/** The same list from the gateway and from a bare Apollo Server that has the answer in memory, in turn. */
export async function benchList(tables: number, rounds: number, duration: number): Promise<void> {
  console.log(`assets(first: 50), ten fields with both observations, ${CONCURRENCY} requests at a time. ${machine()}`);
  const folder = await mkdtemp(join(tmpdir(), "concordat-bench-"));
  try {
    await using sandbox = startChild("sandbox/main.ts", "--port", "0", "--seed", String(tables));
    const { url: catalog } = await sandbox.next<{ url: string }>();
    await using gateway = startChild("bench/list-gateway.ts", catalog, folder);
    const { url, ...counts } = await gateway.next<{ url: string }>();
    console.log(`  the gateway is at rest: ${JSON.stringify(counts)}`);
    await writeFile(join(folder, "answer.json"), await ask(url));
    await using bare = startChild("bench/list-bare.ts", join(folder, "answer.json"));
    const { url: bareUrl } = await bare.next<{ url: string }>();
    const measured: { bare: Measured; gateway: Measured }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const it = { bare: await load(bare, bareUrl, duration), gateway: await load(gateway, url, duration) };
      if (it.bare.hash !== it.gateway.hash) throw new Error("The two did not answer the same bytes");
      measured.push(it);
      console.log(
        `  round ${round}: bare ${it.bare.perSecond.toFixed(1)}/s, gateway ${it.gateway.perSecond.toFixed(1)}/s`,
      );
    }
    report(measured);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ask(url: string): Promise<string> {
  const { body, statusCode } = await request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: LIST_QUERY }),
  });
  const text = await body.text();
  if (statusCode !== 200 || text.includes('"errors"')) throw new Error(text.slice(0, 1_000));
  return text;
}

async function load(server: Child, url: string, duration: number): Promise<Measured> {
  await using child = startChild("bench/list-load.ts", url, String(CONCURRENCY), String(duration));
  const before = await server.processorMs();
  const told = await child.next<Load>();
  return { ...told, cpuMs: ((await server.processorMs()) - before) / told.requests };
}

function report(rounds: readonly { readonly bare: Measured; readonly gateway: Measured }[]): void {
  const of = (side: "bare" | "gateway", value: (load: Measured) => number): number =>
    median(rounds.map((it) => value(it[side])));
  const row = (side: "bare" | "gateway") => ({
    "requests/s": Number(of(side, (it) => it.perSecond).toFixed(1)),
    "p50 ms": Math.round(of(side, (it) => it.p50)),
    "p99 ms": Math.round(of(side, (it) => it.p99)),
    "processor ms": Number(of(side, (it) => it.cpuMs).toFixed(2)),
    "KiB an answer": Math.round(of(side, (it) => it.bytes) / 1024),
  });
  console.log(`Medians of ${rounds.length} rounds:`);
  console.table({ "bare Apollo Server": row("bare"), gateway: row("gateway") });
  const cost = of("bare", (it) => it.perSecond) / of("gateway", (it) => it.perSecond);
  const processor = of("gateway", (it) => it.cpuMs) / of("bare", (it) => it.cpuMs);
  console.log(
    `A list costs ${cost.toFixed(2)} times the bare server's (aim: 2 or less); in processor time, ${processor.toFixed(2)} times.`,
  );
}
