import { createServer } from "node:net";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { createPollingBus } from "../../src/bus/polling.ts";
import { createRedisBus } from "../../src/bus/redis.ts";
import type { Bus } from "../../src/ports/bus.ts";
import { connectRedis } from "../../src/redis/link.ts";
import { describeBusContract, Followers, PositionLog } from "../contract/bus-contract.ts";
import { startRedis } from "../support/redis.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";

/** So seldom that in these tests only Redis tells. */
const HOURLY_MS = 3_600_000;

interface Replica extends AsyncDisposable {
  readonly bus: Bus;
  readonly told: readonly string[];
}

let replicas = 0;

function openReplica(url: string, log: PositionLog, everyMs = HOURLY_MS): Replica {
  const told: string[] = [];
  const link = connectRedis({
    url,
    prefix: "concordat",
    report: (level, event, facts) => void told.push(`${level} ${event} ${JSON.stringify(facts)}`),
    now: () => 0,
  });
  const polling = createPollingBus({ readHead: log.readHead, everyMs });
  const bus = createRedisBus({ link, polling, self: `replica-${++replicas}` });
  return {
    bus,
    told,
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    },
  };
}

async function until(state: "up" | "down", ...all: readonly Replica[]): Promise<void> {
  for (const { bus } of all) await waitFor(`Redis is ${state}`, () => stateOf(bus) === state);
}

function stateOf(bus: Bus): string {
  const status = bus.status();
  return status.kind === "redis" ? status.state : status.kind;
}

function upTo(position: number): number[] {
  return Array.from({ length: position }, (_, index) => index + 1);
}

describeWithService("redis", "a bus over Redis", () => {
  describeBusContract("redis", async (log) => {
    const server = await startRedis();
    const [here, there] = [openReplica(server.url, log), openReplica(server.url, log)];
    await until("up", here, there);
    return {
      here: here.bus,
      there: there.bus,
      async [Symbol.asyncDispose]() {
        await here[Symbol.asyncDispose]();
        await there[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  });

  test("Redis killed and started again: in between the log is looked at, and the change is told once", async () => {
    const log = new PositionLog();
    await using server = await startRedis();
    await using here = openReplica(server.url, log, 20);
    await using there = openReplica(server.url, log, 20);
    await until("up", here, there);
    using followers = new Followers(log, [here.bus, there.bus]);
    const commit = async (from: number, to: number): Promise<void> => {
      for (let position = from; position <= to; position++) {
        log.head = position;
        here.bus.announce(position);
      }
      await followers.reach(to);
    };
    await commit(1, 20);
    await server.kill();
    await until("down", here, there);
    await commit(21, 40);
    await server.restart();
    await until("up", here, there);
    await commit(41, 60);
    expect(followers.seen).toEqual([upTo(60), upTo(60)]);
    const events = here.told.map((it) => it.split(" ", 2).join(" "));
    expect(events).toEqual(["info redis-up", "warn redis-down", "info redis-up"]);
  });

  test("what was announced while Redis was away is told as soon as it is back, though nobody looks at the log", async () => {
    const log = new PositionLog();
    await using server = await startRedis();
    await using here = openReplica(server.url, log);
    await using there = openReplica(server.url, log);
    await until("up", here, there);
    using followers = new Followers(log, [there.bus]);
    log.head = 1;
    here.bus.announce(1);
    await followers.reach(1);
    await server.kill();
    await until("down", here, there);
    log.head = 5;
    here.bus.announce(5);
    await server.restart();
    await followers.reach(5);
  });

  test("a Redis that takes everything and answers nothing is noticed, and so is its return", async () => {
    const log = new PositionLog();
    await using server = await startRedis();
    await using here = openReplica(server.url, log, 20);
    await using there = openReplica(server.url, log, 20);
    await until("up", here, there);
    using followers = new Followers(log, [there.bus]);
    server.freeze();
    log.head = 1;
    here.bus.announce(1);
    await followers.reach(1);
    await until("down", here, there);
    server.thaw();
    await until("up", here, there);
    log.head = 2;
    here.bus.announce(2);
    await followers.reach(2);
  });

  test("messages that are none of ours harm nothing", async () => {
    const log = new PositionLog();
    await using server = await startRedis();
    await using here = openReplica(server.url, log);
    await until("up", here);
    using followers = new Followers(log, [here.bus]);
    const stranger = new Redis(server.url);
    for (const text of ["", "nonsense", "999999999999999 gateway:of-another-log", "-1 x", "1e9 x", "{}"])
      await stranger.publish("concordat:wake", text);
    log.head = 3;
    await stranger.publish("concordat:wake", "3 gateway:another");
    stranger.disconnect();
    await followers.reach(3);
    log.head = 4;
    here.bus.announce(4);
    await followers.reach(4);
    expect(followers.seen).toEqual([upTo(4)]);
  });

  test("a wrong password is told once and without it, and everything works without Redis", async () => {
    const log = new PositionLog();
    await using server = await startRedis({ password: "the-right-one" });
    await using here = openReplica(`redis://:a-secret@127.0.0.1:${server.port}`, log, 20);
    await using there = openReplica(`redis://:the-right-one@127.0.0.1:${server.port}`, log, 20);
    await until("up", there);
    using followers = new Followers(log, [here.bus, there.bus]);
    log.head = 1;
    here.bus.announce(1);
    await followers.reach(1);
    await waitFor("it is told", () => here.told.length > 0);
    expect(here.told).toEqual([expect.stringMatching(/^warn redis-down .*WRONGPASS/)]);
    expect(here.told.join()).not.toContain("a-secret");
  });
});

test("without a Redis from the start one warning stands in the log, however often it is tried, and the log is looked at", async () => {
  const log = new PositionLog();
  let attempts = 0;
  const refusing = createServer((socket) => void (attempts++, socket.destroy()));
  await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
  const { port } = refusing.address() as { port: number };
  await using replica = openReplica(`redis://127.0.0.1:${port}`, log, 20);
  using followers = new Followers(log, [replica.bus]);
  log.head = 7;
  await followers.reach(7);
  await waitFor("it was tried several times", () => attempts >= 6);
  expect(replica.told).toEqual([expect.stringContaining("warn redis-down")]);
  expect(replica.bus.status()).toMatchObject({ kind: "redis", state: "down" });
  await new Promise((resolve) => refusing.close(resolve));
});
