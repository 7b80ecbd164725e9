import type { CliIo, Output } from "../../src/cli/io.ts";
import { run } from "../../src/cli/main.ts";
import type { StartGateway } from "../../src/server/running-gateway.ts";

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Columns of a terminal on stdout and stderr; left out: a pipe. */
  readonly terminal?: number;
  readonly nodeVersion?: string;
  readonly startGateway?: StartGateway;
  /** Called with all of stdout after every write. */
  readonly onStdout?: (text: string, stop: (reason?: string) => void) => void;
  readonly onStderr?: (text: string, stop: (reason?: string) => void) => void;
  readonly pause?: CliIo["pause"];
  /** When stdout can take more; left out: always. */
  readonly drained?: () => Promise<void>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process, against recorded output and without waiting. */
export async function runCli(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const controller = new AbortController();
  const text = { stdout: "", stderr: "" };
  const stop = (reason = "SIGINT"): void => controller.abort(reason);
  const output = (name: "stdout" | "stderr", onWrite: RunOptions["onStdout"]): Output => ({
    write: (it) => {
      text[name] += it;
      onWrite?.(text[name], stop);
    },
    drained: options.drained ?? (async () => undefined),
    isTTY: options.terminal !== undefined,
    columns: options.terminal,
  });
  const io: CliIo = {
    stdout: output("stdout", options.onStdout),
    stderr: output("stderr", options.onStderr),
    env: options.env ?? {},
    cwd: options.cwd ?? import.meta.dirname,
    nodeVersion: options.nodeVersion ?? "v24.0.0",
    signal: controller.signal,
    pause: options.pause ?? (() => new Promise((resolve) => setImmediate(resolve))),
  };
  const code = await run(argv, io, options.startGateway);
  return { code, ...text };
}
