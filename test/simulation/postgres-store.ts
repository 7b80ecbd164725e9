import { type Kysely, sql } from "kysely";
import { openPostgresLedger } from "../../src/ledger/postgres.ts";
import type { SqlLedger } from "../../src/ledger/sql-ledger.ts";
import type { NoTables } from "../../src/ledger/tables.ts";
import type { LedgerStore, StoreParts, Stores } from "./ledger-store.ts";
import { type RealDatabase, RealStore } from "./real-store.ts";

const SEQUENCE = "work_token_seq";

/** One schema, which every history begins by emptying. */
export class PostgresStores implements Stores {
  readonly #database: PostgresSchema;

  constructor(database: PostgresSchema) {
    this.#database = database;
  }

  static async open(url: string, schema: string): Promise<PostgresStores> {
    const keeper = await openPostgresLedger({ url, schema, maxConnections: 1 });
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = ${schema} and table_name not like 'ledger\\_migration%'`.execute(keeper.database.kysely);
    const tables = rows.map((it) => it.name);
    return new PostgresStores(new PostgresSchema({ url, schema }, keeper, tables));
  }

  next(parts: StoreParts): LedgerStore {
    const store = new RealStore(this.#database, parts);
    store.begin(() => this.#database.empty());
    return store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }
}

class PostgresSchema implements RealDatabase, AsyncDisposable {
  readonly #place: { readonly url: string; readonly schema: string };
  readonly #keeper: SqlLedger;
  readonly #tables: readonly string[];
  /** Rows as JSON by table, and how far the tokens were. */
  readonly #copies = new Map<string, { readonly rows: ReadonlyMap<string, string>; readonly token: number }>();

  constructor(place: { readonly url: string; readonly schema: string }, keeper: SqlLedger, tables: readonly string[]) {
    this.#place = place;
    this.#keeper = keeper;
    this.#tables = tables;
  }

  get #db(): Kysely<NoTables> {
    return this.#keeper.database.kysely;
  }

  open(): Promise<SqlLedger> {
    return openPostgresLedger({ ...this.#place, maxConnections: 2 });
  }

  /** As a migration leaves it. */
  async empty(): Promise<void> {
    this.#copies.clear();
    await this.#clear();
    await sql`insert into head (id, position) values (1, 0)`.execute(this.#db);
    await sql`select setval(${SEQUENCE}, 1, false)`.execute(this.#db);
  }

  async #clear(): Promise<void> {
    for (const it of this.#tables) await sql`delete from ${sql.table(it)}`.execute(this.#db);
  }

  async copy(name: string): Promise<void> {
    const rows = new Map<string, string>();
    for (const it of this.#tables) {
      const all = await sql<{ rows: string }>`select json_agg(it)::text as rows from ${sql.table(it)} as it`.execute(
        this.#db,
      );
      rows.set(it, all.rows[0]?.rows ?? "[]");
    }
    const last = await sql<{ token: number }>`select last_value as token from ${sql.table(SEQUENCE)}`.execute(this.#db);
    this.#copies.set(name, { rows, token: last.rows[0]?.token ?? 1 });
  }

  async putBack(name: string): Promise<void> {
    const copy = this.#copies.get(name);
    if (!copy) throw new Error(`There is no ${name}.`);
    await this.#clear();
    for (const [it, rows] of copy.rows)
      await sql`insert into ${sql.table(it)} select * from json_populate_recordset(null::${sql.table(it)}, ${rows}::json)`.execute(
        this.#db,
      );
    await sql`select setval(${SEQUENCE}, ${copy.token})`.execute(this.#db);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
  }
}
