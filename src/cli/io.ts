import { setTimeout as after } from "node:timers/promises";
import { type Environment, processEnvironment } from "../config/environment.ts";
import { createInterruption } from "./interruption.ts";

/** Where a command writes. */
export interface Output {
  write(text: string): void;
  /** Resolves when little enough is buffered to go on; a stream of events waits for it, so that memory stays bounded. */
  drained(): Promise<void>;
  readonly isTTY: boolean;
  /** Characters a line, or undefined where there is no terminal. */
  readonly columns: number | undefined;
}

/** All that a command sees of its process, so that tests need none. */
export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  /** Absolute path that relative ones are resolved against. */
  readonly cwd: string;
  /** "v24.2.0". */
  readonly nodeVersion: string;
  /** Aborts on the first Ctrl-C or SIGTERM, and when nobody reads stdout any more. */
  readonly signal: AbortSignal;
  /** Resolves after so many milliseconds, or when `signal` aborts. Never rejects. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** The real process. The first Ctrl-C or SIGTERM aborts `signal`; a second one ends the process at once, as without us. */
export function processIo(): CliIo {
  const interruption = createInterruption(
    () => performance.now(),
    (name) => {
      process.off("SIGINT", interruption.onSignal).off("SIGTERM", interruption.onSignal);
      process.kill(process.pid, name);
    },
  );
  process.on("SIGINT", interruption.onSignal).on("SIGTERM", interruption.onSignal);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    interruption.abort("EPIPE"); // `concordat changes --follow | head` ends like any other command in a pipe
  });
  return {
    stdout: streamOutput(process.stdout),
    stderr: streamOutput(process.stderr),
    env: processEnvironment(),
    cwd: process.cwd(),
    nodeVersion: process.version,
    signal: interruption.signal,
    pause: (ms, signal) => after(ms, undefined, { signal }).catch(() => undefined),
  };
}

function streamOutput(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      if (stream.writable) stream.write(text);
    },
    drained: async () => {
      if (!stream.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          stream.off("drain", done).off("close", done).off("error", done);
          resolve();
        };
        stream.on("drain", done).on("close", done).on("error", done);
      });
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
  };
}
