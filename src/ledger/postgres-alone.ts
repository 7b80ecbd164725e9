import pg from "pg";
import { LedgerOpenError } from "./ledger-open-error.ts";

/**
 * Keeps a PostgreSQL ledger for this process until disposed of, or until the process ends, however it ends: what a gateway
 * remembers of modes and who it wakes stays within its process, so a second one on the same ledger would act on old news.
 *
 * @param onLost called when the connection that holds the lock breaks.
 * @throws LedgerOpenError if another gateway has the ledger.
 */
export async function holdPostgresLedger(url: string, onLost: (error: Error) => void): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url, application_name: "concordat lock", keepAlive: true });
  let isEnding = false;
  client.on("error", (error) => isEnding || onLost(error));
  try {
    await client.connect();
    const lock = "select pg_try_advisory_lock(hashtextextended('concordat ' || current_schema(), 0)) as held";
    const { rows } = await client.query<{ held: boolean }>(lock);
    if (rows[0]?.held !== true) {
      throw new LedgerOpenError(
        "The PostgreSQL ledger is in use by another gateway. Stop that one, or give this one a database of its own.",
      );
    }
  } catch (error) {
    isEnding = true;
    await client.end().catch(() => undefined);
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      isEnding = true;
      await client.end();
    },
  };
}
