import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { LedgerOpenError } from "./ledger-open-error.ts";
import { LEDGER_MIGRATIONS, migrate } from "./migrate.ts";
import { tellWhenAway } from "./postgres-away.ts";
import { PreparingClient } from "./postgres-client.ts";
import { createPostgresEngine } from "./postgres-engine.ts";
import { createSqlLedger, type SqlLedger } from "./sql-ledger.ts";
import type { NoTables } from "./tables.ts";

const INT8 = 20;
const OLDEST_VERSION = 120_000;

export interface PostgresLedgerOptions {
  /** "postgresql://user@host:5432/database"; what it leaves out comes from the PG* variables, as with psql. */
  readonly url: string;
  /** The schema that holds the tables; made if there is none. Default: the first of the user's search_path. */
  readonly schema?: string;
  /** Connections at most. Default 10. */
  readonly maxConnections?: number;
}

/**
 * Opens the ledger in a PostgreSQL database. Any number of processes can have it open at once.
 *
 * @throws LedgerOpenError if the database cannot be reached or used, or is of a newer version of Concordat.
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<SqlLedger> {
  const { schema } = options;
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new LedgerOpenError(`ledger.schema: "${schema}" is no schema name. Use lower-case letters, digits and "_".`);
  }
  const pool = createPool(options);
  const kysely = new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    if (schema !== undefined) await createSchema(kysely, schema);
    await checkServer(kysely);
    await migrate(kysely, "ledger", LEDGER_MIGRATIONS);
    return tellWhenAway(createSqlLedger(kysely, createPostgresEngine(), async () => {}));
  } catch (error) {
    await kysely.destroy();
    throw explain(options.url, error);
  }
}

/** The server's time, by which all processes on the ledger measure their leases: milliseconds since 1970. */
export async function readPostgresTime({ database }: SqlLedger): Promise<number> {
  const query = sql<{ now: number }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`;
  const [row] = (await query.execute(database.kysely)).rows;
  if (!row) throw new Error("PostgreSQL does not say what time it is.");
  return row.now;
}

function createPool({ url, schema, maxConnections }: PostgresLedgerOptions): pg.Pool {
  const pool = new pg.Pool({
    Client: PreparingClient,
    pipeline: true,
    connectionString: url,
    max: maxConnections ?? 10,
    application_name: "concordat",
    connectionTimeoutMillis: 10_000,
    // Every commit holds the head of the log: a gateway that hangs in one must not stop the others for longer than this.
    idle_in_transaction_session_timeout: 30_000,
    statement_timeout: 120_000,
    // The server's own bound says nothing where the server is gone, and every commit waits for the one before.
    query_timeout: 130_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
    types: {
      // Positions, times and counts all fit the whole numbers of JavaScript.
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8
          ? Number
          : format === "binary"
            ? pg.types.getTypeParser(oid, "binary")
            : pg.types.getTypeParser(oid, "text"),
    },
  });
  // A connection that breaks is replaced at its next use, and what was asked on it fails. Without a listener it would end the process:
  // the pool listens to those that are idle, and nobody to one that is lent and waits for its next statement.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** Two gateways that start at once may both try: the second finds it made. */
async function createSchema(kysely: Kysely<NoTables>, schema: string): Promise<void> {
  const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(kysely);
  if (rows.length > 0) return;
  try {
    await kysely.schema.createSchema(schema).ifNotExists().execute();
  } catch (error) {
    const again = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(kysely);
    if (again.rows.length === 0) throw error;
  }
}

async function checkServer(kysely: Kysely<NoTables>): Promise<void> {
  const { rows } = await sql<{
    version: string;
    encoding: string;
  }>`select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`.execute(
    kysely,
  );
  const { version = "0", encoding = "" } = rows[0] ?? {};
  if (Number(version) < OLDEST_VERSION) throw new LedgerOpenError("The ledger needs PostgreSQL 12 or newer.");
  if (encoding !== "UTF8") {
    throw new LedgerOpenError(`The ledger's database is encoded in ${encoding}. Create it with encoding UTF8.`);
  }
}

function explain(url: string, error: unknown): unknown {
  if (error instanceof LedgerOpenError || !(error instanceof Error)) return error;
  return new LedgerOpenError(`The ledger in ${withoutSecrets(url)} cannot be opened: ${messageOf(error)}`, {
    cause: error,
  });
}

/** A host with several addresses fails with one error for each and no message of its own. */
function messageOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map((it: Error) => it.message).join("; ") : error.message;
}

function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return "PostgreSQL";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
