import { expect, test } from "vitest";
import { shareReads } from "../../src/ledger/shared-reads.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function manual() {
  const reads: { keys: readonly number[]; answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const read = shareReads(async (keys: readonly number[]) => {
    const { promise, reject, resolve } = Promise.withResolvers<string>();
    reads.push({ keys, answer: resolve, fail: reject });
    const value = await promise;
    return keys.map((it) => `${it} ${value}`);
  });
  return { read, reads };
}

test("who asks while a read is under way is answered by the next one, together with all others", async () => {
  const { read, reads } = manual();
  const answers = [read([1]), read([2, 3]), read([4])];
  expect(reads.map((it) => it.keys)).toEqual([[1]]);
  reads[0]?.answer("early");
  await settled();
  expect(reads.map((it) => it.keys)).toEqual([[1], [2, 3, 4]]);
  answers.push(read([5])); // the second has begun: it may have seen what was before
  reads[1]?.answer("later");
  await settled();
  reads[2]?.answer("last");
  expect(await Promise.all(answers)).toEqual([["1 early"], ["2 later", "3 later"], ["4 later"], ["5 last"]]);
});

test("a read that fails fails for those who were to be answered by it, and for nobody after", async () => {
  const { read, reads } = manual();
  const answers = Promise.allSettled([read([1]), read([2]), read([3])]);
  reads[0]?.answer("early");
  await settled();
  reads[1]?.fail(new Error("gone"));
  expect((await answers).map((it) => it.status)).toEqual(["fulfilled", "rejected", "rejected"]);
  const next = read([4]);
  reads[2]?.answer("again");
  expect(await next).toEqual(["4 again"]);
});
