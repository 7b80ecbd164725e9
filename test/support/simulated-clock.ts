import type { Clock } from "../../src/ports/clock.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

const QUIET_TURNS = 8;

/** What is under way without waiting for time: time does not pass over it. */
export class Busy {
  #count = 0;

  get isBusy(): boolean {
    return this.#count > 0;
  }

  /** The same object; while one of its methods is at work, it is busy. */
  watch<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (it, name) => {
        const value: unknown = Reflect.get(it, name);
        if (typeof value !== "function") return value;
        return (...args: readonly unknown[]): unknown => {
          const result: unknown = Reflect.apply(value, it, args);
          if (result instanceof Promise) void this.#until(result);
          return result;
        };
      },
    });
  }

  async #until(work: Promise<unknown>): Promise<void> {
    this.#count += 1;
    await work.catch(() => undefined);
    this.#count -= 1;
  }
}

/** Time that stands still until a test moves it; whoever sleeps wakes in the order of time. */
export class SimulatedClock implements Clock {
  #now: number;
  readonly #busy: Busy;
  #runs: readonly Promise<unknown>[] = [];
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = Date.UTC(2026, 0, 1), busy = new Busy()) {
    this.#now = now;
    this.#busy = busy;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), wake: () => done() };
      const done = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  /** Moves time on, waking everybody whose time comes on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (let next = this.#next(); next && next.at <= until; next = this.#next()) {
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await this.#settled();
    }
    this.#now = Math.max(this.#now, until);
  }

  /** Waits for `promise`; whenever nothing else can go on, time jumps to the next sleeper. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
      this.#runs = this.#runs.filter((it) => it !== promise);
    };
    this.#runs = [...this.#runs, promise];
    promise.then(over, over);
    for (let idle = 0; !isOver; idle += 1) {
      await this.#settled(promise);
      const next = this.#next();
      if (isOver) break;
      if (next) await this.advance(Math.max(0, next.at - this.#now));
      else if (idle > 1_000) throw new Error("Nothing goes on any more: what was waited for never comes.");
      if (next) idle = 0;
    }
    return promise;
  }

  /** Everything that needs no time has happened: promises are done with before the next turn of the event loop. */
  async #settled(run?: Promise<unknown>): Promise<void> {
    const isOver = (): boolean => run !== undefined && !this.#runs.includes(run);
    // Of two runs, one in the other, only the inner one knows that nothing else can go on.
    const isBusy = (): boolean => this.#busy.isBusy || (run !== undefined && this.#runs.at(-1) !== run);
    // Several turns: what is at work may make a pause between two things of which each is known to be one.
    for (let quiet = 0; quiet < QUIET_TURNS && !isOver(); quiet = isBusy() ? 0 : quiet + 1)
      await new Promise((resolve) => setImmediate(resolve));
  }

  #next(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const it of this.#sleepers) if (!first || it.at < first.at) first = it;
    return first;
  }
}
