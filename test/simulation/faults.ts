import type { Coverage } from "./coverage.ts";
import type { RandomStream } from "./random-stream.ts";

/** How often things go wrong, from 0 (never) to 1. Every seed switches some of them on. */
export const FAULT_KINDS = [
  "slow", "readFails", "writeFails", "answerLost", "requestLost", "late", "listingTorn", "listingTruncated", "listingEmpty",
  "listingForbidden", "listingStale", "ledgerFails", "ledgerAnswerLost", "crash", "stands", "raced",
  "duplicated", "cursorExpired", "signalLost", "signalDoubled", "signalLate", "blackHole", "partition", "diskFull", "poison",
  "overtaken", "outrun", "ledgerSlow", "standsAtWork", "downEarly",
] as const; // biome-ignore format: one glance
export type FaultKind = (typeof FAULT_KINDS)[number];

const RATES: Readonly<Record<FaultKind, number>> = {
  slow: 0.03, readFails: 0.08, writeFails: 0.1, answerLost: 0.15, requestLost: 0.15, late: 0.1, listingTorn: 0.3, listingTruncated: 0.3,
  listingEmpty: 0.3, listingForbidden: 0.2, listingStale: 0.3, ledgerFails: 0.015, ledgerAnswerLost: 0.015, crash: 0.006, stands: 0.005, raced: 0.15,
  duplicated: 0.1, cursorExpired: 0.2, signalLost: 0.3, signalDoubled: 0.3, signalLate: 0.3, blackHole: 0, partition: 0, diskFull: 0, poison: 0,
  overtaken: 0.15, outrun: 0.15, ledgerSlow: 0.02, standsAtWork: 0.1, downEarly: 0,
}; // biome-ignore format: one glance

/** An hour without a source takes long to play. */
const RARE: Readonly<Partial<Record<FaultKind, number>>> = {
  blackHole: 0.05,
  partition: 0.5,
  diskFull: 0.5,
  poison: 0.5,
  overtaken: 0.5,
  outrun: 0.5,
  ledgerSlow: 0.5,
  standsAtWork: 0.5,
};

/** What goes wrong in one history, while it is to go wrong. Each kind has chance of its own: one switched off moves no other. */
export class Faults {
  readonly kinds: ReadonlySet<FaultKind>;
  readonly #streams: ReadonlyMap<FaultKind, RandomStream>;
  readonly #coverage: Coverage;
  #on = true;
  #isCalm = false;

  /** @param only of those that chance switches on, these. */
  constructor(random: RandomStream, coverage: Coverage, only?: readonly FaultKind[]) {
    const share = random.pick([0, 0.15, 0.3, 0.6]);
    this.kinds = new Set(
      FAULT_KINDS.filter((it) => random.chance(share * (RARE[it] ?? 1)) && (only?.includes(it) ?? true)),
    );
    this.#streams = new Map([...this.kinds].map((it) => [it, random.fork(it)]));
    this.#coverage = coverage;
  }

  get on(): boolean {
    return this.#on;
  }

  end(): void {
    this.#on = false;
  }

  /** Only what lasts goes on: nothing strikes any more. */
  calm(): void {
    this.#isCalm = true;
  }

  strikes(kind: FaultKind): boolean {
    const strikes = this.#on && !this.#isCalm && this.#streams.get(kind)?.chance(RATES[kind]) === true;
    if (strikes) this.#coverage.count(`fault: ${kind}`);
    return strikes;
  }
}
