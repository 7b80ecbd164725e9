import { describe, expect, test } from "vitest";
import type { FaultSpec } from "../../sandbox/iceberg-rest/fault.ts";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { mutate, readField, settle } from "./graph.ts";

const TABLES = 12;
const DEFAULTS = { mode: "enforce", onForeignWrite: "revert", onConflict: "authority", onFirstSight: "union" };
const GUARDS = { maxRemovals: 1_000, maxRemovalPercent: 100, maxRewrites: 1_000, maxRewritePercent: 100 };

/** Two lakehouses under one catalog: "lake.…" and "archive.…". What is said of a table in the catalog goes to the one that has it. */
function config(lake: string, archive: string): Readonly<Record<string, unknown>> {
  const scan = { every: "P1D" };
  const http = { timeout: "PT1S", callTimeout: "PT3S" };
  const lakehouse = { type: "iceberg-rest", mode: "enforce", scan, http };
  return {
    sources: {
      lake: { ...lakehouse, uri: lake, names: { prefix: "lake" } },
      archive: { ...lakehouse, uri: archive, names: { prefix: "archive" } },
      catalog: { type: "embedded", mode: "enforce", scan },
    },
    treaty: {
      defaults: DEFAULTS,
      rules: [
        { name: "governance", fields: ["*"], authority: "catalog", mirrors: ["lake", "archive"] },
        { name: "schemas", fields: ["schema"], authority: "lake" },
        { name: "archived", fields: ["schema"], authority: "archive", assets: { names: ["archive.**"] } },
        {
          name: "texts",
          fields: ["description"],
          authority: "lake",
          mirrors: ["catalog"],
          assets: { names: ["lake.**"] },
        },
      ],
      guards: GUARDS,
    },
  };
}

interface Ground {
  readonly lake: IcebergSandbox;
  readonly gateway: GatewayProcess;
  readonly tables: readonly string[];
}

/** What it opens is closed with `opened`. */
async function start(opened: AsyncDisposableStack): Promise<Ground> {
  const lake = opened.use(await startIcebergSandbox({ seed: { tables: TABLES } }));
  const archive = opened.use(await startIcebergSandbox({ seed: { tables: TABLES } }));
  const gateway = opened.use(await GatewayProcess.start({ config: config(lake.url, archive.url) }));
  await settle(gateway);
  const { assets } = await gateway.query<{ assets: { nodes: { name: string }[] } }>(
    `{ assets(first: ${2 * TABLES}, filter: { kind: [TABLE] }) { nodes { name } } }`,
  );
  return { lake, gateway, tables: assets.nodes.map((it) => it.name) };
}

interface Ready {
  readonly status: string;
  readonly sources: readonly {
    readonly name: string;
    readonly status: string;
    readonly failingSince?: string;
    readonly backlog: number;
    readonly error?: { readonly code: string };
  }[];
}

async function ready(gateway: GatewayProcess): Promise<Ready> {
  const answer = await fetch(new URL("/health/ready", gateway.graphqlUrl));
  expect(answer.status).toBe(200);
  return (await answer.json()) as Ready;
}

async function lakeOf(gateway: GatewayProcess): Promise<Ready["sources"][number]> {
  const lake = (await ready(gateway)).sources.find((it) => it.name === "lake");
  if (!lake) throw new Error("readiness does not name the lake");
  return lake;
}

// Most of it is waiting until something has given up: they wait together.
describe.concurrent("a lakehouse that is as good as dead keeps nobody else waiting", () => {
  test.each<[string, FaultSpec]>([
    ["accepts requests and never answers", { kind: "hang" }],
    ["answers one byte a second", { kind: "drip", bytesPerSecond: 1 }],
    ["resets every connection half-way", { kind: "truncated-body" }],
    ["resets every connection", { kind: "connection-reset" }],
  ])(
    "one that %s",
    async (_title, fault) => {
      await using opened = new AsyncDisposableStack();
      const { gateway, lake, tables } = await start(opened);
      const lakes = tables.filter((it) => it.startsWith("lake."));
      const archives = tables.filter((it) => it.startsWith("archive."));
      const [first = "", second = ""] = lakes;
      lake.faults.add(fault);

      // What goes to the dead one is taken by the catalog, and waits.
      for (const name of lakes)
        expect((await mutate(gateway, "setDomain", { name, domain: `of ${name}` })).userErrors).toEqual([]);
      // What goes to the other one arrives there meanwhile.
      for (const name of archives) {
        const { deliveries } = await mutate(gateway, "setDomain", { name, domain: `of ${name}`, awaitMirrors: true });
        expect(deliveries.find((it) => it.source.name === "archive")?.status).toBe("APPLIED");
      }

      // Its own fields cannot be changed, and the answer says so and comes.
      const refused = await mutate(gateway, "setDescription", { name: first, description: "new" });
      expect(refused.change).toBeNull();
      expect(refused.userErrors.map((it) => it.code)).toEqual(["SOURCE_UNAVAILABLE"]);

      // Asked for the truth now, the graph tells what it knows, and whom it could not ask.
      const live = await gateway.queryRaw(
        `query ($name: String!) { asset(name: $name, freshness: LIVE) { name domain { value { name } } } }`,
        { name: second },
      );
      expect(live.data).toMatchObject({ asset: { domain: { value: { name: `of ${second}` } } } });
      expect(live.errors).toMatchObject([{ extensions: { code: "SOURCE_UNAVAILABLE" } }]);

      // Readiness names it, since when, and what waits for it: at most one piece of work an asset.
      const failing = await waitFor("the lake is told to be failing", async () => {
        const it = await lakeOf(gateway);
        return it.status === "failing" && it.failingSince !== undefined && it;
      });
      expect((await ready(gateway)).status).toBe("degraded");
      await waitFor("its backlog is told", async () => (await lakeOf(gateway)).backlog >= lakes.length);
      expect(failing.backlog).toBeLessThanOrEqual(2 * TABLES);

      // Once it is back, everything arrives by itself.
      lake.faults.clear();
      await waitFor("all is well", async () => (await ready(gateway)).status === "ready");
      for (const name of lakes) {
        await waitFor(`${name} has arrived`, async () => {
          const { at, status } = await readField(gateway, name, "domain", "LIVE");
          return status === "IN_SYNC" && at["lake"] === `of ${name}`;
        });
      }
      await waitFor("nothing waits any more", async () => (await lakeOf(gateway)).backlog === 0);
    },
    240_000,
  );
});
