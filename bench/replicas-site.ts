import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startPostgres } from "../test/support/postgres.ts";
import { startRedis } from "../test/support/redis.ts";
import { startChild } from "./child.ts";
import { type StartedGateway, startGatewayProcess } from "./gateways.ts";
import { fillLakehouse } from "./replicas-lakehouse.ts";
import { isAtRest } from "./replicas-log.ts";
import { type GovernedTable, lakehouseTables } from "./replicas-plan.ts";

/** Everything beside the gateways: PostgreSQL, Redis, the lakehouse, and a folder. */
export interface Site extends AsyncDisposable {
  readonly folder: string;
  readonly lakehouse: { readonly url: string; readonly pid: number };
  readonly databaseUrl: string;
  readonly client: pg.Client;
  /** Starts so many gateways, one after the other. `name`: of their folders and profiles. */
  start(replicas: number, name: string, hasRedis: boolean): Promise<readonly StartedGateway[]>;
}

/** So that each log entry tells when it was committed. */
const POSTGRES_SETTINGS = ["track_commit_timestamp = on"];

export async function openSite(tables: number, profileFolder: string | undefined): Promise<Site> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "concordat-bench-"));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = opened.use(await startPostgres(POSTGRES_SETTINGS));
  const redis = opened.use(await startRedis());
  const sandbox = opened.use(startChild("sandbox/main.ts", "--port", "0", "--seed", "empty"));
  const lakehouse = await sandbox.next<{ url: string; pid: number }>();
  await fillLakehouse(lakehouse.url, tables);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  opened.defer(() => client.end());
  const resources = opened.move();
  return {
    folder,
    lakehouse,
    databaseUrl: postgres.url,
    client,
    async start(replicas, name, hasRedis) {
      const started: StartedGateway[] = [];
      for (let replica = 1; replica <= replicas; replica += 1) {
        const own = `${name}-${replica}`;
        const config = gatewayConfig(lakehouse.url, postgres.url, hasRedis ? redis.url : undefined);
        const env = { CONCORDAT_LOG_LEVEL: "warn", ...profiled(profileFolder, own) };
        started.push(await startGatewayProcess({ config, env, folder: join(folder, own) }));
      }
      return started;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Half of the fields have their authority in the catalog, half in the lakehouse; nothing is scanned while it is measured. */
function gatewayConfig(lakehouse: string, database: string, redis: string | undefined): object {
  return {
    server: { port: 0 },
    data: "./data",
    ledger: { url: database },
    ...(redis === undefined ? {} : { redis: { url: redis } }),
    sources: {
      lakehouse: { type: "iceberg-rest", uri: lakehouse, mode: "enforce", scan: { every: "PT12H" } },
      catalog: { type: "embedded", mode: "enforce", scan: { every: "PT12H" } },
    },
    treaty: {
      defaults: { mode: "enforce", onFirstSight: "union" },
      rules: [
        { name: "governance", fields: ["*"], authority: "catalog", mirrors: ["lakehouse"] },
        {
          name: "descriptions",
          fields: ["description", "columns.*.description"],
          authority: "lakehouse",
          mirrors: ["catalog"],
        },
      ],
      // Every table changes all the time here, which is what the guards of a real installation are there to stop.
      guards: { maxRemovals: 1e9, maxRemovalPercent: 100, maxRewrites: 1e9, maxRewritePercent: 100 },
    },
  };
}

function profiled(folder: string | undefined, name: string): Readonly<Record<string, string>> {
  return folder === undefined
    ? {}
    : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-name=${name}.cpuprofile` };
}

/** The tables as the gateways know them, in the order of their numbers. */
export async function governedTables(client: pg.Client, count: number): Promise<readonly GovernedTable[]> {
  const { rows } = await client.query<{ id: string; name: string }>(
    "select id, body::json ->> 'name' as name from asset where kind = 'TABLE'",
  );
  const idByName = new Map(rows.map((it) => [it.name, it.id]));
  return lakehouseTables(count).map((it) => {
    const id = idByName.get(`${it.namespace}.${it.name}`);
    if (id === undefined) throw new Error(`The gateway has not found ${it.namespace}.${it.name}`);
    return { ...it, id };
  });
}

const LONGEST_REST_MS = 300_000;

/** @throws Error if there is still work after five minutes. */
export async function untilAtRest(client: pg.Client): Promise<void> {
  for (const until = Date.now() + LONGEST_REST_MS; !(await isAtRest(client)); await delay(50)) {
    if (Date.now() > until) throw new Error("The gateways do not come to rest");
  }
}
