import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { LedgerOpenError } from "./ledger-open-error.ts";
import { LEDGER_MIGRATIONS, migrate } from "./migrate.ts";
import { createSqlLedger, type SqlLedger } from "./sql-ledger.ts";
import { createNodeSqliteDialect } from "./sqlite-database.ts";
import { createSqliteEngine } from "./sqlite-engine.ts";
import type { NoTables } from "./tables.ts";

/**
 * Opens the ledger in one SQLite file, which it makes (with its folder) if there is none; ":memory:" is a ledger that ends with
 * the process. The file belongs to this process alone until the ledger is disposed of or the process ends, however it ends.
 *
 * @throws LedgerOpenError if another process has it, if it is no ledger, cannot be written, or is of a newer version.
 */
export async function openSqliteLedger(options: { readonly path: string }): Promise<SqlLedger> {
  const database = openFile(options.path);
  try {
    const kysely = new Kysely<NoTables>({ dialect: createNodeSqliteDialect(database) });
    await migrate(kysely, "ledger", LEDGER_MIGRATIONS);
    return createSqlLedger(kysely, createSqliteEngine(database), async () => {
      if (database.isOpen) database.close();
    });
  } catch (error) {
    if (database.isOpen) database.close();
    throw explain(options.path, error);
  }
}

function openFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path, { timeout: 0 });
    // Exclusive before the first read: the write-ahead log is then ours alone, and the operating system frees it with the process.
    database.exec("pragma locking_mode = exclusive");
    database.exec("pragma journal_mode = wal");
    database.exec("pragma synchronous = full");
    database.exec("pragma cache_size = -32768");
    database.exec("pragma journal_size_limit = 67108864");
    database.exec("begin exclusive; commit");
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw explain(path, error);
  }
}

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

function explain(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LedgerOpenError) return error;
  const because = (text: string): LedgerOpenError => new LedgerOpenError(text, { cause: error });
  const code = "errcode" in error ? Number(error.errcode) & 0xff : undefined;
  if (code === SQLITE_BUSY) {
    return because(
      `The ledger ${path} is in use by another process. Stop the other gateway, or give this one a data folder of its own.`,
    );
  }
  if (code === SQLITE_NOTADB) return because(`${path} is not a ledger. Move it away, or choose another data folder.`);
  if (code === SQLITE_READONLY || code === SQLITE_CANTOPEN || "syscall" in error) {
    return because(
      `The ledger ${path} cannot be written: ${error.message}. Make its folder writable, or choose another data folder.`,
    );
  }
  return error;
}
