import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { generatedTable, seedGenerated } from "../generate.ts";
import { seedTpcds } from "../tpcds/seed.ts";
import { Auth, type AuthOptions } from "./auth.ts";
import { Catalog } from "./catalog.ts";
import { CatalogEditor } from "./catalog-editor.ts";
import { DataFile, loadDataFile } from "./data-file.ts";
import { Faults } from "./faults.ts";
import { Idempotency } from "./idempotency.ts";
import { RequestCounters } from "./request-counters.ts";
import { requestListener } from "./request-listener.ts";
import { seededRandom, seededUuid } from "./seeded-random.ts";

export interface IcebergSandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** What an empty catalog begins with; "empty" by default. A data file that exists wins. */
  readonly seed?: "tpcds" | "tpcds-agreed" | "empty" | { readonly tables: number };
  /** Keeps the catalog in this file, so that the next start continues where this one ends. */
  readonly dataFile?: string;
  readonly auth?: AuthOptions;
  /** Advertised by `GET /v1/config`, and then part of every address. */
  readonly prefix?: string;
  /** Most entries of a page; 1000 by default. A client that sends no `pageToken` gets all at once. */
  readonly pageSizeLimit?: number;
  /** The only warehouse that `GET /v1/config` knows; without it any name will do. */
  readonly warehouse?: string;
  /** A separator of namespace levels that is advertised besides the unit separator. */
  readonly namespaceSeparator?: string;
  /** Where new tables lie, without a slash at the end: "s3://warehouse". */
  readonly location?: string;
  /** Bytes of serialised tables that may be kept; 512 MiB by default. */
  readonly cacheBytes?: number;
  /** Milliseconds since 1970; the machine's clock by default. */
  readonly now?: () => number;
}

/** An Iceberg REST catalog that listens. Disposing of it closes every connection and writes its data file. */
export interface IcebergSandbox extends AsyncDisposable {
  /** "http://127.0.0.1:8181", the catalog's `uri`. */
  readonly url: string;
  readonly port: number;
  readonly faults: Faults;
  readonly requests: RequestCounters;
  /** What it holds, by the catalog's own operations. */
  readonly catalog: Catalog;
  /** The same by handy edits with dotted names, behind everybody's back; they are not counted as requests. */
  readonly edit: CatalogEditor;
  /** Ends every token that was issued so far. */
  expireTokens(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws Error if the port is taken (`code` is "EADDRINUSE") or the data file is not one. */
export async function startIcebergSandbox(options: IcebergSandboxOptions = {}): Promise<IcebergSandbox> {
  const { host = "127.0.0.1", port = 0, now = Date.now } = options;
  let seeding = true;
  const seeded = seededRandom(1);
  const catalog = new Catalog({
    now,
    // A seed has the same table ids at every start: with no data file, a restart is no drop and re-creation of every table.
    uuid: () => (seeding ? seededUuid(seeded) : randomUUID()),
    ...(options.location ? { warehouse: options.location } : {}),
    ...(options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes }),
  });
  const dataFile = options.dataFile === undefined ? undefined : new DataFile(options.dataFile, catalog);
  const restored = options.dataFile !== undefined && (await loadDataFile(options.dataFile, catalog, generatedTable));
  if (!restored) seed(catalog, options.seed ?? "empty");
  seeding = false;
  const parts = {
    settings: {
      catalog,
      pageSizeLimit: options.pageSizeLimit ?? 1000,
      warehouse: options.warehouse,
      prefix: options.prefix,
      separator: options.namespaceSeparator,
    },
    auth: new Auth(options.auth, now),
    faults: new Faults(),
    idempotency: new Idempotency(now),
    requests: new RequestCounters(),
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, requestListener(parts));
  await listen(server, port, host);
  if (dataFile && !restored) await dataFile.flush();
  if (dataFile) catalog.onChange = () => dataFile.changed();
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    port: taken,
    faults: parts.faults,
    requests: parts.requests,
    catalog,
    edit: new CatalogEditor(catalog),
    expireTokens: () => parts.auth.expireTokens(),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await dataFile?.[Symbol.asyncDispose]();
    },
  };
}

function seed(catalog: Catalog, what: NonNullable<IcebergSandboxOptions["seed"]>): void {
  if (what === "tpcds" || what === "tpcds-agreed") seedTpcds(catalog, what === "tpcds-agreed");
  else if (what !== "empty") seedGenerated(catalog, what.tables);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
