import type { CliIo } from "./io.ts";
import { plainLine } from "./plain-text.ts";

/** Milliseconds between two plain lines: a log is no place for every step. */
const PLAIN_EVERY_MS = 5_000;

/** How far long work is, on stderr: one line that is written anew on a terminal, plain lines now and then in a pipe. */
export class Progress {
  readonly #io: CliIo;
  #shown = "";
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(io: CliIo) {
    this.#io = io;
  }

  show(text: string): void {
    const line = plainLine(text);
    if (line === this.#shown) return;
    const { stderr } = this.#io;
    if (stderr.isTTY) {
      this.#shown = line;
      stderr.write(`\r\u001b[2K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
    } else if (performance.now() - this.#saidAt >= PLAIN_EVERY_MS) {
      this.#shown = line;
      this.#saidAt = performance.now();
      stderr.write(`${line}\n`);
    }
  }

  /** Takes the line away from a terminal, so that the result stands alone. */
  clear(): void {
    if (this.#io.stderr.isTTY && this.#shown !== "") this.#io.stderr.write("\r\u001b[2K");
    this.#shown = "";
  }
}

/** Runs `work`, which may show how far it is, and takes the line away after. */
export async function withProgress<T>(io: CliIo, text: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = new Progress(io);
  progress.show(text);
  try {
    return await work(progress);
  } finally {
    progress.clear();
  }
}
