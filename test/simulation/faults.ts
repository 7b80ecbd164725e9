import type { Coverage } from "./coverage.ts";
import type { RandomStream } from "./random-stream.ts";

/** How often things go wrong, from 0 (never) to 1. Every seed switches some of them on. */
export const FAULT_KINDS = [
  "slow", "readFails", "writeFails", "answerLost", "requestLost", "late", "listingTorn", "listingTruncated", "listingEmpty",
  "listingForbidden", "listingStale", "ledgerFails", "ledgerAnswerLost", "crash", "stands",
] as const; // biome-ignore format: one glance
export type FaultKind = (typeof FAULT_KINDS)[number];

const RATES: Readonly<Record<FaultKind, number>> = {
  slow: 0.03, readFails: 0.08, writeFails: 0.1, answerLost: 0.15, requestLost: 0.15, late: 0.1, listingTorn: 0.3, listingTruncated: 0.3,
  listingEmpty: 0.3, listingForbidden: 0.2, listingStale: 0.3, ledgerFails: 0.01, ledgerAnswerLost: 0.01, crash: 0.004, stands: 0.003,
}; // biome-ignore format: one glance

/** What goes wrong in one history, while it is to go wrong. */
export class Faults {
  readonly kinds: ReadonlySet<FaultKind>;
  readonly #coverage: Coverage;
  #on = true;

  constructor(random: RandomStream, coverage: Coverage) {
    const share = random.pick([0, 0.15, 0.3, 0.6]);
    this.kinds = new Set(FAULT_KINDS.filter(() => random.chance(share)));
    this.#coverage = coverage;
  }

  get on(): boolean {
    return this.#on;
  }

  end(): void {
    this.#on = false;
  }

  strikes(kind: FaultKind, random: RandomStream): boolean {
    const strikes = random.chance(RATES[kind]) && this.#on && this.kinds.has(kind);
    if (strikes) this.#coverage.count(`fault: ${kind}`);
    return strikes;
  }
}
