import { type Kysely, PostgresAdapter, type RawBuilder, sql } from "kysely";
import type { NoTables } from "./tables.ts";

/** How a migration writes the column types of the engine that it runs on. */
export interface ColumnTypes {
  readonly isPostgres: boolean;
  /** Compared by its UTF-8 bytes in both engines. */
  readonly text: RawBuilder<unknown>;
  readonly integer: RawBuilder<unknown>;
  readonly bytes: RawBuilder<unknown>;
  /** At the end of a table of short rows that is read by its primary key. */
  readonly clustered: RawBuilder<unknown>;
}

export function columnTypesOf(db: Kysely<NoTables>): ColumnTypes {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return isPostgres
    ? { isPostgres, text: sql`text collate "C"`, integer: sql`bigint`, bytes: sql`bytea`, clustered: sql`` }
    : { isPostgres, text: sql`text`, integer: sql`integer`, bytes: sql`blob`, clustered: sql`without rowid` };
}
