import type { IntentId, SourceId } from "../domain/ids.ts";
import type { SourceTable } from "../plan/source-facts.ts";
import type { Treaty } from "../treaty/decision.ts";
import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { Lease, Ledger, WorkItem } from "./ledger.ts";
import type { Random } from "./random.ts";
import type { Source, SourceError } from "./source.ts";

/** Since when a source does not answer (milliseconds since 1970), and what became of the last call. */
export interface Failing {
  readonly since: number;
  readonly error: SourceError;
}

/** The connected sources, and what is known of each now. */
export interface SourceRegistry {
  readonly ids: readonly SourceId[];
  get(id: SourceId): Source | undefined;
  /** Facts of every source, current modes and scans included. */
  table(): SourceTable;
  /** Said of a source of which nothing can be had for now; undefined while it answers, and where nobody watches it. */
  failing(id: SourceId): Failing | undefined;
  /** The revisions of the records that `table` is made of. */
  revisions(): Readonly<Record<SourceId, number>>;
  /** Hash of the treaty in force, at the last look. */
  treatyInForce(): string | undefined;
  /** Reads the sources' records (mode, scans) and the treaty in force from the ledger again: after somebody changed them. */
  refresh(): Promise<void>;
}

export type LogLevel = "debug" | "info" | "warn" | "error";
/** One business event, for operators: a short name and its facts. Never a secret, never a value of a field. */
export type Report = (level: LogLevel, event: string, facts: Readonly<Record<string, unknown>>) => void;

/** What this process is at, under leases that are renewed for as long as it is. */
export interface LeaseKeeper {
  /** For how long a lease is claimed, and renewed: soon over if this process dies. */
  readonly leaseMs: number;
  keepWork(item: WorkItem, until: number): KeptLease;
  /** From before the write is recorded; `begins` once it is. */
  keepIntent(id: IntentId): KeptLease;
  keepLease(lease: Lease, until: number): KeptLease;
  /** Whether this process is at that write: then nobody else of it may say what became of it, however long it takes. */
  isAt(id: IntentId): boolean;
}

/** A lease that is renewed until it is let go of. */
export interface KeptLease {
  /** Its end as far as is known here (milliseconds since 1970): past it somebody else may have taken it. */
  readonly until: number;
  /** It stands in the ledger until then, and is renewed from now on. */
  begins(until: number): void;
  /** From now on it runs out. */
  letGo(): void;
}

/** What every part of the engine needs from outside. Time, randomness and ids are arguments, so that a test can own them. */
export interface Engine {
  readonly ledger: Ledger;
  readonly sources: SourceRegistry;
  readonly treaty: Treaty;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly bus: Bus;
  /** This process, as leases name it. */
  readonly holder: string;
  readonly leases: LeaseKeeper;
  readonly report: Report;
}
