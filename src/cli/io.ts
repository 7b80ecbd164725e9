import { setTimeout as after } from "node:timers/promises";
import { type Environment, processEnvironment } from "../config/environment.ts";

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

/** Signals of one press arrive up to three times within this time: from the terminal, from npm, from a launcher. */
const SAME_PRESS_MS = 400;

/** The real process. The first SIGINT or SIGTERM aborts `signal`; a second one ends the process at once, as without us. */
export function processIo(): CliIo {
  const controller = new AbortController();
  let stoppedAt = 0;
  const stop = (signal: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      stoppedAt = performance.now();
      controller.abort(signal);
    } else if (performance.now() - stoppedAt > SAME_PRESS_MS) {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      process.kill(process.pid, signal);
    }
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    controller.abort("EPIPE"); // `concordat changes --follow | head` ends like any other command in a pipe
  });
  return {
    stdout: streamOutput(process.stdout),
    stderr: streamOutput(process.stderr),
    env: processEnvironment(),
    cwd: process.cwd(),
    nodeVersion: process.version,
    signal: controller.signal,
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
