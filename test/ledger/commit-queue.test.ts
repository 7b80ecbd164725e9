import { expect, test } from "vitest";
import type { GuardedChange } from "../../src/domain/guard-run.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import { CommitQueue } from "../../src/ledger/sql/commit-queue.ts";
import type { Commit, CommitResult } from "../../src/ports/ledger.ts";
import { assetId, CATALOG, change, fieldKey, intentId, LAKE } from "../support/ledger-fixtures.ts";

/** Makes transactions by hand: each waits until it is told what becomes of it. */
function manual() {
  const made: { commit: Commit; end: (result: CommitResult | Error) => void }[] = [];
  const queue = new CommitQueue((commit) => {
    const { promise, reject, resolve } = Promise.withResolvers<CommitResult>();
    made.push({ commit, end: (result) => (result instanceof Error ? reject(result) : resolve(result)) });
    return promise;
  });
  let head = 0;
  const accept = async (index: number): Promise<void> => {
    const { commit, end } = made[index] as (typeof made)[number];
    const positions = (commit.changes ?? []).map(() => ++head);
    end({ ok: true, positions, head });
    await settled();
  };
  return { queue, made, accept };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const of = (n: number, count = 1): Commit => ({
  assets: [{ id: assetId(n), expectedRevision: 1 }],
  changes: Array.from({ length: count }, () => change({ asset: assetId(n) })),
});
const ONE = { changes: 1, assets: 1 };
const rewrite = (n: number): GuardedChange => ({
  asset: assetId(n),
  key: fieldKey("domain"),
  effect: "rewrite",
  before: "a",
  after: "b",
});
const assetsOf = (commit: Commit | undefined) => commit?.assets?.map((it) => it.id);

test("what comes while a transaction is under way is made in one, and each hears of its own entries", async () => {
  const { accept, made, queue } = manual();
  const results = [queue.commit(of(1)), queue.commit(of(2, 2)), queue.commit(of(3, 0)), queue.commit(of(4))];
  expect(made).toHaveLength(1);
  await accept(0);
  expect(made).toHaveLength(2);
  expect(assetsOf(made[1]?.commit)).toEqual([2, 3, 4].map(assetId));
  await accept(1);
  expect((await Promise.all(results)).map((it) => it.ok && it.positions)).toEqual([[1], [2, 3], [], [4]]);
  expect(made).toHaveLength(2);
});

test("what touches the same asset, intent or key is made in the order in which it came, one after the other", async () => {
  const { accept, made, queue } = manual();
  const same: Commit = { ...of(2), closeIntents: [{ id: intentId(1), holder: "h" }] };
  const results = [of(1), of(2), same, of(3), { closeIntents: [{ id: intentId(1), holder: "h" }] }, of(2, 3)].map(
    (it) => queue.commit(it),
  );
  for (let index = 0; index < 4; index += 1) await accept(index);
  const [, , third, fourth] = made.map((it) => it.commit);
  expect(made.slice(0, 2).map((it) => assetsOf(it.commit))).toEqual([[assetId(1)], [assetId(2), assetId(3)]]);
  expect([third?.changes?.length, third?.closeIntents?.length]).toEqual([1, 1]);
  expect([fourth?.changes?.length, fourth?.closeIntents?.length]).toEqual([3, 1]);
  await Promise.all(results);
});

test("what says more than assets, entries, work and intents is made alone, and nothing overtakes it", async () => {
  const { accept, made, queue } = manual();
  const results = [of(1), of(2), { settings: { a: 1 } }, of(3)].map((it) => queue.commit(it));
  for (let index = 0; index < 4; index += 1) await accept(index);
  expect(made.map((it) => assetsOf(it.commit))).toEqual([[assetId(1)], [assetId(2)], undefined, [assetId(3)]]);
  await Promise.all(results);
});

test("what takes from the same run of a guard takes from it at once, and nothing is said to hold that was not asked", async () => {
  const { accept, made, queue } = manual();
  const bounds = { removal: ONE, rewrite: ONE, retirement: ONE };
  const take = (n: number, source: SourceId): Commit => ({
    ...of(n),
    reviews: [],
    guard: { source, scope: "writes", at: n, bounds, changes: [rewrite(n)] },
  });
  const results = [of(1), take(2, LAKE), take(3, CATALOG), take(4, LAKE), of(5)].map((it) => queue.commit(it));
  for (let index = 0; index < 3; index += 1) await accept(index);
  expect(made.map((it) => assetsOf(it.commit))).toEqual([[1], [2, 4, 5], [3]].map((some) => some.map(assetId)));
  expect(made[1]?.commit.guard).toEqual({ ...take(4, LAKE).guard, changes: [rewrite(2), rewrite(4)] });
  expect(made[2]?.commit.guard?.source).toBe(CATALOG);
  await Promise.all(results);
});

test("what was worked out on the same treaty and modes is made together, what was on others is not", async () => {
  const { accept, made, queue } = manual();
  const on = (n: number, revision: number): Commit => ({
    ...of(n),
    assumes: { treaty: "t", sources: { [LAKE]: revision } },
  });
  const results = [of(1), of(2), on(3, 1), on(4, 2), on(5, 1), of(6)].map((it) => queue.commit(it));
  for (let index = 0; index < 3; index += 1) await accept(index);
  expect(made.map((it) => assetsOf(it.commit))).toEqual([[1], [2, 3, 5, 6], [4]].map((some) => some.map(assetId)));
  expect(made.slice(1).map((it) => it.commit.assumes)).toEqual([on(3, 1).assumes, on(4, 2).assumes]);
  await Promise.all(results);
});

test("a page of a scan is not put together with others", async () => {
  const { accept, made, queue } = manual();
  const page: Commit = {
    assets: Array.from({ length: 64 }, (_, n) => ({ id: assetId(100 + n), expectedRevision: 1 })),
  };
  const results = [of(1), of(2), page, of(3)].map((it) => queue.commit(it));
  for (let index = 0; index < 3; index += 1) await accept(index);
  expect(made.map((it) => it.commit.assets?.length)).toEqual([1, 2, 64]);
  await Promise.all(results);
});

test("who is refused hears why, alone; the others are made together", async () => {
  const { accept, made, queue } = manual();
  const results = [of(1), of(2), of(3), of(4)].map((it) => queue.commit(it));
  await accept(0);
  made[1]?.end({ ok: false, reason: "revision", asset: assetId(3) });
  await settled();
  expect(assetsOf(made[2]?.commit)).toEqual([assetId(3)]);
  made[2]?.end({ ok: false, reason: "lease-lost" });
  await settled();
  expect(assetsOf(made[3]?.commit)).toEqual([2, 4].map(assetId));
  await accept(3);
  expect((await Promise.all(results)).map((it) => it.ok || it.reason)).toEqual([true, true, "lease-lost", true]);
});

test("where it is not told who is refused, each is made alone", async () => {
  const { accept, made, queue } = manual();
  const results = [of(1), of(2), of(3)].map((it) => queue.commit(it));
  await accept(0);
  made[1]?.end({ ok: false, reason: "intent-lost" });
  await settled();
  made[2]?.end({ ok: false, reason: "intent-lost" });
  await settled();
  await accept(3);
  expect((await Promise.all(results)).map((it) => it.ok || it.reason)).toEqual([true, "intent-lost", true]);
});

test("a transaction of which it is not known whether it took place is not made again", async () => {
  const { accept, made, queue } = manual();
  const results = Promise.allSettled([of(1), of(2), of(3)].map((it) => queue.commit(it)));
  await accept(0);
  made[1]?.end(new Error("Connection terminated"));
  await settled();
  expect(made).toHaveLength(2);
  expect((await results).map((it) => it.status)).toEqual(["fulfilled", "rejected", "rejected"]);
  const next = queue.commit(of(1));
  await accept(2);
  expect(await next).toMatchObject({ ok: true });
});
