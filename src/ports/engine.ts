import type { SourceId } from "../domain/ids.ts";
import type { SourceTable } from "../plan/source-facts.ts";
import type { Treaty } from "../treaty/decision.ts";
import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";
import type { Source } from "./source.ts";

/** The connected sources, and what is known of each now. */
export interface SourceRegistry {
  readonly ids: readonly SourceId[];
  get(id: SourceId): Source | undefined;
  /** Facts of every source, current modes and scans included. */
  table(): SourceTable;
  /** Reads the sources' records (mode, scans) from the ledger again: after somebody changed them. */
  refresh(): Promise<void>;
}

export type LogLevel = "debug" | "info" | "warn" | "error";
/** One business event, for operators: a short name and its facts. Never a secret, never a value of a field. */
export type Report = (level: LogLevel, event: string, facts: Readonly<Record<string, unknown>>) => void;

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
  readonly report: Report;
}
