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

/** The processes' own clocks. One that jumps may stay wrong, but not unnoticed: see `src/server/ledger-clock.ts`. */
export class Clocks {
  /** The farthest that any of them was from the truth. */
  mostSkewMs = 0;
  readonly #scheduler: Scheduler;
  readonly #processes: { readonly skew: Skew; readonly lane: Lane }[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** The clock of a process that begins: the machine's is as it was, and it has just asked. */
  of(index: number, lane: Lane): Skew {
    const skew = { value: this.#processes[index]?.skew.value ?? 0, isInDoubt: false };
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
    });
  }

  setRight(): void {
    for (const { skew } of this.#processes) skew.value = 0;
  }
}
