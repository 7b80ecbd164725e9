import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process of its own, so that its time and memory are its own; it tells what it has to tell as lines of JSON. */
export interface Child extends AsyncDisposable {
  /** The next line. @throws Error with what the process wrote to its standard error, if it ended instead. */
  next<T>(): Promise<T>;
  /** Sends a signal, and answers with the line that the program tells because of it. */
  ask<T>(signal: NodeJS.Signals): Promise<T>;
  /** Processor time that it has taken so far, in milliseconds. The program calls `tellProcessorTime` for this. */
  processorMs(): Promise<number>;
}

/** @param program path from the project's root. */
export function startChild(program: string, ...programArguments: readonly string[]): Child {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...programArguments], { stdio: ["ignore", "pipe", "pipe"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => (complaint = `${complaint}${text.toString()}`.slice(-4_000)));
  const next = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (line.done) throw new Error(`${program} ended: ${complaint}`);
    return JSON.parse(line.value) as T;
  };
  const ask = <T>(signal: NodeJS.Signals): Promise<T> => {
    child.kill(signal);
    return next<T>();
  };
  return {
    next,
    ask,
    processorMs: async () => (await ask<{ cpuMs: number }>("SIGUSR2")).cpuMs,
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

export function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Processor time of this process so far, on all its threads, in milliseconds. */
export function processorMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1_000;
}

/** Tells `processorMs` whenever it is asked for. */
export function tellProcessorTime(): void {
  process.on("SIGUSR2", () => tell({ cpuMs: processorMs() }));
}

/** Peak resident memory of this process so far, in MiB. */
export function peakMemory(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
