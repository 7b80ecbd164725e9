import type { SourceId } from "../domain/ids.ts";
import type { CompiledTreaty } from "../treaty/compile.ts";
import type { Mode } from "../treaty/decision.ts";
import type { LogLevel } from "./environment.ts";

/** Everything that the gateway is told from outside, checked and with every default filled in. Holds secrets: never log it whole. */
export interface Config {
  /** Absolute path of the file that it was read from. */
  readonly file: string;
  /** It came from no file of the user's: the demo. */
  readonly demo: boolean;
  /** Port 0 takes any free one. Without `access` the host is a loopback address. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** How many operations one caller may run in a time; left out: as many as it likes. */
    readonly rateLimit?: { readonly operations: number; readonly perSeconds: number };
  };
  /** Absolute path. */
  readonly dataFolder: string;
  readonly ledger: LedgerConfig;
  /** What several replicas share besides the ledger; undefined: nothing. */
  readonly redis: RedisConfig | undefined;
  /** Undefined: whoever reaches the gateway on this machine may do everything. */
  readonly access: AccessConfig | undefined;
  readonly logLevel: LogLevel;
  /** The Iceberg REST catalog to start beside the gateway, on loopback; port 0 takes any free one. */
  readonly sandbox: { readonly port: number } | undefined;
  readonly sources: readonly SourceConfig[];
  readonly treaty: CompiledTreaty;
}

export type LedgerConfig = { readonly engine: "sqlite" } | { readonly engine: "postgres"; readonly url: string };

export interface RedisConfig {
  readonly url: string;
  /** Keys and channels begin with it. */
  readonly prefix: string;
}

export const ACCESS_ROLES = ["reader", "editor", "operator"] as const;
/** reader: queries and subscriptions. editor: also mutations of fields. operator: also scans, reconciles and modes. */
export type AccessRole = (typeof ACCESS_ROLES)[number];

export interface AccessConfig {
  /** Bearer tokens, all different. `name` stands in the log as the actor. */
  readonly tokens: readonly { readonly name: string; readonly token: string; readonly roles: readonly AccessRole[] }[];
}

export type SourceConfig = EmbeddedConfig | IcebergRestSourceConfig;

interface AnySourceConfig {
  readonly id: SourceId;
  readonly mode: Mode;
  /** Segments that stand before the source's native names in canonical names; empty where they are the same. */
  readonly namePrefix: readonly string[];
  readonly scan: { readonly everyMs: number };
}

/** The gateway's own governance catalog, stored beside the ledger. */
export interface EmbeddedConfig extends AnySourceConfig {
  readonly type: "embedded";
  readonly role: "catalog";
}

/** `sources/iceberg-rest` takes what stands here as it is. */
export interface IcebergRestSourceConfig extends AnySourceConfig {
  readonly type: "iceberg-rest";
  readonly role: "lakehouse";
  /** Where `sandbox` is true, the sandbox's address, as far as its port is known. */
  readonly uri: string;
  readonly sandbox: boolean;
  readonly warehouse?: string;
  readonly auth: IcebergRestAuth;
  readonly headers: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly scanConcurrency: number;
  readonly timeouts: { readonly attemptMs: number; readonly overallMs: number };
  readonly pageSize?: number;
  readonly conditionalLoads: boolean;
  readonly visibleWithinMs: number;
}

export type IcebergRestAuth =
  | "none"
  | { readonly token: string }
  | {
      readonly oauth2: {
        readonly clientId: string;
        readonly clientSecret: string;
        readonly scope?: string;
        readonly uri?: string;
      };
    };
