import { describe, expect, test } from "vitest";
import type { Change } from "../../src/domain/change.ts";
import { follow, type LogReader, shareTail } from "../../src/log/change-feed.ts";
import type { Bus } from "../../src/ports/bus.ts";
import { waitFor } from "../support/wait-for.ts";

/** Two processes on one log. */
export interface BusHarness extends AsyncDisposable {
  readonly here: Bus;
  /** Another process's; the same one where there is only one. */
  readonly there: Bus;
}

/** A log of which only positions matter. */
export class PositionLog implements LogReader {
  head = 0;

  readonly readHead = (): Promise<number> => Promise.resolve(this.head);

  readLog(position: number, limit: number): ReturnType<LogReader["readLog"]> {
    const scannedTo = Math.max(position, Math.min(this.head, position + limit));
    const changes = Array.from(
      { length: scannedTo - position },
      (_, index) => ({ position: position + index + 1 }) as Change,
    );
    return Promise.resolve({ changes, scannedTo });
  }
}

const never = new AbortController().signal;

export function describeBusContract(name: string, open: (log: PositionLog) => Promise<BusHarness>): void {
  describe(`Bus contract: ${name}`, () => {
    describeWaiting(open);
    describeFollowing(open);
  });
}

function describeWaiting(open: (log: PositionLog) => Promise<BusHarness>): void {
  test("an announcement wakes everybody who waits in its process, before it returns", async () => {
    await using harness = await open(new PositionLog());
    const { announce, wake } = of(harness.here);
    const waiting = [1, 2, 3].map(() => wake.changedSince(wake.count, never));
    announce(1);
    await Promise.all(waiting);
  });

  test("who saw an older count does not wait: nothing is lost between looking and waiting", async () => {
    await using harness = await open(new PositionLog());
    const { announce, wake } = of(harness.here);
    const seen = wake.count;
    announce(1);
    await wake.changedSince(seen, never);
  });

  test("an older announcement wakes nobody; the same position again does, because work is marked without entries", async () => {
    await using harness = await open(new PositionLog());
    const { announce, wake } = of(harness.here);
    announce(5);
    const seen = wake.count;
    announce(4);
    expect(wake.count).toBe(seen);
    announce(5);
    expect(wake.count).not.toBe(seen);
  });

  test("who gives up is released, and leaves no listener behind", async () => {
    await using harness = await open(new PositionLog());
    const { announce, wake } = of(harness.here);
    const leaving = new AbortController();
    let listeners = 0;
    const signal = leaving.signal;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => (listeners++, add(...args))) as typeof add;
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => (
      listeners--, remove(...args)
    )) as typeof remove;
    for (let n = 1; n <= 3; n++) {
      const waiting = wake.changedSince(wake.count, signal);
      announce(n);
      await waiting;
    }
    expect(listeners).toBe(0);
    const last = wake.changedSince(wake.count, signal);
    leaving.abort();
    await last;
    await wake.changedSince(wake.count, signal);
  });

  test("a bus that ends lets go of everybody", async () => {
    await using harness = await open(new PositionLog());
    const waiting = harness.here.wake.changedSince(harness.here.wake.count, never);
    await harness.here[Symbol.asyncDispose]();
    await waiting;
  });
}

function describeFollowing(open: (log: PositionLog) => Promise<BusHarness>): void {
  test("what one process commits the others' followers read, each entry once and in order", async () => {
    const log = new PositionLog();
    await using harness = await open(log);
    const { here, there } = harness;
    using followers = new Followers(log, [here, there]);
    for (let position = 1; position <= 300; position++) {
      log.head = position;
      (position % 2 === 0 ? here : there).announce(position);
      if (position % 50 === 0) await followers.reach(position);
    }
    await followers.reach(300);
    const all = Array.from({ length: 300 }, (_, index) => index + 1);
    expect(followers.seen).toEqual([all, all]);
  });

  test("announcements that come twice, late and out of order do no harm", async () => {
    const log = new PositionLog();
    await using harness = await open(log);
    const { here, there } = harness;
    using followers = new Followers(log, [here, there]);
    log.head = 9;
    for (const position of [9, 3, 9, 1, 9, 7]) there.announce(position);
    await followers.reach(9);
    log.head = 10;
    for (const position of [10, 2, 10]) here.announce(position);
    await followers.reach(10);
    const all = Array.from({ length: 10 }, (_, index) => index + 1);
    expect(followers.seen).toEqual([all, all]);
  });
}

/** Followers of one log, each woken by a bus of its own. */
export class Followers implements Disposable {
  readonly seen: number[][];
  readonly #end = new AbortController();

  constructor(log: PositionLog, buses: readonly Bus[]) {
    this.seen = buses.map(() => []);
    buses.forEach((bus, index) => void this.#follow(log, bus, this.seen[index] as number[]));
  }

  async #follow(log: PositionLog, { wake }: Bus, into: number[]): Promise<void> {
    const deps = { history: log, tail: shareTail(log, wake), wake };
    for await (const change of follow(deps, 0, { matches: () => true }, this.#end.signal)) into.push(change.position);
  }

  async reach(position: number): Promise<void> {
    await waitFor(`everybody has read up to ${position}`, () => this.seen.every((it) => it.at(-1) === position));
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }
}

function of(bus: Bus): Pick<Bus, "announce" | "wake"> {
  return { wake: bus.wake, announce: (position) => bus.announce(position) };
}
