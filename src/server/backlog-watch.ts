import type { Backlog, BacklogLedger } from "../ports/backlog.ts";

/** For one look at the ledger: milliseconds. A database that hangs is told as one that is gone. */
const PATIENCE_MS = 2_000;

/** What is yet to be done, as readiness and metrics tell it: whoever asks, the ledger is looked at once at a time. */
export class BacklogWatch {
  readonly #ledger: BacklogLedger;
  readonly #now: () => number;
  readonly #patienceMs: number;
  #reading: Promise<Backlog> | undefined;
  #last: { readonly backlog: Backlog; readonly at: number } | undefined;
  /** The oldest mark of each source, and when it was first seen to be that. */
  readonly #oldest = new Map<string, { readonly position: number; readonly seenAt: number }>();

  /** @param now monotonic milliseconds. */
  constructor(ledger: BacklogLedger, now: () => number = () => performance.now(), patienceMs = PATIENCE_MS) {
    this.#ledger = ledger;
    this.#now = now;
    this.#patienceMs = patienceMs;
  }

  /**
   * @param maxAgeMs how old the answer may be.
   * @throws Error if the ledger fails, or does not answer in time.
   */
  async look(maxAgeMs: number): Promise<Backlog> {
    if (this.#last && this.#now() - this.#last.at <= maxAgeMs) return this.#last.backlog;
    this.#reading ??= this.#read();
    return within(this.#reading, this.#patienceMs);
  }

  /** Since when the oldest piece of work of `source` has been seen to be the oldest, in milliseconds; 0 if there is none. */
  waitingMs(source: string): number {
    const oldest = this.#oldest.get(source);
    return oldest ? this.#now() - oldest.seenAt : 0;
  }

  async #read(): Promise<Backlog> {
    try {
      const backlog = await this.#ledger.backlog();
      this.#last = { backlog, at: this.#now() };
      this.#remember(backlog);
      return backlog;
    } finally {
      this.#reading = undefined;
    }
  }

  #remember({ work }: Backlog): void {
    const positions = new Map(work.map((it) => [it.source as string, it.oldest]));
    for (const source of this.#oldest.keys()) if (!positions.has(source)) this.#oldest.delete(source);
    for (const [source, position] of positions) {
      if (this.#oldest.get(source)?.position !== position) this.#oldest.set(source, { position, seenAt: this.#now() });
    }
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
