import type { RandomStream } from "./random-stream.ts";

/** Whose work a step is: a process that can crash or stand still, a system, the people. */
export interface Lane {
  readonly name: string;
  alive: boolean;
  /** Simulated time before which nothing of it goes on: a long garbage collection, a suspended machine. */
  stillUntil: number;
  /** Steps taken so far. */
  steps: number;
  /** Steps that are still to come. */
  pending: number;
  /** Called once when it dies. */
  readonly mourners: Set<() => void>;
}

interface Waiting {
  readonly lane: Lane;
  readonly label: string;
  at: number;
  readonly go: () => void;
  /** No longer waited for. */
  over: boolean;
}

const START = Date.UTC(2026, 0, 1);
/** Steps after which the event loop has its turn, so that what Node does between turns is done. */
const TURN = 1_000;

/**
 * Simulated time and one thing at a time: whatever waits does so here, and of all that could go on at a moment chance takes one.
 * So one seed decides on the whole history, and `hash` tells whether two histories were the same.
 */
export class Scheduler {
  readonly #random: RandomStream;
  /** What is not due yet, the earliest first: a binary heap. */
  readonly #later: Waiting[] = [];
  readonly #due: Waiting[] = [];
  #now = START;
  #hash = 0x811c9dc5;
  #steps = 0;
  /** Pieces of real work that are under way, and who waits for the last of them. */
  #outside = 0;
  #isBack: (() => void) | undefined;
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
    return { name, alive: true, stillUntil: 0, steps: 0, pending: 0, mourners: new Set() };
  }

  /** Resolves when chance picks this step, not before `delayMs` have passed; never if the lane dies first. */
  step(lane: Lane, label: string, delayMs = 0): Promise<void> {
    return new Promise((resolve) => {
      this.#wait(lane, label, delayMs, resolve);
    });
  }

  /** The same, but at once when `signal` aborts. */
  sleep(lane: Lane, label: string, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener("abort", aborted);
        resolve();
      };
      const it = this.#wait(lane, label, ms, done);
      const aborted = (): void => {
        this.#drop(it);
        resolve();
      };
      signal.addEventListener("abort", aborted, { once: true });
    });
  }

  /** Real work, of a database: nothing else goes on, and no time passes, until it is done. */
  async outside<T>(work: Promise<T>): Promise<T> {
    this.#outside += 1;
    try {
      return await work;
    } finally {
      this.#outside -= 1;
      if (this.#outside === 0) this.#isBack?.();
    }
  }

  async #allBack(): Promise<void> {
    while (this.#outside > 0) {
      await new Promise<void>((resolve) => {
        this.#isBack = resolve;
      });
      await settled();
    }
  }

  #wait(lane: Lane, label: string, delayMs: number, go: () => void): Waiting {
    const it: Waiting = { lane, label, at: this.#now + Math.max(0, delayMs), go, over: !lane.alive };
    if (it.over) return it;
    lane.pending += 1;
    if (it.at <= this.#now) this.#due.push(it);
    else push(this.#later, it);
    return it;
  }

  #drop(it: Waiting): void {
    if (!it.over) it.lane.pending -= 1;
    it.over = true;
  }

  kill(lane: Lane): void {
    if (!lane.alive) return;
    lane.alive = false;
    lane.pending = 0;
    this.note(`${lane.name} dies`);
    for (const mourn of lane.mourners) mourn();
  }

  note(text: string): void {
    this.#mix(text);
    this.#show(text);
  }

  #mix(text: string): void {
    let hash = this.#hash;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    this.#hash = hash >>> 0;
  }

  #show(text: string): void {
    this.trace?.(`${((this.#now - START) / 1_000).toFixed(3).padStart(9)}  ${text}`);
  }

  /** Runs until `isOver`, asked after every step. @throws Error when nothing can go on, or after `maxSteps`. */
  async run(isOver: () => boolean, maxSteps: number): Promise<void> {
    for (let left = maxSteps; ; left -= 1) {
      await (left % TURN === 0 ? turned() : settled());
      if (this.#outside > 0) await this.#allBack();
      if (isOver()) return;
      if (left <= 0) throw new Error(`not over after ${maxSteps} steps`);
      const next = this.#take();
      if (!next) throw new Error("nothing can go on any more");
      if (this.crashes(next.lane, next.label)) {
        this.kill(next.lane);
        continue;
      }
      this.#drop(next);
      this.#steps += 1;
      next.lane.steps += 1;
      this.#mix(next.lane.name);
      this.#mix(next.label);
      if (this.trace) this.#show(`${next.lane.name} ${next.label}`);
      next.go();
    }
  }

  #take(): Waiting | undefined {
    for (;;) {
      this.#collect();
      if (this.#due.length === 0) return undefined;
      const index = this.#due.length === 1 ? 0 : Math.floor(this.#random.next() * this.#due.length);
      const it = this.#due[index] as Waiting;
      const last = this.#due.pop() as Waiting;
      if (last !== it) this.#due[index] = last;
      if (it.over || !it.lane.alive) continue;
      if (it.lane.stillUntil <= this.#now) return it;
      it.at = it.lane.stillUntil;
      push(this.#later, it);
    }
  }

  /** All that is due now; where nothing is, time goes on to the next that will be. */
  #collect(): void {
    for (let first = this.#later[0]; first; first = this.#later[0]) {
      const isDead = first.over || !first.lane.alive;
      if (!isDead && first.at > this.#now) {
        if (this.#due.length > 0) return;
        this.#now = first.at;
      }
      pop(this.#later);
      if (!isDead) this.#due.push(first);
    }
  }
}

function push(heap: Waiting[], it: Waiting): void {
  let at = heap.length;
  heap.push(it);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up] as Waiting;
    if (parent.at <= it.at) break;
    heap[at] = parent;
    heap[up] = it;
    at = up;
  }
}

function pop(heap: Waiting[]): void {
  const it = heap.pop() as Waiting;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    if (down >= heap.length) break;
    if (down + 1 < heap.length && (heap[down + 1] as Waiting).at < (heap[down] as Waiting).at) down += 1;
    const child = heap[down] as Waiting;
    if (child.at >= it.at) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = it;
}

/** Everything that needs nobody has happened: a tick comes only after all promises are done with. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

function turned(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
