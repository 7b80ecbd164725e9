import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child.ts";
import { machine, median } from "./figures.ts";

const TABLES = 200;

interface Delivered {
  readonly delivered: number;
  /** Milliseconds until the changes were answered, and until everybody had been told of all of them. */
  readonly answeredMs: number;
  readonly ms: number;
  /** Of one message, on average. */
  readonly bytes: number;
}
type Measured = Delivered & { readonly cpuMs: number; readonly peakMb: number };
type Documents = "alike" | "apart";

/** What it costs to tell many subscribers of the same changes, when one execution serves all and when each needs its own, in turn. */
export async function benchSubscribers(subscribers: number, changes: number, rounds: number): Promise<void> {
  console.log(`${subscribers} subscribers over WebSocket, ${changes} changes of a field. ${machine()}`);
  const measured: Record<Documents, Measured>[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const it = {
      apart: await measure(subscribers, changes, "apart"),
      alike: await measure(subscribers, changes, "alike"),
    };
    measured.push(it);
    console.log(
      `  round ${round}: apart ${perSecond(it.apart).toFixed(0)}/s, alike ${perSecond(it.alike).toFixed(0)}/s`,
    );
  }
  report(measured);
}

/** With a gateway of its own, so that its memory is of these subscribers only. */
async function measure(subscribers: number, changes: number, documents: Documents): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "concordat-bench-"));
  try {
    await using sandbox = startChild("sandbox/main.ts", "--port", "0", "--seed", String(TABLES));
    const { url: catalog } = await sandbox.next<{ url: string }>();
    const gateway = startChild("bench/list-gateway.ts", catalog, folder);
    try {
      const { url } = await gateway.next<{ url: string }>();
      await using load = startChild("bench/subscribers-load.ts", url, String(subscribers), String(changes), documents);
      await load.next();
      const before = await gateway.processorMs();
      const told = await load.next<Delivered>();
      if (told.delivered !== subscribers * changes) throw new Error(`${told.delivered} events arrived`);
      const cpuMs = (await gateway.processorMs()) - before;
      const ended = gateway.next<{ peakMb: number }>();
      await load[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      return { ...told, cpuMs, peakMb: (await ended).peakMb };
    } finally {
      await gateway[Symbol.asyncDispose]();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

function perSecond({ delivered, ms }: Measured): number {
  return delivered / (ms / 1_000);
}

function report(rounds: readonly Record<Documents, Measured>[]): void {
  const of = (side: Documents, value: (it: Measured) => number): number => median(rounds.map((it) => value(it[side])));
  const row = (side: Documents) => ({
    "events/s": Math.round(of(side, perSecond)),
    "all told after ms": Math.round(of(side, (it) => it.ms)),
    "processor µs an event": Math.round(of(side, (it) => (it.cpuMs * 1_000) / it.delivered)),
    "peak MiB": Math.round(of(side, (it) => it.peakMb)),
    "bytes a message": Math.round(of(side, (it) => it.bytes)),
  });
  console.log(`Medians of ${rounds.length} rounds:`);
  console.table({ "each executes": row("apart"), "one execution": row("alike") });
  console.log(
    `One execution for all delivers ${(of("alike", perSecond) / of("apart", perSecond)).toFixed(2)} times as many events a second.`,
  );
}
