import type { Coverage } from "./coverage.ts";
import type { RandomStream } from "./random-stream.ts";
import type { SimulatedTreaty } from "./scenario.ts";
import type { Lane, Scheduler } from "./scheduler.ts";

export interface RollOutParts {
  readonly treaties: readonly SimulatedTreaty[];
  readonly replicas: number;
  readonly scheduler: Scheduler;
  readonly world: Lane;
  readonly coverage: Coverage;
  readonly random: RandomStream;
  /** Ends that process and starts it anew. */
  readonly restart: (index: number) => void;
}

/** Another treaty, process by process: for a while some have the new one and some the old one. */
export class RollOut {
  readonly #parts: RollOutParts;
  /** So many processes have the next treaty. */
  #renewed = 0;

  constructor(parts: RollOutParts) {
    this.#parts = parts;
  }

  treatyOf(index: number): SimulatedTreaty {
    const treaty = this.#parts.treaties[index < this.#renewed ? 1 : 0];
    if (!treaty) throw new Error("no treaty");
    return treaty;
  }

  /** @returns the treaty that comes; undefined if it has come already. */
  begin(): SimulatedTreaty | undefined {
    if (this.#renewed > 0) return undefined;
    this.#parts.coverage.count("people: another treaty");
    this.#parts.scheduler.note("another treaty");
    this.#renew();
    void this.#goOn();
    return this.treatyOf(0);
  }

  /** Those that still have the old one get the new one now. */
  finish(): void {
    if (this.#renewed > 0) while (this.#renewed < this.#parts.replicas) this.#renew();
  }

  async #goOn(): Promise<void> {
    const { coverage, random, replicas, scheduler, world } = this.#parts;
    while (this.#renewed < replicas) {
      coverage.count("processes had two treaties");
      await scheduler.step(world, "rolls on", random.int(0, 60_000));
      if (this.#renewed < replicas) this.#renew();
    }
  }

  #renew(): void {
    this.#renewed += 1;
    this.#parts.restart(this.#renewed - 1);
  }
}
