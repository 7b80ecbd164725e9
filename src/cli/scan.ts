import { Command } from "commander";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { GraphClient } from "./graph-client.ts";
import { refuseOnUserErrors } from "./graph-errors.ts";
import type { CliIo } from "./io.ts";
import { SCAN, SCANNING, type ScanReport } from "./operations.ts";
import type { Printer } from "./printer.ts";
import { type Progress, withProgress } from "./progress.ts";
import { type Cli, type GatewayOptions, inSession, type Session, withGatewayOptions } from "./session.ts";
import { count, showDuration } from "./show-value.ts";

interface ScanOptions extends GatewayOptions {
  readonly wait: boolean;
}

/** Milliseconds between two looks at how far a scan is. */
const LOOK_EVERY_MS = 1_000;

export function scanCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("scan"))
    .description("read whole sources, to find what events missed")
    .argument("[source...]", "names of sources; all if left out")
    .option("--no-wait", "do not wait until the scans have ended")
    .addHelpText("after", "\nExit code 1 if a scan did not see everything.")
    .action((sources: string[], options: ScanOptions) =>
      inSession(cli, options, (session) => scan(session, sources, options)),
    );
}

async function scan(
  { client, io, print }: Session,
  sources: readonly string[],
  options: ScanOptions,
): Promise<ExitCode> {
  const input = { ...(sources.length > 0 ? { sources } : {}), wait: options.wait };
  const work = client.ask(SCAN, { input }, Number.POSITIVE_INFINITY);
  const { scan: payload } = await (options.wait ? showing(work, sources, client, io) : work);
  refuseOnUserErrors(payload.userErrors);
  if (options.json) print.json(payload.reports);
  else if (options.wait) printReports(payload.reports, print);
  else print.line('Scanning. "concordat changes --follow" shows what it finds.');
  return payload.reports.every((it) => it.complete) ? EXIT.done : EXIT.failed;
}

/** Waits for `work`, and meanwhile shows how far the scans are. */
async function showing<T>(work: Promise<T>, sources: readonly string[], client: GraphClient, io: CliIo): Promise<T> {
  return await withProgress(io, "Scanning …", async (progress) => {
    const over = new AbortController();
    const looking = look(client, sources, progress, io, over.signal);
    try {
      return await work;
    } finally {
      over.abort();
      await looking;
    }
  });
}

async function look(
  client: GraphClient,
  named: readonly string[],
  progress: Progress,
  io: CliIo,
  over: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([over, io.signal]);
  for (;;) {
    await io.pause(LOOK_EVERY_MS, signal);
    if (signal.aborted) return;
    // Only a look: where it fails the scan's own answer says what is wrong.
    const answer = await client.ask(SCANNING, {}).catch(() => undefined);
    if (signal.aborted) return;
    const running =
      answer?.sources.filter((it) => it.scanning && (named.length === 0 || named.includes(it.name))) ?? [];
    if (running.length > 0)
      progress.show(`Scanning ${running.map((it) => `${it.name}: ${count(it.scanned, "asset")}`).join(", ")} …`);
  }
}

function printReports(reports: readonly ScanReport[], print: Printer): void {
  const right = { align: "right" } as const;
  print.table(
    [
      { title: "SOURCE" },
      { title: "SCAN" },
      { title: "ASSETS", ...right },
      { title: "CHANGED", ...right },
      { title: "FAILED", ...right },
      { title: "SUSPECTED", ...right },
      { title: "RETIRED", ...right },
      { title: "TOOK", ...right },
    ],
    reports.map((it) => [
      it.source,
      it.complete ? { text: "complete", style: "green" } : { text: "incomplete", style: "red" },
      ...[it.assets, it.changed, it.failed, it.suspected, it.retired].map(String),
      showDuration(it.tookMs),
    ]),
  );
  for (const { source, error } of reports) {
    if (error) print.line(`${source}: ${error.code}: ${print.paint("red", error.message)}`);
  }
  if (reports.some((it) => !it.complete)) print.line("Nothing was concluded from what an incomplete scan did not see.");
}
