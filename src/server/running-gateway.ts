import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger } from "../ports/ledger.ts";

export interface StartOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly log: Logger;
  /** The ledger was restored from a backup, says whoever starts it. */
  readonly restored?: boolean;
}

/** A gateway that listens. The first scan runs on; `close` ends everything, in order, and may be called twice. */
export interface RunningGateway {
  /** "http://127.0.0.1:4000/graphql". */
  readonly graphqlUrl: string;
  /** Where the sandbox's Iceberg REST catalog listens; undefined where the config has no sandbox. */
  readonly sandboxUrl?: string;
  /** Absolute path. */
  readonly dataFolder: string;
  /** Resolves when every source was scanned once after the start, whether well or not. Rejects only if the gateway itself fails. */
  readonly firstScan: Promise<void>;
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/**
 * Starts everything and resolves once the gateway answers; what was started before a failure is stopped again.
 *
 * @throws StartError for what a person can put right: a port that is taken, a folder that is not writable or in use.
 */
export type StartGateway = (options: StartOptions) => Promise<RunningGateway>;

/** The gateway cannot start, and the message says in one sentence why and what to do. No stack trace is shown for it. */
export class StartError extends Error {
  override readonly name = "StartError";
}
