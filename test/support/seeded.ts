import type { Ids } from "../../src/ports/ids.ts";
import type { Random } from "../../src/ports/random.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** Ids that count up. */
export function countingIds(): Ids {
  let count = 0;
  return {
    ulid: () => {
      count += 1;
      let text = "";
      for (let rest = count; rest > 0; rest = Math.floor(rest / 32)) text = (CROCKFORD[rest % 32] ?? "") + text;
      return `01${text.padStart(24, "0")}`;
    },
  };
}
