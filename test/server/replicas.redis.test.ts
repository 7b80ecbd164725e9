import { pino } from "pino";
import { expect, test } from "vitest";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import { createPollingBus } from "../../src/bus/polling.ts";
import { createRedisBus } from "../../src/bus/redis.ts";
import { openPostgresLedger } from "../../src/ledger/postgres.ts";
import type { Bus } from "../../src/ports/bus.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { connectRedis } from "../../src/redis/link.ts";
import { createGraphServer } from "../../src/server/http.ts";
import { FakeGateway } from "../support/fake-gateway.ts";
import { type OpenSubscription, openSubscription } from "../support/graph-client.ts";
import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";

const CHANGES = "subscription($after: Cursor) { changes(after: $after) { cursor } }";
const SCAN = {
  kind: "SCAN_COMPLETED" as const,
  at: "2026-03-01T12:00:00.000Z",
  actor: { kind: "gateway" as const, id: "gateway" },
};

interface Replica extends AsyncDisposable {
  readonly bus: Bus;
  readonly ledger: Ledger;
  append(count: number): Promise<void>;
  follow(after: number): OpenSubscription<{ changes: { cursor: string } }>;
}

let started = 0;

/** A graph over a PostgreSQL ledger that others write too; with a bus of its own. */
async function openReplica(url: string, redisUrl: string | undefined): Promise<Replica> {
  const ledger = await openPostgresLedger({ url, maxConnections: 4 });
  const polling = createPollingBus({ readHead: () => ledger.head() });
  const link =
    redisUrl === undefined
      ? undefined
      : connectRedis({ url: redisUrl, prefix: "concordat", report: () => undefined, now: () => 0 });
  const bus = link ? createRedisBus({ link, polling, self: `replica-${++started}` }) : polling;
  if (link) await waitFor("Redis is up", () => link.status().state === "up");
  const gateway = new FakeGateway(ledger);
  const log = pino({ level: "silent" });
  const server = await createGraphServer({ gateway, ledger, bus, access: undefined, host: "127.0.0.1", port: 0, log });
  return {
    bus,
    ledger,
    async append(count) {
      const done = await ledger.commit({ changes: Array.from({ length: count }, () => SCAN) });
      if (!done.ok) throw new Error(done.reason);
      bus.announce(done.head);
    },
    follow: (after) => openSubscription(server.graphqlUrl, CHANGES, { after: encodeCursor({ position: after }) }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await bus[Symbol.asyncDispose]();
      await link?.[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
    },
  };
}

function cursors(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => encodeCursor({ position: from + index }));
}

async function takeUpTo(stream: OpenSubscription<{ changes: { cursor: string } }>, position: number) {
  const taken: string[] = [];
  for await (const { changes } of stream) {
    taken.push(changes.cursor);
    if (changes.cursor === encodeCursor({ position })) break;
  }
  return taken;
}

describeWithService(["postgres", "redis"], "Subscribers of two replicas", () => {
  test.each([
    ["with Redis", true],
    ["without Redis", false],
  ])("%s are told the same in the same order, whichever replica wrote", async (_title, hasRedis) => {
    await using postgres = await startPostgres();
    await using redis = await startRedis();
    await using here = await openReplica(postgres.url, hasRedis ? redis.url : undefined);
    await using there = await openReplica(postgres.url, hasRedis ? redis.url : undefined);
    await using left = here.follow(0);
    await using right = there.follow(0);
    const taken = [takeUpTo(left, 300), takeUpTo(right, 300)];
    for (let round = 0; round < 30; round++) await (round % 2 === 0 ? here : there).append(10);
    expect(await Promise.all(taken)).toEqual([cursors(1, 300), cursors(1, 300)]);
  });

  test("a subscriber goes on at the other replica with its cursor, without a gap and without a repeat", async () => {
    await using postgres = await startPostgres();
    await using here = await openReplica(postgres.url, undefined);
    await using there = await openReplica(postgres.url, undefined);
    const writing = (async () => {
      for (let round = 0; round < 40; round++) await (round % 2 === 0 ? here : there).append(5);
    })();
    const seen: string[] = [];
    for (const [turn, upTo] of [30, 31, 75, 120, 200].entries()) {
      await using stream = (turn % 2 === 0 ? there : here).follow(seen.length);
      seen.push(...(await takeUpTo(stream, upTo)));
    }
    await writing;
    expect(seen).toEqual(cursors(1, 200));
  });

  test("Redis that dies half-way and comes back costs time and nothing else", async () => {
    await using postgres = await startPostgres();
    await using redis = await startRedis();
    await using here = await openReplica(postgres.url, redis.url);
    await using there = await openReplica(postgres.url, redis.url);
    await using left = here.follow(0);
    await using right = there.follow(0);
    const taken = [takeUpTo(left, 90), takeUpTo(right, 90)];
    const write = async (): Promise<void> => {
      for (let round = 0; round < 6; round++) await (round % 2 === 0 ? here : there).append(5);
    };
    const both = (state: "up" | "down") =>
      waitFor(`Redis is ${state}`, () => [here, there].every((it) => JSON.stringify(it.bus.status()).includes(state)));
    await write();
    await redis.kill();
    await write();
    await both("down");
    await redis.restart();
    await both("up");
    await write();
    expect(await Promise.all(taken)).toEqual([cursors(1, 90), cursors(1, 90)]);
  });
});
