import { expect, test } from "vitest";
import { connectRedis, type RedisLink } from "../../src/redis/link.ts";
import { createRateLimit, type RateLimit } from "../../src/server/rate-limit.ts";
import { startRedis } from "../support/redis.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";

const BOUNDS = { operations: 10, perSeconds: 3_600 };

function openLink(url: string): RedisLink {
  return connectRedis({ url, prefix: "concordat", report: () => undefined, now: () => 0 });
}

async function isUp(link: RedisLink): Promise<void> {
  await waitFor("Redis is up", () => link.status().state === "up");
}

async function countAllowed(limits: readonly RateLimit[], caller: string, times: number): Promise<number> {
  let allowed = 0;
  for (let taken = 0; taken < times; taken++) {
    if ((await limits[taken % limits.length]?.take(caller)) === undefined) allowed += 1;
  }
  return allowed;
}

describeWithService("redis", "Rate limits over Redis", () => {
  test("replicas count together, each caller for itself", async () => {
    await using server = await startRedis();
    await using here = openLink(server.url);
    await using there = openLink(server.url);
    await isUp(here);
    await isUp(there);
    const limits = [createRateLimit(BOUNDS, here), createRateLimit(BOUNDS, there)];
    expect(await countAllowed(limits, "service:portal", 40)).toBe(10);
    expect(await countAllowed(limits, "service:jobs", 40)).toBe(10);
  });

  test("while Redis is gone each replica counts for itself: nobody is locked out, and nobody is let through without end", async () => {
    await using server = await startRedis();
    await using here = openLink(server.url);
    await using there = openLink(server.url);
    await isUp(here);
    await isUp(there);
    const limits = [createRateLimit(BOUNDS, here), createRateLimit(BOUNDS, there)];
    expect(await countAllowed(limits, "service:portal", 4)).toBe(4);
    await server.kill();
    const allowed = await countAllowed(limits, "service:portal", 60);
    expect(allowed).toBeGreaterThanOrEqual(10);
    expect(allowed).toBeLessThanOrEqual(20);
  });

  test("a Redis that answers nothing locks nobody out", async () => {
    await using server = await startRedis();
    await using link = openLink(server.url);
    await isUp(link);
    const limit = createRateLimit(BOUNDS, link);
    server.freeze();
    expect(await limit.take("service:portal")).toBeUndefined();
    server.thaw();
  });
});
