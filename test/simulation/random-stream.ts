import { seededRandom } from "../support/seeded.ts";

/** Chance from one seed. Each component forks a stream of its own, so that a draw added elsewhere disturbs none of it. */
export class RandomStream {
  readonly #seed: number;
  #random: { next(): number };

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    // The first numbers of near seeds are near each other.
    for (let warm = 0; warm < 3; warm += 1) this.#random.next();
  }

  fork(name: string): RandomStream {
    let mixed = this.#seed ^ 0x9e3779b9;
    for (const letter of name) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    return new RandomStream(Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 0);
  }

  /** Goes on with the numbers of that fork. */
  turnTo(name: string): void {
    this.#random = this.fork(name).#random;
  }

  next(): number {
    return this.#random.next();
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new Error("Nothing to pick from.");
    return item;
  }

  shuffle<T>(items: readonly T[]): readonly T[] {
    return items.map((it) => [this.next(), it] as const).sort((left, right) => left[0] - right[0]).map(([, it]) => it); // biome-ignore format: one glance
  }
}
