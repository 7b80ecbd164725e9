import {
  type Compilable,
  type CompiledQuery,
  type DatabaseConnection,
  type Expression,
  type Kysely,
  type RawBuilder,
  type SqlBool,
  sql,
} from "kysely";
import type { BoundRows, Columns, DataRow, Engine, RowsTable } from "./engine.ts";
import type { LedgerTables } from "./tables.ts";

export type Db = Kysely<LedgerTables>;

/** A connection or a transaction, and the engine that it speaks to. */
export interface Session {
  readonly db: Db;
  readonly engine: Engine;
  /** Of a transaction, where the engine takes a statement before it has answered the one before. */
  readonly connection?: DatabaseConnection;
}

/** Where the arguments go in a statement that is compiled only once. */
export interface Slots<Args> {
  value<K extends keyof Args & string>(name: K): RawBuilder<Args[K]>;
  /** Whether `ref` is in the list that the argument holds. */
  among<K extends keyof Args & string>(ref: Expression<unknown>, name: K): RawBuilder<SqlBool>;
  /** The rows that the argument holds, as a table named "rows"; they are one parameter, however many they are. */
  rows<C extends Columns>(name: RowsArgument<Args, C>, columns: C): RowsTable<C>;
}

type RowsArgument<Args, C extends Columns> = {
  [K in keyof Args]: Args[K] extends readonly DataRow<C>[] ? K : never;
}[keyof Args] &
  string;

class Slot {
  readonly name: string;
  readonly use: "value" | "list" | "handle" | "length";

  constructor(name: string, use: Slot["use"]) {
    this.name = name;
    this.use = use;
  }
}

/**
 * A statement that is built and compiled once for each engine and then only gets its arguments: building costs several times
 * what SQLite needs to run it. Its text does not depend on the arguments, so it is also prepared only once. It names its columns:
 * once a newer gateway adds one, PostgreSQL refuses a prepared `select *` for as long as the connection lives.
 */
export function statement<Args extends object, Row>(
  build: (db: Db, slots: Slots<Args>, engine: Engine) => Compilable<Row>,
): (session: Session, args: Args) => Promise<Row[]> {
  const compiled = new WeakMap<Engine, CompiledQuery<Row>>();
  return async ({ connection, db, engine }, args) => {
    let query = compiled.get(engine);
    if (!query) {
      query = build(db, slotsOf<Args>(engine), engine).compile();
      compiled.set(engine, query);
    }
    const bound = new BoundArguments(engine, args);
    try {
      const parameters = query.parameters.map((it) => (it instanceof Slot ? bound.take(it) : it));
      const filled = { ...query, parameters };
      const { rows } = await (connection?.executeQuery<Row>(filled) ?? db.executeQuery<Row>(filled));
      await engine.giveWay();
      return rows;
    } finally {
      bound[Symbol.dispose]();
    }
  };
}

function slotsOf<Args>(engine: Engine): Slots<Args> {
  const slot = (name: string, use: Slot["use"]): RawBuilder<never> => sql<never>`${new Slot(name, use)}`;
  return {
    value: (name) => slot(name, "value"),
    among: (ref, name) => engine.among(ref, slot(name, "list")),
    rows: (name, columns) => engine.rows(columns, slot(name, "handle"), slot(name, "length")),
  };
}

class BoundArguments implements Disposable {
  readonly #engine: Engine;
  readonly #args: Map<string, unknown>;
  readonly #rows = new Map<string, BoundRows>();

  constructor(engine: Engine, args: object) {
    this.#engine = engine;
    this.#args = new Map(Object.entries(args));
  }

  take({ name, use }: Slot): unknown {
    const value = this.#args.get(name);
    if (use === "value") return value ?? null;
    if (use === "list") return this.#engine.bindList(value as readonly (string | number)[]);
    let rows = this.#rows.get(name);
    if (!rows) {
      rows = this.#engine.bindRows(value as readonly object[]);
      this.#rows.set(name, rows);
    }
    return rows[use];
  }

  [Symbol.dispose](): void {
    for (const rows of this.#rows.values()) rows[Symbol.dispose]();
  }
}

const MAX_TRIES = 6;

/** Runs `work` in one transaction; again where only the order of other transactions made it fail. */
export async function inTransaction<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const result = await session.db.transaction().execute(async (db) => work(await inside(db, session.engine)));
      await session.engine.giveWay();
      return result;
    } catch (error) {
      if (tries === MAX_TRIES || !session.engine.isRetryable(error)) throw error;
    }
  }
}

/** Runs reads that see one state of the ledger, whatever is committed meanwhile. */
export function inSnapshot<T>(session: Session, read: (session: Session) => Promise<T>): Promise<T> {
  const { db, engine } = session;
  const transaction = db.transaction();
  const snapshot = engine.locksRows
    ? transaction.setIsolationLevel("repeatable read").setAccessMode("read only")
    : transaction;
  return snapshot.execute(async (it) => read(await inside(it, engine)));
}

/** Within a transaction. Its connection is lent for as long as that lasts, so that it need not be asked for again. */
async function inside(db: Db, engine: Engine): Promise<Session> {
  if (!engine.pipelines) return { db, engine };
  return { db, engine, connection: await db.getExecutor().provideConnection((it) => Promise.resolve(it)) };
}

/**
 * Does what does not depend on one another: side by side where the engine takes a statement before it has answered the one
 * before, so that all of them cost one round trip; one after the other where it does not.
 */
export async function sideBySide<T>(
  { connection, engine }: Session,
  tasks: readonly (() => Promise<T>)[],
): Promise<T[]> {
  if (connection) return allEnded(engine, tasks);
  const results: T[] = [];
  for (const it of tasks) results.push(await it());
  return results;
}

/**
 * Waits for all, whatever becomes of one: what went on after a rollback would be done outside of the transaction. Of several
 * errors it throws the one that was there first.
 */
async function allEnded<T>(engine: Engine, tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const ended = await Promise.allSettled(tasks.map(async (it) => it()));
  const errors = ended.flatMap((it) => (it.status === "rejected" ? [it.reason as unknown] : []));
  if (errors.length > 0) throw errors.find((it) => !engine.isConsequence(it)) ?? errors[0];
  return ended.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
}
