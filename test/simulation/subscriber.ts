import { follow } from "../../src/log/change-feed.ts";
import type { Wake } from "../../src/ports/bus.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** A process looks at the log that often by itself, whatever it is told. */
const POLL_MS = 15_000;

/**
 * Follows the log from its first entry, through whichever process it is told to, and goes on where it stood when that one dies:
 * it must be given every position once and in order, whatever crashes.
 */
export class Subscriber {
  /** The last position that it was given. */
  cursor = 0;
  readonly #scheduler: Scheduler;
  readonly #say: (invariant: string, what: string) => void;
  #process: SimulatedProcess | undefined;

  constructor(scheduler: Scheduler, say: (invariant: string, what: string) => void) {
    this.#scheduler = scheduler;
    this.#say = say;
  }

  /** Goes over to another process, with its cursor. */
  resumeAt(process: SimulatedProcess): void {
    this.#process = process;
    void this.#read(process);
  }

  /** The log was put back: what it is told from now on is another history. */
  restart(position: number): void {
    this.cursor = Math.min(this.cursor, position);
  }

  async #read(process: SimulatedProcess): Promise<void> {
    const { engine, signal } = process;
    if (!engine) return;
    const wake = this.#polling(process, engine.bus.wake);
    const log = { history: engine.ledger, tail: engine.ledger, wake };
    try {
      for await (const change of follow(log, this.cursor, { matches: () => true }, signal)) {
        if (this.#process !== process) return;
        if (change.position !== this.cursor + 1)
          this.#say("P5", `a subscriber at ${this.cursor} was given ${change.position} next`);
        this.cursor = change.position;
      }
    } catch {
      // The process's ledger failed it: its connection broke, and it resumes there a little later.
      await this.#scheduler.step(process.lane, "subscriber reconnects", POLL_MS);
      if (this.#process === process) void this.#read(process);
    }
  }

  #polling(process: SimulatedProcess, wake: Wake): Wake {
    return {
      get count() {
        return wake.count;
      },
      changedSince: async (seen, signal) => {
        const over = new AbortController();
        const sleep = this.#scheduler.sleep(process.lane, "subscriber waits", POLL_MS, over.signal);
        await Promise.race([wake.changedSince(seen, over.signal), sleep]);
        over.abort("over");
        if (signal.aborted) return;
      },
    };
  }
}
