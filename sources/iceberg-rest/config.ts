import type { SourceId } from "../../src/domain/ids.ts";
import type { SourceRole } from "../../src/ports/source.ts";

export interface OAuth2Credentials {
  /** Token endpoint; default: the catalog's own `v1/oauth/tokens`, which the specification deprecates. */
  readonly uri?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: `catalog`. */
  readonly scope?: string;
}

export type IcebergAuth = "none" | { readonly token: string } | { readonly oauth2: OAuth2Credentials };

/** How one Iceberg REST catalog is reached. Times in milliseconds. */
export interface IcebergRestConfig {
  readonly id: SourceId;
  /** Base address without `/v1` and without credentials: `https://catalog.example.com/api/catalog`. */
  readonly uri: string;
  readonly warehouse?: string;
  readonly auth: IcebergAuth;
  /** Default: `lakehouse`. */
  readonly role?: SourceRole;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Requests at a time for reads and writes; default 8. */
  readonly concurrency?: number;
  /** Requests at a time for scans, besides those; default 16. */
  readonly scanConcurrency?: number;
  /** Requests that may wait for a free slot before new ones fail with `busy`; default 1,000. */
  readonly queueLimit?: number;
  readonly timeouts?: {
    /** To connect, and then between any two signs of life of one attempt; default 10,000. */
    readonly attemptMs?: number;
    /** For one call with all its attempts and waits; default 30,000. */
    readonly overallMs?: number;
  };
  readonly retries?: {
    /** After the first attempt; default 3. */
    readonly attempts?: number;
    /** Delays are drawn from 0 to `baseMs * 2 ** attempt`, at most `capMs`; defaults 200 and 5,000. */
    readonly baseMs?: number;
    readonly capMs?: number;
  };
  /** How long the circuit stays open once most recent requests failed; default 5,000. */
  readonly circuitOpenMs?: number;
  /** A larger response is refused; default 32 MiB. */
  readonly maxBodyBytes?: number;
  /** Default: the server's `rest-page-size`, otherwise 1,000. */
  readonly pageSize?: number;
  /** Send If-None-Match in scans. Switch off for catalogs that keep properties outside of the table metadata; default true. */
  readonly conditionalLoads?: boolean;
  /** For so long it may go on answering with what stood there before a commit; default 0. */
  readonly visibleWithinMs?: number;
}

/** The configuration with every default filled in. */
export interface IcebergRestSettings {
  readonly id: SourceId;
  /** Without a trailing slash. */
  readonly base: URL;
  readonly warehouse: string | undefined;
  readonly auth: IcebergAuth;
  readonly role: SourceRole;
  readonly headers: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly scanConcurrency: number;
  readonly queueLimit: number;
  readonly attemptMs: number;
  readonly overallMs: number;
  readonly retryAttempts: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  readonly circuitOpenMs: number;
  readonly maxBodyBytes: number;
  readonly pageSize: number | undefined;
  readonly conditionalLoads: boolean;
  readonly visibleWithinMs: number;
}

/** @throws TypeError saying what to change, if an address or a number cannot be used. */
export function settle(config: IcebergRestConfig): IcebergRestSettings {
  const base = toBase(config.uri);
  if (typeof config.auth === "object" && "oauth2" in config.auth && config.auth.oauth2.uri !== undefined) {
    toBase(config.auth.oauth2.uri);
  }
  return {
    id: config.id,
    base,
    warehouse: config.warehouse,
    auth: config.auth,
    role: config.role ?? "lakehouse",
    headers: config.headers ?? {},
    concurrency: atLeast(1, config.concurrency ?? 8, "concurrency"),
    scanConcurrency: atLeast(1, config.scanConcurrency ?? 16, "scanConcurrency"),
    queueLimit: atLeast(0, config.queueLimit ?? 1_000, "queueLimit"),
    attemptMs: atLeast(1, config.timeouts?.attemptMs ?? 10_000, "timeouts.attemptMs"),
    overallMs: atLeast(1, config.timeouts?.overallMs ?? 30_000, "timeouts.overallMs"),
    retryAttempts: atLeast(0, config.retries?.attempts ?? 3, "retries.attempts"),
    retryBaseMs: atLeast(0, config.retries?.baseMs ?? 200, "retries.baseMs"),
    retryCapMs: atLeast(0, config.retries?.capMs ?? 5_000, "retries.capMs"),
    circuitOpenMs: atLeast(0, config.circuitOpenMs ?? 5_000, "circuitOpenMs"),
    maxBodyBytes: atLeast(1_024, config.maxBodyBytes ?? 32 * 1_024 * 1_024, "maxBodyBytes"),
    pageSize: config.pageSize === undefined ? undefined : atLeast(1, config.pageSize, "pageSize"),
    conditionalLoads: config.conditionalLoads ?? true,
    visibleWithinMs: atLeast(0, config.visibleWithinMs ?? 0, "visibleWithinMs"),
  };
}

function toBase(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `Not an http or https address: "${text}". Write it like https://catalog.example.com/api/catalog.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`The address of ${url.host} holds credentials: put them into "auth".`);
  }
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}

function atLeast(least: number, value: number, name: string): number {
  if (!Number.isInteger(value) || value < least) {
    throw new TypeError(`${name} must be a whole number of at least ${least}, got ${value}.`);
  }
  return value;
}
