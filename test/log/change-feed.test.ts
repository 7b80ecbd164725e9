import { expect, test } from "vitest";
import { createInProcessBus } from "../../src/bus/in-process.ts";
import type { Change, NewChange } from "../../src/domain/change.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { follow, type LogReader, shareTail } from "../../src/log/change-feed.ts";
import { compileChangeFilter } from "../../src/log/feed-filter.ts";
import type { ChangeFilter } from "../../src/ports/ledger.ts";

const ENTRY: NewChange = {
  kind: "SCAN_COMPLETED",
  at: "2026-03-01T12:00:00.000Z",
  actor: { kind: "gateway", id: "gateway" },
};

async function openLog() {
  const ledger = await openSqliteLedger({ path: ":memory:" });
  const bus = createInProcessBus();
  const reads: number[] = [];
  const counted: LogReader = {
    readLog(position, limit, filter) {
      reads.push(position);
      return ledger.readLog(position, limit, filter);
    },
  };
  const tail = shareTail(counted, bus.wake);
  return {
    reads,
    wake: bus.wake,
    tail,
    async append(count: number, entry: Partial<NewChange> = {}): Promise<void> {
      const done = await ledger.commit({ changes: Array.from({ length: count }, () => ({ ...ENTRY, ...entry })) });
      if (!done.ok) throw new Error(done.reason);
      bus.announce(done.head);
    },
    follow: (after: number, signal: AbortSignal, filter: ChangeFilter = {}) =>
      follow({ history: ledger, tail, wake: bus.wake }, after, compileChangeFilter(filter), signal),
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
    },
  };
}

async function takePositions(feed: AsyncGenerator<Change, void, undefined>, count: number): Promise<number[]> {
  const positions: number[] = [];
  while (positions.length < count) {
    const { value, done } = await feed.next();
    if (done) break;
    positions.push(value.position);
  }
  return positions;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("what came after the cursor is replayed and what comes then is followed, without gap or repeat", async () => {
  await using log = await openLog();
  const ended = new AbortController();
  await log.append(1_200);
  const feed = log.follow(7, ended.signal);
  expect(await takePositions(feed, 1_000)).toEqual(range(8, 1_007));
  const rest = takePositions(feed, 1_993);
  for (let round = 0; round < 18; round++) await log.append(100);
  expect(await rest).toEqual(range(1_008, 3_000));
  ended.abort();
});

test("an entry that is written while a follower falls asleep wakes it", async () => {
  await using log = await openLog();
  const ended = new AbortController();
  const feed = log.follow(0, ended.signal);
  for (let position = 1; position <= 50; position++) {
    const next = feed.next();
    await log.append(1);
    expect((await next).value).toMatchObject({ position });
  }
  ended.abort();
});

test("an entry that is written between a follower's look and its sleep is not slept over", async () => {
  await using log = await openLog();
  const ended = new AbortController();
  const tail: LogReader = {
    async readLog(position, limit) {
      const before = await log.tail.readLog(position, limit);
      if (position === 0 && before.changes.length === 0) await log.append(1); // just after the look
      return before;
    },
  };
  const feed = follow({ history: log.tail, tail, wake: log.wake }, 0, compileChangeFilter({}), ended.signal);
  expect((await feed.next()).value).toMatchObject({ position: 1 });
  ended.abort();
});

test("a follower that waits ends when it is told to", async () => {
  await using log = await openLog();
  const ended = new AbortController();
  const waiting = log.follow(0, ended.signal).next();
  ended.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("only what the filter takes is told, in the past and live", async () => {
  await using log = await openLog();
  const ended = new AbortController();
  await log.append(2);
  await log.append(1, { kind: "SCAN_COMPLETED", name: "sales.orders" });
  const feed = log.follow(0, ended.signal, { kinds: ["SCAN_COMPLETED"], names: ["sales.*"] });
  expect((await feed.next()).value).toMatchObject({ position: 3 });
  const next = feed.next();
  await log.append(1, { kind: "SCAN_COMPLETED", name: "finance.orders" });
  await log.append(1);
  await log.append(1, { kind: "SCAN_COMPLETED", name: "sales.items" });
  expect((await next).value).toMatchObject({ position: 6, name: "sales.items" });
  ended.abort();
});

test("followers at the same place share one read of the log", async () => {
  await using log = await openLog();
  const ended = new AbortController();
  const feeds = Array.from({ length: 50 }, () => log.follow(0, ended.signal));
  const first = feeds.map((it) => it.next());
  await log.append(1);
  await Promise.all(first);
  log.reads.length = 0;
  const second = feeds.map((it) => it.next());
  await log.append(1);
  for (const it of await Promise.all(second)) expect(it.value).toMatchObject({ position: 2 });
  expect(log.reads.length).toBeLessThanOrEqual(3);
  ended.abort();
});

test("a page that was empty is not taken for empty once the log may have grown", async () => {
  await using log = await openLog();
  expect((await log.tail.readLog(0, 10)).changes).toEqual([]);
  await log.append(1);
  expect((await log.tail.readLog(0, 10)).changes).toHaveLength(1);
  await log.append(1);
  expect((await log.tail.readLog(0, 10)).changes.length).toBeGreaterThanOrEqual(1);
});

test("a read that fails is not remembered", async () => {
  const bus = createInProcessBus();
  let fails = true;
  const tail = shareTail(
    {
      async readLog(position) {
        if (fails) throw new Error("The ledger is away.");
        return { changes: [], scannedTo: position };
      },
    },
    bus.wake,
  );
  await expect(tail.readLog(0, 10)).rejects.toThrow("The ledger is away.");
  fails = false;
  expect(await tail.readLog(0, 10)).toEqual({ changes: [], scannedTo: 0 });
});

test("a filter that ends at a position takes nothing after it", () => {
  const { matches } = compileChangeFilter({ upTo: 2 });
  expect([1, 2, 3].map((position) => matches({ ...ENTRY, position } as Change))).toEqual([true, true, false]);
});
