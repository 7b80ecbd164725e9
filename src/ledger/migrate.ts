import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { columnTypesOf } from "./column-types.ts";
import { LedgerOpenError } from "./ledger-open-error.ts";
import { up as ledger } from "./migrations/0001-ledger.ts";
import { up as replicas } from "./migrations/0002-replicas.ts";
import { up as guards } from "./migrations/0003-guards.ts";
import { up as madeOnce } from "./migrations/0004-made-once.ts";
import type { NoTables } from "./tables.ts";

/** Migrations by name, "0001-what"; run in the order of their names, each once, never edited once released. */
export type Migrations = Readonly<Record<string, Migration>>;

export const LEDGER_MIGRATIONS: Migrations = {
  "0001-ledger": { up: ledger },
  "0002-replicas": { up: replicas },
  "0003-guards": { up: guards },
  "0004-made-once": { up: madeOnce },
};

/**
 * Brings the tables of `owner` ("ledger", or a source that keeps its records beside it) up to date, in one transaction. Safe
 * when several processes start at once.
 *
 * @throws LedgerOpenError if a newer version of Concordat has been here.
 */
export async function migrate(db: Kysely<NoTables>, owner: string, migrations: Migrations): Promise<void> {
  const { isPostgres } = columnTypesOf(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: `${owner}_migration`,
    migrationLockTableName: `${owner}_migration_lock`,
    ...(isPostgres ? { migrationTableSchema: await currentSchema(db) } : {}),
  });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  await refuseNewer(db, owner, migrations);
  throw error;
}

async function refuseNewer(db: Kysely<NoTables>, owner: string, migrations: Migrations): Promise<void> {
  const { rows } = await sql<{
    name: string;
  }>`select name from ${sql.table(`${owner}_migration`)} order by name`.execute(db);
  const newest = rows.map((it) => it.name).findLast((it) => !(it in migrations));
  if (newest !== undefined) {
    throw new LedgerOpenError(
      `The ledger was last used by a newer version of Concordat (its "${newest}" of ${owner} is not known here). Start that version, or a later one.`,
    );
  }
}

async function currentSchema(db: Kysely<NoTables>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  const schema = rows[0]?.schema;
  if (!schema)
    throw new LedgerOpenError("The PostgreSQL user has no schema to work in: set ledger.schema, or its search_path.");
  return schema;
}
