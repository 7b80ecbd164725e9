import type { RandomStream } from "./random-stream.ts";
import type { Lane, Scheduler } from "./scheduler.ts";

/** How far a process's own clock is ahead, in milliseconds. */
export interface Skew {
  value: number;
  /** It has noticed that its clock was set, or that its machine slept, and has not asked for the time yet. */
  isInDoubt: boolean;
}

/** Within so many milliseconds after it goes on, a process whose clock jumped has asked for the time. */
const ASKS_WITHIN = 500;

/**
 * The processes' own clocks. Those that are the ledger's are right again once they have asked; that of a process that is alone stays as it
 * is. Neither goes unnoticed: see `src/server/ledger-clock.ts`.
 */
export class Clocks {
  /** The farthest that any of them was from the truth. */
  mostSkewMs = 0;
  readonly #scheduler: Scheduler;
  readonly #areLedgers: boolean;
  readonly #processes: { readonly skew: Skew; readonly lane: Lane }[] = [];

  /** @param areLedgers whether the processes take the ledger's time for their own. */
  constructor(scheduler: Scheduler, areLedgers: boolean) {
    this.#scheduler = scheduler;
    this.#areLedgers = areLedgers;
  }

  /** The clock of a process that begins: it has just asked, or the machine's is as it was. */
  of(index: number, lane: Lane): Skew {
    const skew = { value: this.#areLedgers ? 0 : (this.#processes[index]?.skew.value ?? 0), isInDoubt: false };
    this.#processes[index] = { skew, lane };
    return skew;
  }

  jump(random: RandomStream): void {
    const { lane, skew } = random.pick(this.#processes);
    skew.value += random.int(-200_000, 200_000);
    skew.isInDoubt = true;
    this.mostSkewMs = Math.max(this.mostSkewMs, Math.abs(skew.value));
    void this.#scheduler.step(lane, "asks for the time", ASKS_WITHIN).then(() => {
      skew.isInDoubt = false;
      if (this.#areLedgers) skew.value = 0;
    });
  }

  setRight(): void {
    for (const { skew } of this.#processes) skew.value = 0;
  }
}
