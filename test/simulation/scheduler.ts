import type { RandomStream } from "./random-stream.ts";

/** Whose work a step is: a process that can crash or stand still, a system, the people. */
export interface Lane {
  readonly name: string;
  alive: boolean;
  /** Simulated time before which nothing of it goes on: a long garbage collection, a suspended machine. */
  stillUntil: number;
  /** Steps taken so far. */
  steps: number;
}

interface Waiting {
  readonly lane: Lane;
  readonly label: string;
  readonly at: number;
  readonly go: () => void;
}

const START = Date.UTC(2026, 0, 1);

/**
 * Simulated time and one thing at a time: whatever waits does so here, and of all that could go on at a moment chance takes one.
 * So one seed decides on the whole history, and `hash` tells whether two histories were the same.
 */
export class Scheduler {
  readonly #random: RandomStream;
  #waiting: Waiting[] = [];
  #now = START;
  #hash = 0x811c9dc5;
  #steps = 0;
  /** Asked before every step of a lane; true kills the lane instead. */
  crashes: (lane: Lane, label: string) => boolean = () => false;
  trace: ((text: string) => void) | undefined;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  get now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  get hash(): string {
    return this.#hash.toString(16).padStart(8, "0");
  }

  lane(name: string): Lane {
    return { name, alive: true, stillUntil: 0, steps: 0 };
  }

  /** Resolves when chance picks this step, not before `delayMs` have passed; never if the lane dies first. */
  step(lane: Lane, label: string, delayMs = 0): Promise<void> {
    return new Promise((resolve) => {
      if (lane.alive) this.#waiting.push({ lane, label, at: this.#now + Math.max(0, delayMs), go: resolve });
    });
  }

  /** The same, but at once when `signal` aborts. */
  sleep(lane: Lane, label: string, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const it: Waiting = { lane, label, at: this.#now + Math.max(0, ms), go: () => done() };
      const done = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== it);
        signal.removeEventListener("abort", done);
        resolve();
      };
      if (lane.alive) this.#waiting.push(it);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  kill(lane: Lane): void {
    lane.alive = false;
    this.#waiting = this.#waiting.filter((it) => it.lane !== lane);
    this.note(`${lane.name} dies`);
  }

  note(text: string): void {
    for (let at = 0; at < text.length; at += 1)
      this.#hash = Math.imul(this.#hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
    this.trace?.(`${((this.#now - START) / 1_000).toFixed(3).padStart(9)}  ${text}`);
  }

  /** Runs until `isOver`, asked after every step. @throws Error when nothing can go on, or after `maxSteps`. */
  async run(isOver: () => boolean, maxSteps: number): Promise<void> {
    for (let left = maxSteps; ; left -= 1) {
      await settled();
      if (isOver()) return;
      if (left === 0) throw new Error(`not over after ${maxSteps} steps`);
      const next = this.#take();
      if (!next) throw new Error("nothing can go on any more");
      if (this.crashes(next.lane, next.label)) {
        this.kill(next.lane);
        continue;
      }
      this.#steps += 1;
      next.lane.steps += 1;
      this.note(`${next.lane.name} ${next.label}`);
      next.go();
    }
  }

  #take(): Waiting | undefined {
    const timeOf = (it: Waiting): number => Math.max(it.at, it.lane.stillUntil);
    let first = Number.POSITIVE_INFINITY;
    for (const it of this.#waiting) first = Math.min(first, timeOf(it));
    this.#now = Math.max(this.#now, Number.isFinite(first) ? first : 0);
    const due = this.#waiting.filter((it) => timeOf(it) <= this.#now);
    if (due.length === 0) return undefined;
    const taken = due[Math.floor(this.#random.next() * due.length)];
    this.#waiting.splice(this.#waiting.indexOf(taken as Waiting), 1);
    return taken;
  }
}

/** Everything that needs nobody has happened: promises are done with before the next turn of the event loop. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
