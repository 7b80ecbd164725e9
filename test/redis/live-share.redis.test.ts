import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { parseAssetId, parseSourceId } from "../../src/domain/ids.ts";
import { connectRedis, type RedisLink } from "../../src/redis/link.ts";
import { createLiveShare, type LiveShare } from "../../src/redis/live-share.ts";
import { startRedis } from "../support/redis.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";

const ORDERS = parseAssetId("asset:01J0000000000000000000000A");
const FAILED = [
  { source: parseSourceId("lakehouse"), error: { code: "timeout" as const, message: "No answer.", retryAfterMs: 500 } },
];
const never = new AbortController().signal;

interface Replica extends AsyncDisposable {
  readonly link: RedisLink;
  readonly share: LiveShare;
}

async function openReplica(url: string, self: string): Promise<Replica> {
  const link = connectRedis({ url, prefix: "concordat", report: () => undefined, now: () => 0 });
  await waitFor("Redis is up", () => link.status().state === "up");
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  };
  return {
    link,
    share: createLiveShare({ link, self, sleep, now: () => performance.now() }),
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() as Promise<void>,
  };
}

/** Commands with which claims are renewed that Redis has been sent so far. */
async function renewalsSeen({ client }: RedisLink): Promise<number> {
  const told = await client.info("commandstats");
  return [...told.matchAll(/cmdstat_(?:eval|evalsha|pexpire):calls=(\d+)/g)].reduce(
    (sum, it) => sum + Number(it[1]),
    0,
  );
}

describeWithService("redis", "What replicas tell of live reads over Redis", () => {
  test("a read is told for its revision only, with the failures, and is forgotten by itself", async () => {
    await using server = await startRedis();
    await using here = await openReplica(server.url, "here");
    await using there = await openReplica(server.url, "there");
    await here.share.tell(ORDERS, 7, FAILED);
    expect(await there.share.find(ORDERS, 7)).toEqual(FAILED);
    expect(await there.share.find(ORDERS, 8)).toBeUndefined();
    await waitFor("it is forgotten", async () => (await there.share.find(ORDERS, 7)) === undefined);
  });

  test("one replica at a time reads an asset; the next one learns that it has waited", async () => {
    await using server = await startRedis();
    await using here = await openReplica(server.url, "here");
    await using there = await openReplica(server.url, "there");
    const first = await here.share.claim(ORDERS, never);
    const order: string[] = [];
    const second = there.share.claim(ORDERS, never).then((it) => (order.push("taken"), it));
    await there.share.find(ORDERS, 1); // an answer of Redis to what came after
    order.push("given up");
    await first[Symbol.asyncDispose]();
    expect((await second).waited).toBe(true);
    expect(order).toEqual(["given up", "taken"]);
    expect(first.waited).toBe(false);
  });

  test("the claim of a replica that died ends by itself, one of a replica that lives does not", async () => {
    await using server = await startRedis();
    await using there = await openReplica(server.url, "there");
    const here = await openReplica(server.url, "here");
    await here.share.claim(ORDERS, never);
    await here.link[Symbol.asyncDispose](); // its renewals reach nobody any more
    expect((await there.share.claim(ORDERS, never)).waited).toBe(true);
    let least = Number.POSITIVE_INFINITY;
    await waitFor("it is renewed", async () => {
      const left = await there.link.client.pttl(`concordat:live:${ORDERS}`);
      least = Math.min(least, left);
      return left > least + 500;
    });
  });

  test("a claim that ran out takes nothing from whoever has it now", async () => {
    await using server = await startRedis();
    await using here = await openReplica(server.url, "here");
    await using there = await openReplica(server.url, "there");
    const key = `concordat:live:${ORDERS}`;
    const late = await here.share.claim(ORDERS, never);
    await there.link.client.del(key); // it ran out while its process stood still
    await there.link.client.set(key, "there:1", "PX", 60_000);
    const before = await renewalsSeen(there.link);
    await waitFor("it has tried to renew it", async () => (await renewalsSeen(there.link)) > before);
    expect(await there.link.client.pttl(key)).toBeGreaterThan(30_000);
    await late[Symbol.asyncDispose]();
    expect(await there.link.client.get(key)).toBe("there:1");
  });

  test("who waits can give up", async () => {
    await using server = await startRedis();
    await using here = await openReplica(server.url, "here");
    await here.share.claim(ORDERS, never);
    await expect(here.share.claim(ORDERS, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  });

  test("what stands there and is none of ours counts as nothing", async () => {
    await using server = await startRedis();
    await using here = await openReplica(server.url, "here");
    for (const text of ["", "{", "{}", '[{"source":"lakehouse"}]', '[{"source":"../x","error":{}}]']) {
      await here.link.client.set("concordat:live:asset:01J0000000000000000000000A:1", text);
      expect(await here.share.find(ORDERS, 1)).toBeUndefined();
    }
  });

  test("without Redis each replica reads for itself at once", async () => {
    await using server = await startRedis();
    await using here = await openReplica(server.url, "here");
    await server.kill();
    await here.share.tell(ORDERS, 1, []);
    expect(await here.share.find(ORDERS, 1)).toBeUndefined();
    await using _first = await here.share.claim(ORDERS, never);
    await using _second = await here.share.claim(ORDERS, never);
  });
});
