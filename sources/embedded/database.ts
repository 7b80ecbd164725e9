import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { IntentId, SourceId } from "../../src/domain/ids.ts";

export type RecordTable = {
  /** ULID: the record's stable id. */
  id: string;
  /** The catalog: several can share a database. */
  source: string;
  kind: string;
  /** The name path as a JSON list. */
  name: string;
  /** How many segments the name has: a listing goes from the outermost in. */
  depth: number;
  /** Counts the changes, from 1. */
  version: number;
  /** When it last got another name, in milliseconds since 1970; 0 if never. */
  moved_at: number;
  /** JSON object: field key → normalised value. */
  fields: string;
};
/** Named, not `*`: once a newer gateway adds a column, PostgreSQL refuses a prepared `select *` for as long as the connection lives. */
export const RECORD_COLUMNS = [
  "id",
  "source",
  "kind",
  "name",
  "depth",
  "version",
  "moved_at",
  "fields",
] as const satisfies readonly (keyof RecordTable)[];
export type EmbeddedTables = { embedded_record: RecordTable };

type NoTables = Record<never, never>;

/** What the catalog needs of the database that it shares with the ledger. */
export interface EmbeddedDatabase {
  readonly kysely: Kysely<NoTables>;
  migrate(owner: string, migrations: Readonly<Record<string, Migration>>): Promise<void>;
  /** Those of `stableIds` that are bound to another asset than the one that the open write is about; asked within a transaction. */
  boundToOthers(
    tx: Kysely<NoTables>,
    source: SourceId,
    stableIds: readonly string[],
    intent: IntentId,
  ): Promise<ReadonlySet<string>>;
}

export type Db = Kysely<EmbeddedTables>;
