import { threadId } from "node:worker_threads";
import { findPostgresBinary } from "../support/find-program.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Stores } from "./ledger-store.ts";
import type { Overrides } from "./overrides.ts";

export const LEDGER_KINDS = ["memory", "sqlite", "postgres"] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** A kind of ledger, and where its server is if it has one. */
export interface LedgerPlace {
  readonly kind: LedgerKind;
  readonly url?: string;
}

export const IN_MEMORY: LedgerPlace = { kind: "memory" };

/** Nobody cuts the power here: what PostgreSQL has answered need not have reached a disk. */
const FAST = ["fsync = off", "synchronous_commit = off", "full_page_writes = off", "shared_buffers = 256MB"];

/** @throws TypeError for no kind of ledger. */
export function parseLedgerKind(text: string): LedgerKind {
  const kind = LEDGER_KINDS.find((it) => it === text);
  if (!kind) throw new TypeError(`"${text}" is no ledger; there are ${LEDGER_KINDS.join(", ")}.`);
  return kind;
}

/** Why histories cannot be played on such a ledger on this machine; undefined where they can. */
export function whyNoLedger(kind: LedgerKind): string | undefined {
  const lacks = kind === "postgres" && findPostgresBinary("postgres") === undefined;
  return lacks ? "no postgres server on this machine" : undefined;
}

/** Has the server running for as long as `work` takes. */
export async function withLedger<T>(kind: LedgerKind, work: (place: LedgerPlace) => Promise<T>): Promise<T> {
  if (kind !== "postgres") return work({ kind });
  await using server = await startPostgres(FAST);
  return await work({ kind, url: server.url });
}

/** Undefined: each history keeps its ledger in memory. What the others need is loaded only for them. */
export async function openStores({ kind, url = "" }: LedgerPlace): Promise<Stores | undefined> {
  if (kind === "memory") return undefined;
  if (kind === "sqlite") return new (await import("./sqlite-store.ts")).SqliteStores();
  const { PostgresStores } = await import("./postgres-store.ts");
  return PostgresStores.open(url, `simulation_${threadId}`);
}

/** A file belongs to one process alone. */
export function onLedger({ kind }: LedgerPlace, overrides: Overrides): Overrides {
  if (kind !== "sqlite") return overrides;
  return { ...overrides, scenario: { ...overrides.scenario, replicas: 1 } };
}
