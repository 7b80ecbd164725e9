import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import type { SqlLedger } from "../../src/ledger/sql-ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { LedgerStore, StoreParts, Stores } from "./ledger-store.ts";
import { type RealDatabase, RealStore } from "./real-store.ts";

/** Processes die here and machines do not, so that nothing has to reach a disk. */
const FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A file of its own for every history, in a folder that goes with the run. */
export class SqliteStores implements Stores {
  readonly #folder = mkdtempSync(join(FOLDER, "concordat-simulated-"));
  #count = 0;

  next(parts: StoreParts): LedgerStore {
    this.#count += 1;
    return new RealStore(new SqliteFile(join(this.#folder, `ledger${this.#count}`)), parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

class SqliteFile implements RealDatabase {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  open(): Promise<SqlLedger> {
    return openSqliteLedger({ path: this.#path });
  }

  async copy(name: string, { database }: SqlLedger): Promise<void> {
    await sql`vacuum into ${this.#copyOf(name)}`.execute(database.kysely);
  }

  async putBack(name: string): Promise<void> {
    for (const end of ["", "-wal", "-shm"]) rmSync(this.#path + end, { force: true });
    copyFileSync(this.#copyOf(name), this.#path);
  }

  #copyOf(name: string): string {
    return `${this.#path}-${name}`;
  }
}
