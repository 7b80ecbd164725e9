import type { Config } from "../config/config.ts";
import { formatProblem } from "../config/config-problem.ts";
import { loadConfig } from "../config/load-config.ts";
import type { RunningGateway, StartGateway } from "../server/running-gateway.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { type Found, lookAround } from "./found.ts";
import type { CliIo } from "./io.ts";
import { plainLine } from "./plain-text.ts";
import { Printer } from "./printer.ts";
import { type Progress, withProgress } from "./progress.ts";
import { resetDataFolder } from "./reset-data-folder.ts";
import { describeProblems } from "./run-check.ts";
import { count } from "./show-value.ts";
import type { StartOptions } from "./start.ts";
import { explainStartFailure } from "./start-failure.ts";
import { createStartLog } from "./start-log.ts";
import { suggestCommands } from "./suggestions.ts";

/** Starts a gateway, says where it is and what it found, and stops it when it is to stop. */
export async function runStart(io: CliIo, options: StartOptions, startGateway: StartGateway): Promise<ExitCode> {
  const loaded = await loadConfig({ file: options.config, env: io.env, cwd: io.cwd });
  if (!loaded.ok) {
    const [first, ...others] = loaded.error;
    io.stderr.write(
      first && others.length === 0 ? `${plainLine(formatProblem(first))}\n` : describeProblems(loaded.error),
    );
    return EXIT.attention;
  }
  const config = loaded.value;
  const print = new Printer(io);
  if (options.reset) {
    const deleted = await resetDataFolder(config);
    if (deleted.length > 0) print.note(`Deleted ${deleted.join(", ")} in ${config.dataFolder}.`);
  }
  const running = await open(config, options.restored === true, io, startGateway);
  try {
    await serve(running, config, io, print, options.json === true);
  } finally {
    if (!options.json) print.note("Stopping …");
    await running.close();
  }
  return EXIT.done;
}

/** Milliseconds after which a start that goes on shows its log. */
const HOLD_LOG_MS = 2_000;

async function open(config: Config, restored: boolean, io: CliIo, startGateway: StartGateway): Promise<RunningGateway> {
  const { log, release } = createStartLog(config.logLevel, io);
  const started = new AbortController();
  void io.pause(HOLD_LOG_MS, started.signal).then(() => started.signal.aborted || release());
  try {
    const running = await startGateway({ config, env: io.env, log, restored });
    release();
    return running;
  } catch (error) {
    const failure = explainStartFailure(error, config);
    if (!failure) release();
    throw failure ?? error;
  } finally {
    started.abort();
  }
}

/** Resolves when the gateway is to stop. */
async function serve(running: RunningGateway, config: Config, io: CliIo, print: Printer, json: boolean): Promise<void> {
  const { graphqlUrl, sandboxUrl, dataFolder } = running;
  if (json)
    await print.jsonLine({
      event: "listening",
      graphqlUrl,
      sandboxUrl: sandboxUrl ?? null,
      dataFolder,
      config: config.file,
    });
  else printAddresses(running, config, print);
  const stopped = untilAborted(io.signal);
  const found = await Promise.race([stopped, firstScan(running, io)]);
  if (found === undefined) return;
  if (json) await print.jsonLine({ event: "scanned", ...found });
  else printFound(found, running, config, print);
  await stopped;
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** Shows how far the first scan is, and then what there is; undefined if it was interrupted. */
async function firstScan(running: RunningGateway, io: CliIo): Promise<Found | undefined> {
  return await withProgress(io, "First scan …", async (progress) => {
    const over = new AbortController();
    const showing = showScans(running, progress, io, AbortSignal.any([over.signal, io.signal]));
    try {
      await running.firstScan;
      return await tellFound(running, io);
    } finally {
      over.abort();
      await showing;
    }
  });
}

const ASK_AGAIN_MS = 1_000;

/** What was found is told as soon as the ledger tells it: one that is away for a moment ends no gateway that serves. */
async function tellFound(running: RunningGateway, io: CliIo): Promise<Found | undefined> {
  while (!io.signal.aborted) {
    try {
      return await lookAround(running, io.signal);
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      io.stderr.write(`${plainLine(`The ledger does not answer yet: ${because}`)}\n`);
      await io.pause(ASK_AGAIN_MS, io.signal);
    }
  }
  return undefined;
}

async function showScans(
  { gateway }: RunningGateway,
  progress: Progress,
  io: CliIo,
  signal: AbortSignal,
): Promise<void> {
  for (; !signal.aborted; await io.pause(500, signal)) {
    const scanning = gateway.sources().filter((it) => it.scanning);
    const counts = scanning.map((it) => `${it.id}: ${count(it.scanned, "asset")}`);
    if (counts.length > 0) progress.show(`First scan … ${counts.join(", ")}`);
  }
}

function printAddresses({ graphqlUrl, sandboxUrl, dataFolder }: RunningGateway, config: Config, print: Printer): void {
  const rows: [string, string][] = [
    ["Graph", `${graphqlUrl}  (POST, WebSocket, and GraphiQL in a browser)`],
    ...(sandboxUrl === undefined ? [] : [["Sandbox lakehouse", `${sandboxUrl}  (Iceberg REST)`] as [string, string]]),
    ["Config", config.demo ? `${config.file}  (the demo's)` : config.file],
    ["Data", dataFolder],
  ];
  print.line(print.paint("bold", "Concordat is running."));
  for (const [name, value] of rows) print.line(`  ${name.padEnd(18)} ${print.plain(value)}`);
}

function printFound(found: Found, running: RunningGateway, config: Config, print: Printer): void {
  const { assets, fields, assetsInSync, drift, failing } = found;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, number]) => `${number.toLocaleString("en-US")} ${name}`)
      .join(", ");
  const total = Object.values(assets).reduce((sum, it) => sum + it, 0);
  const drifts = Object.values(drift).reduce((sum, it) => sum + it, 0);
  print.line(print.paint("bold", "Found"));
  print.line(`  ${count(total, "asset")}${total > 0 ? `: ${list(assets)}` : ""}`);
  if (fields)
    print.line(
      `  ${count(fields.governed, "field")} with a value, ${print.paint("green", `${fields.inSync.toLocaleString("en-US")} in sync`)}`,
    );
  else print.line(`  ${print.paint("green", `${count(assetsInSync, "asset")} in sync`)}`);
  print.line(`  ${drifts === 0 ? "no drift" : print.paint("yellow", `${count(drifts, "drift")}: ${list(drift)}`)}`);
  for (const it of failing) print.line(`  ${print.paint("red", `${it.source} failed: ${it.message}`)}`);
  print.line(print.paint("bold", "Try"));
  for (const command of suggestCommands(running.graphqlUrl, config, found)) print.line(`  ${command}`);
  print.line(print.paint("dim", "Ctrl-C stops it; starting again continues where it was."));
}
