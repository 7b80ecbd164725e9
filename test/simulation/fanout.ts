import { createInProcessBus } from "../../src/bus/in-process.ts";
import type { Bus } from "../../src/ports/bus.ts";
import type { Coverage } from "./coverage.ts";
import type { Faults } from "./faults.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Lane, Scheduler } from "./scheduler.ts";

export interface FanoutParts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly coverage: Coverage;
  readonly random: RandomStream;
}

/** Carries "look again" from each process to the others, and loses, doubles and delays it. */
export class Fanout {
  readonly #parts: FanoutParts;
  readonly #buses = new Map<Lane, Bus>();

  constructor(parts: FanoutParts) {
    this.#parts = parts;
  }

  /** The bus of one process: it hears of itself at once. */
  join(lane: Lane): Bus {
    const own = createInProcessBus();
    this.#buses.set(lane, own);
    lane.mourners.add(() => this.#buses.delete(lane));
    return {
      wake: own.wake,
      announce: (position) => {
        own.announce(position);
        for (const [other, bus] of this.#buses) if (other !== lane) this.#send(other, bus, position);
      },
      status: () => own.status(),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  #send(to: Lane, bus: Bus, position: number): void {
    const { faults, random, scheduler } = this.#parts;
    if (faults.strikes("signalLost")) return;
    for (let left = faults.strikes("signalDoubled") ? 2 : 1; left > 0; left -= 1) {
      const delay = faults.strikes("signalLate") ? random.int(1_000, 60_000) : random.int(0, 20);
      void scheduler.step(to, "hears", delay).then(() => bus.announce(position));
    }
  }
}
