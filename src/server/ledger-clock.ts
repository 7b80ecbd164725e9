import type { Clock } from "../ports/clock.ts";
import type { Report } from "../ports/engine.ts";
import { systemClock } from "./system.ts";

/** How often the ledger is asked for the time, and how often in a row at the start: the quickest answer is the truest. */
const ASK_EVERY_MS = 15_000;
const FIRST_ASKS = 3;
/** Where the machine's two clocks part by more than this, it slept, or somebody set its clock: milliseconds. */
const MOST_APART_MS = 1_000;
const ASK_AGAIN_MS = 500;

export interface LedgerClock extends Clock, AsyncDisposable {}

/** The machine's own clocks, in milliseconds. */
export interface OwnClocks {
  /** Since whenever; nobody sets it, and it stands still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Since 1970; it goes on while the machine sleeps, and anybody may set it. */
  readonly wall: () => number;
}
const OWN: OwnClocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/**
 * The ledger's time, for processes that compare ends of leases with one another: one whose own clock is an hour off, or is set while
 * it runs, neither takes what others hold nor keeps them out. Between the answers it goes on by a clock that nobody sets. That one
 * stands still while the machine sleeps: then the time is in doubt until the ledger has been asked anew.
 *
 * @param readTime the ledger's time, in milliseconds since 1970.
 */
export async function openLedgerClock(
  readTime: () => Promise<number>,
  report: Report,
  own: OwnClocks = OWN,
): Promise<LedgerClock> {
  const first: Answer[] = [];
  while (first.length < FIRST_ASKS) first.push(await ask(readTime, own));
  const best = first.reduce((one, it) => (it.tookMs < one.tookMs ? it : one));
  return new AskingClock(best, readTime, report, own);
}

interface Answer {
  /** The ledger's time less the monotonic clock's. */
  readonly offset: number;
  readonly tookMs: number;
  /** The wall clock's time less the monotonic clock's, when it was asked. */
  readonly apart: number;
}

async function ask(readTime: () => Promise<number>, { monotonic, wall }: OwnClocks): Promise<Answer> {
  const asked = monotonic();
  const apart = wall() - asked;
  const time = await readTime();
  const answered = monotonic();
  return { offset: time - (asked + answered) / 2, tookMs: answered - asked, apart };
}

class AskingClock implements LedgerClock {
  readonly sleep = systemClock.sleep;
  readonly #readTime: () => Promise<number>;
  readonly #report: Report;
  readonly #own: OwnClocks;
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;
  #rest = new AbortController();
  #offset: number;
  #apart: number;
  #isInDoubt = false;

  constructor({ apart, offset }: Answer, readTime: () => Promise<number>, report: Report, own: OwnClocks) {
    this.#apart = apart;
    this.#offset = offset;
    this.#readTime = readTime;
    this.#report = report;
    this.#own = own;
    this.#over = this.#askOn();
  }

  /** While it is in doubt it is behind: what others hold is not taken for over. */
  now(): number {
    this.#look();
    return Math.floor(this.#own.monotonic() + this.#offset);
  }

  get isInDoubt(): boolean {
    this.#look();
    return this.#isInDoubt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#rest.abort("stopped");
    await this.#over;
  }

  #look(): void {
    if (this.#isInDoubt || !this.#isParted(this.#apart)) return;
    this.#isInDoubt = true;
    this.#rest.abort("at once");
  }

  #isParted(apart: number): boolean {
    const { monotonic, wall } = this.#own;
    return Math.abs(wall() - monotonic() - apart) > MOST_APART_MS;
  }

  async #askOn(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (!this.isInDoubt) {
        this.#rest = new AbortController();
        await this.sleep(ASK_EVERY_MS, this.#rest.signal);
      }
      const isKnown = this.#stop.signal.aborted || (await this.#ask());
      if (!isKnown) await this.sleep(ASK_AGAIN_MS, this.#stop.signal);
    }
  }

  /** Whether the time is known for sure. */
  async #ask(): Promise<boolean> {
    try {
      const { apart, offset, tookMs } = await ask(this.#readTime, this.#own);
      if (this.#isParted(apart)) return false; // the machine slept while it was asked
      // An answer that was long under way says little: the clock drifts by less than that, as long as it goes.
      if (this.isInDoubt || tookMs < Math.abs(offset - this.#offset)) this.#offset = offset;
      if (this.isInDoubt) this.#report("warn", "machine-slept-or-clock-set", { byMs: Math.round(apart - this.#apart) });
      this.#apart = apart;
      this.#isInDoubt = false;
      return true;
    } catch (error) {
      this.#report("debug", "time-unknown", { error: String(error) });
      return !this.isInDoubt;
    }
  }
}
