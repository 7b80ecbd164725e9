import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { describeWithService } from "../support/services.ts";
import { waitFor } from "../support/wait-for.ts";
import { CHANGE_EVENTS, headOf, listAssets, mutate, readLog, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Follows all changes, and moves on to the next gateway with its cursor after every `every` events. */
class Follower {
  readonly cursors: string[] = [];
  readonly #gateways: readonly GatewayProcess[];
  readonly #running: Promise<void>;
  #open: ReturnType<GatewayProcess["subscribe"]> | undefined;
  #stopped = false;

  constructor(gateways: readonly GatewayProcess[], after: string, every = Number.POSITIVE_INFINITY) {
    this.#gateways = gateways;
    this.#running = this.#follow(after, every);
  }

  async #follow(after: string, every: number): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const gateway = this.#gateways[turn % this.#gateways.length] as GatewayProcess;
      await using stream = gateway.subscribe<{ changes: { cursor: string } }>(CHANGE_EVENTS, {
        after: this.cursors.at(-1) ?? after,
      });
      this.#open = stream;
      const enough = this.cursors.length + every;
      for await (const { changes } of stream) {
        this.cursors.push(changes.cursor);
        if (this.cursors.length >= enough) break;
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#open?.[Symbol.asyncDispose]();
    await this.#running;
  }
}

describeWithService(["postgres", "redis"], "Two gateways on one PostgreSQL", () => {
  describe.each([
    ["with Redis", true],
    ["without Redis", false],
  ])("%s", (_title, hasRedis) => {
    let sandbox: IcebergSandbox;
    let postgres: PostgresServer;
    let redis: RedisServer;
    let gateways: readonly [GatewayProcess, GatewayProcess];
    let tables: readonly string[];
    let mutations = 0;

    beforeAll(async () => {
      sandbox = await startIcebergSandbox({ seed: { tables: 10 } });
      postgres = await startPostgres();
      redis = await startRedis();
      const config = {
        ...governed(sandbox.url),
        ledger: { url: postgres.url },
        ...(hasRedis && { redis: { url: redis.url } }),
      };
      const first = await GatewayProcess.start({ config });
      gateways = [first, await GatewayProcess.start({ config })];
      await settle(first);
      tables = (await listAssets(first)).filter((it) => it.kind === "TABLE").map((it) => it.name);
    });
    afterAll(async () => {
      for (const it of gateways ?? []) await it[Symbol.asyncDispose]();
      await redis?.[Symbol.asyncDispose]();
      await postgres?.[Symbol.asyncDispose]();
      await sandbox?.[Symbol.asyncDispose]();
    });

    /** Each gateway in turn; a value that never was there before. */
    async function mutateInTurn(times: number): Promise<void> {
      for (let done = 0; done < times; done++) {
        mutations += 1;
        const gateway = gateways[mutations % 2] as GatewayProcess;
        const name = tables[mutations % tables.length] as string;
        const { userErrors } = await mutate(gateway, "setDomain", { name, domain: `domain-${mutations}` });
        expect(userErrors).toEqual([]);
      }
    }

    /** Everybody has seen what stands in the log since `after`, in its order, and nothing twice. */
    async function expectAllTold(followers: readonly Follower[], after: string): Promise<void> {
      await settle(gateways[0]);
      const written = (await readLog(gateways[1], {}, after)).map((it) => it.cursor);
      expect(written.length).toBeGreaterThan(10);
      await waitFor("everybody has been told of everything", () =>
        followers.every((it) => it.cursors.length >= written.length),
      );
      for (const it of followers) expect(it.cursors.slice(0, written.length)).toEqual(written);
    }

    test("subscribers of either are told the same in the same order, and may go on at the other one", async () => {
      const after = await headOf(gateways[0]);
      const followers = [
        new Follower([gateways[0]], after),
        new Follower([gateways[1]], after),
        new Follower(gateways, after, 7),
      ];
      await mutateInTurn(30);
      await expectAllTold(followers, after);
      await Promise.all(followers.map((it) => it.stop()));
    });

    if (!hasRedis) return;
    test("Redis killed half-way and back again: nothing is lost, doubled or out of order", async () => {
      const after = await headOf(gateways[0]);
      const followers = [
        new Follower([gateways[0]], after),
        new Follower([gateways[1]], after),
        new Follower(gateways, after, 11),
      ];
      await mutateInTurn(10);
      await redis.kill();
      await mutateInTurn(10);
      await expectAllTold(followers, after);
      await redis.restart();
      for (const it of gateways) {
        await waitFor("it tells that Redis is back", () => it.log.split("engine.redis-up").length > 2);
      }
      await mutateInTurn(10);
      await expectAllTold(followers, after);
      await Promise.all(followers.map((it) => it.stop()));
      for (const it of gateways) expect(it.log.match(/engine\.redis-down/g)).toHaveLength(1);
    });
  });
});
