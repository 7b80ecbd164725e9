import { expect, test } from "vitest";
import { createInProcessBus } from "../../src/bus/in-process.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { shareTail } from "../../src/log/change-feed.ts";
import { type DriftOccurrence, followDrifts } from "../../src/log/drift-feed.ts";
import { compileDriftFilter } from "../../src/log/feed-filter.ts";
import type { Commit, DriftFilter, Ledger } from "../../src/ports/ledger.ts";
import { drift, driftCommit, driftId, tables } from "../support/sample-lakehouse.ts";

async function openDrifts(count: number) {
  const ledger = await openSqliteLedger({ path: ":memory:" });
  const bus = createInProcessBus();
  const commit = async (it: Commit): Promise<void> => {
    const done = await ledger.commit(it);
    if (!done.ok) throw new Error(done.reason);
    bus.announce(done.head);
  };
  await commit(tables(count));
  for (let number = 1; number <= count; number++) await commit(driftCommit("DRIFT_OPENED", drift(number, number), 1));
  const ended = new AbortController();
  let onPage: (() => Promise<void>) | undefined;
  const watched: Pick<Ledger, "pageDrifts" | "readLog"> = {
    async pageDrifts(filter, page) {
      const found = await ledger.pageDrifts(filter, { ...page, limit: Math.min(page.limit, 2) });
      await onPage?.();
      return found;
    },
    readLog: ledger.readLog,
  };
  return {
    commit,
    head: () => ledger.head(),
    /** Runs after each page of the list is read, before its drift is told. */
    afterPage: (it: () => Promise<void>) => void (onPage = it),
    follow: (position: number, initial?: { readonly after?: string }, filter: DriftFilter = {}) =>
      followDrifts(
        { ledger: watched, tail: shareTail(ledger, bus.wake), wake: bus.wake },
        filter,
        { position, ...(initial && { initial }) },
        ended.signal,
      ),
    async [Symbol.asyncDispose]() {
      ended.abort();
      await ledger[Symbol.asyncDispose]();
    },
  };
}

async function takeNext(
  feed: AsyncGenerator<DriftOccurrence, void, undefined>,
  count: number,
): Promise<DriftOccurrence[]> {
  const taken: DriftOccurrence[] = [];
  while (taken.length < count) {
    const { value, done } = await feed.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

const told = (it: DriftOccurrence): string => `${it.type} ${Number(it.drift.id.slice(6))} ${it.drift.state}`;

test("every opening, change and resolution after the cursor is told as it was then", async () => {
  await using drifts = await openDrifts(1);
  const feed = drifts.follow(1);
  await drifts.commit(driftCommit("DRIFT_CHANGED", drift(1, 1, { state: "REPAIRING" }), 2));
  await drifts.commit(driftCommit("DRIFT_RESOLVED", drift(1, 1, { state: "RESOLVED", resolution: "reverted" }), 3));
  expect((await takeNext(feed, 3)).map(told)).toEqual(["OPENED 1 OPEN", "CHANGED 1 REPAIRING", "RESOLVED 1 RESOLVED"]);
});

test("initially open drift comes first, page by page, then what happens", async () => {
  await using drifts = await openDrifts(5);
  await drifts.commit(driftCommit("DRIFT_RESOLVED", drift(2, 2, { state: "RESOLVED" }), 2));
  const feed = drifts.follow(await drifts.head(), {});
  expect((await takeNext(feed, 4)).map(told)).toEqual([
    "OPENED 1 OPEN",
    "OPENED 3 OPEN",
    "OPENED 4 OPEN",
    "OPENED 5 OPEN",
  ]);
  await drifts.commit(driftCommit("DRIFT_RESOLVED", drift(1, 1, { state: "RESOLVED" }), 2));
  expect((await takeNext(feed, 1)).map(told)).toEqual(["RESOLVED 1 RESOLVED"]);
});

test("drift that changes while the initial drift is read is told once", async () => {
  await using drifts = await openDrifts(5);
  const from = await drifts.head();
  let page = 0;
  drifts.afterPage(async () => {
    page++;
    if (page === 1) await drifts.commit(driftCommit("DRIFT_CHANGED", drift(2, 2, { state: "IN_REVIEW" }), 2));
    if (page === 2) await drifts.commit(driftCommit("DRIFT_CHANGED", drift(5, 5, { state: "IN_REVIEW" }), 2));
  });
  const seen = (await takeNext(drifts.follow(from, {}), 5)).map(told);
  expect(seen).toEqual([
    "OPENED 1 OPEN",
    "OPENED 3 OPEN",
    "OPENED 4 OPEN",
    "CHANGED 2 IN_REVIEW",
    "CHANGED 5 IN_REVIEW",
  ]);
});

test("a subscriber cut off within the initial drift goes on with the rest of it, then with what happened meanwhile", async () => {
  await using drifts = await openDrifts(5);
  const before = await takeNext(drifts.follow(await drifts.head(), {}), 3);
  const cursor = before.at(-1)?.cursor;
  if (cursor?.initialAfter === undefined) throw new Error("a cursor within the initial drift");
  await drifts.commit(driftCommit("DRIFT_RESOLVED", drift(1, 1, { state: "RESOLVED" }), 2));
  const after = await takeNext(drifts.follow(cursor.position, { after: cursor.initialAfter }), 3);
  expect([...before, ...after].map(told)).toEqual([
    "OPENED 1 OPEN",
    "OPENED 2 OPEN",
    "OPENED 3 OPEN",
    "OPENED 4 OPEN",
    "OPENED 5 OPEN",
    "RESOLVED 1 RESOLVED",
  ]);
});

test.each<[string, DriftFilter, number[]]>([
  ["names", { names: ["sales.t1", "*.t3"] }, [1, 3]],
  ["assets", { assets: [drift(1, 2).asset] }, [2]],
  ["fields", { fields: ["own*"] }, [1, 2, 3]],
  ["states", { states: ["OPEN"] }, [1, 2, 3]],
  ["time", { since: "2026-03-01T13:00:00+01:00", until: "2026-03-01T12:00:01Z" }, [1, 2, 3]],
])("a filter by %s takes the same drift initially and live", async (_what, filter, expected) => {
  await using drifts = await openDrifts(3);
  const ids = expected.map(driftId);
  const initial = takeNext(drifts.follow(await drifts.head(), {}, filter), expected.length);
  expect((await initial).map((it) => it.drift.id)).toEqual(ids);
  const replayed = takeNext(drifts.follow(0, undefined, filter), expected.length);
  expect((await replayed).map((it) => it.drift.id)).toEqual(ids);
});

test.each<[string, DriftFilter]>([
  ["names", { names: ["finance.**"] }],
  ["assets", { assets: [drift(1, 2).asset] }],
  ["fields", { fields: ["columns.*"] }],
  ["sources", { sources: [drift(1, 1).authority] }],
  ["kinds", { kinds: ["CONFLICT"] }],
  ["states", { states: ["RESOLVED"] }],
  ["time", { since: "2026-03-01T12:00:01Z" }],
  ["nothing at all", { kinds: [] }],
])("a filter by %s leaves out what it does not name", (_what, filter) => {
  expect(compileDriftFilter(filter)({ drift: drift(1, 1), name: "sales.t1" })).toBe(false);
});
