import { sql } from "kysely";
import type { AssetId } from "../../src/domain/ids.ts";
import type { SqlLedger } from "../../src/ledger/sql-ledger.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { comparedLedger, type Tokens } from "./compared-ledger.ts";
import { type LedgerStore, MemoryStore, type StoreParts } from "./ledger-store.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { Lane } from "./scheduler.ts";

/** A database that ledgers can be opened in. Asked one thing at a time. */
export interface RealDatabase {
  /** As a process that starts opens it. */
  open(): Promise<SqlLedger>;
  /** Copies all that it holds under a name. */
  copy(name: string, ledger: SqlLedger): Promise<void>;
  /** Puts it back. No ledger is open. */
  putBack(name: string): Promise<void>;
}

/** A real database, and beside it the ledger in memory that says what each answer must be. */
export class RealStore implements LedgerStore {
  readonly #database: RealDatabase;
  readonly #parts: StoreParts;
  readonly #memory = new MemoryStore();
  readonly #tokens: Tokens = new Map();
  readonly #open = new Map<Lane, SqlLedger>();
  #copies = 0;
  /** The last that was asked of the database. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: RealDatabase, parts: StoreParts) {
    this.#database = database;
    this.#parts = parts;
  }

  get tables(): MemoryTables {
    return this.#memory.tables;
  }

  /** Comes before all else. */
  begin(work: () => Promise<void>): void {
    this.#do(work);
  }

  open(lane: Lane): Ledger {
    this.#do(async () => {
      if (lane.alive) this.#open.set(lane, await this.#database.open());
    });
    lane.mourners.add(() => this.#do(() => this.#close(lane)));
    const { say } = this.#parts;
    const real = <T>(ask: (ledger: Ledger) => Promise<T>): Promise<T> =>
      this.#ask(() => {
        const ledger = this.#open.get(lane);
        if (!ledger) throw new Error("the ledger is not open");
        return ask(ledger);
      });
    return comparedLedger({ model: this.#memory.ledger, tokens: this.#tokens, real, say });
  }

  backup(): () => void {
    const inMemory = this.#memory.backup();
    const name = `copy${(this.#copies += 1)}`;
    this.#do(() => this.#withOpen((it) => this.#database.copy(name, it)));
    return () => {
      inMemory();
      this.#do(() => this.#database.putBack(name));
    };
  }

  /** What a process keeps in memory of the asset is as good as gone too: it opens its ledger anew. */
  loseBases(asset: AssetId): void {
    this.#memory.loseBases(asset);
    this.#do(async () => {
      await this.#withOpen(async ({ database }) => {
        await sql`delete from agreed where asset = ${asset}`.execute(database.kysely);
        await sql`update asset set revision = revision + 1 where id = ${asset}`.execute(database.kysely);
      });
      for (const [lane, ledger] of this.#open) {
        await ledger[Symbol.asyncDispose]();
        this.#open.set(lane, await this.#database.open());
      }
    });
  }

  async #withOpen(work: (ledger: SqlLedger) => Promise<void>): Promise<void> {
    const [open] = this.#open.values();
    if (open) return work(open);
    await using ledger = await this.#database.open();
    await work(ledger);
  }

  async #close(lane: Lane): Promise<void> {
    const ledger = this.#open.get(lane);
    this.#open.delete(lane);
    await ledger?.[Symbol.asyncDispose]();
  }

  #ask<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#parts.scheduler.outside(this.#last.then(work));
    this.#last = done.catch(() => undefined);
    return done;
  }

  #do(work: () => Promise<void>): void {
    this.#ask(work).catch((error: unknown) => this.#parts.say("ledger", String(error)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const lane of this.#open.keys()) this.#do(() => this.#close(lane));
    await this.#last;
  }
}
