import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { governed } from "../end-to-end/treaty.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { type Lakehouse, startLakehouse } from "./lakehouse.ts";
import type { Tables } from "./people.ts";
import { Replica } from "./replica.ts";
import { readPostgres, readSqlite, type Stored } from "./stored.ts";
import { TcpProxy } from "./tcp-proxy.ts";

export interface SystemOptions {
  readonly ledger: "sqlite" | "postgres";
  readonly replicas: number;
  readonly tables: number;
  /** A Redis beside the ledger. */
  readonly redis: boolean;
  /** A network between each gateway and the lakehouse that can be disturbed. */
  readonly network: boolean;
}

/** Everything that is under test, each part a process of its own. */
export interface System extends AsyncDisposable {
  readonly replicas: readonly Replica[];
  readonly lakehouse: Lakehouse;
  readonly postgres: PostgresServer | undefined;
  readonly redis: RedisServer | undefined;
  /** One for each gateway, or none. */
  readonly proxies: readonly TcpProxy[];
  readonly tables: Tables;
  /** Where the logs of the gateways are, and what is kept of a run that went wrong. */
  readonly folder: string;
  /** Keeps the folder, which is removed otherwise. */
  keep(): void;
  /** What the database holds. On SQLite no gateway may be running. */
  readStored(): Promise<Stored>;
}

const SCAN_EVERY = "PT3S";

/** Starts everything; what was started before a failure is ended again. */
export async function startSystem(options: SystemOptions): Promise<System> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "concordat-chaos-"));
  let isKept = false;
  started.defer(async () => {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  });
  const tables = {
    governed: Array.from({ length: options.tables }, (_, index) => `shop.t${index}`),
    peoples: Array.from({ length: 4 }, (_, index) => `shop.p${index}`),
  };
  const lakehouse = started.use(await startLakehouse([...tables.governed, ...tables.peoples]));
  const postgres = options.ledger === "postgres" ? started.use(await startPostgres()) : undefined;
  const redis = options.redis ? started.use(await startRedis()) : undefined;
  const numbers = Array.from({ length: options.replicas }, (_, index) => index);
  const proxies: TcpProxy[] = [];
  if (options.network) for (const _ of numbers) proxies.push(started.use(await TcpProxy.start(lakehouse.url)));
  const replicas = numbers.map((index) => {
    const config = {
      ...scanningOften(governed(proxies[index]?.url ?? lakehouse.url)),
      ...(postgres ? { ledger: { url: postgres.url } } : {}),
      ...(redis ? { redis: { url: redis.url } } : {}),
    };
    return started.use(new Replica(`replica-${index + 1}`, folder, config));
  });
  const [first] = replicas;
  await first?.start(0);
  await first?.stop();
  await Promise.all(replicas.map((it) => it.start()));
  const running = started.move();
  return {
    replicas,
    lakehouse,
    postgres,
    redis,
    proxies,
    tables,
    folder,
    keep: () => {
      isKept = true;
    },
    readStored: async () =>
      postgres ? await readPostgres(postgres.url) : readSqlite(replicas[0]?.dataFolder ?? folder),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function scanningOften(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sources = Object.entries(config["sources"] as Record<string, object>);
  return {
    ...config,
    sources: Object.fromEntries(sources.map(([name, it]) => [name, { ...it, scan: { every: SCAN_EVERY } }])),
  };
}
