import {
  type Compilable,
  CompiledQuery,
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

/** Sends itself; or waits, with its arguments, to be sent with others. */
export interface Statement<Args, Row> {
  (session: Session, args: Args): Promise<Row[]>;
  with(args: Args): Write;
}

/** A statement with its arguments that is still to be sent. */
export interface Write {
  /** @throws TypeError if the arguments cannot be sent. */
  bind(session: Session): Bound<unknown>;
}

interface Bound<Row> extends Disposable {
  readonly query: CompiledQuery<Row>;
}

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
): Statement<Args, Row> {
  const compiled = new WeakMap<Engine, CompiledQuery<Row>>();
  const bind = ({ db, engine }: Session, args: Args): Bound<Row> => {
    let query = compiled.get(engine);
    if (!query) {
      query = build(db, slotsOf<Args>(engine), engine).compile();
      compiled.set(engine, query);
    }
    const bound = new BoundArguments(engine, args);
    const parameters = query.parameters.map((it) => (it instanceof Slot ? bound.take(it) : it));
    return { query: { ...query, parameters }, [Symbol.dispose]: () => bound[Symbol.dispose]() };
  };
  const ask = (session: Session, args: Args): Promise<Row[]> => send(session, bind(session, args));
  return Object.assign(ask, { with: (args: Args): Write => ({ bind: (session) => bind(session, args) }) });
}

async function send<Row>({ connection, db, engine }: Session, bound: Bound<Row>): Promise<Row[]> {
  try {
    const { rows } = await (connection?.executeQuery<Row>(bound.query) ?? db.executeQuery<Row>(bound.query));
    await engine.giveWay();
    return rows;
  } finally {
    bound[Symbol.dispose]();
  }
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
export function inTransaction<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  return again(session, () => session.db.transaction().execute(async (db) => work(await inside(db, session.engine))));
}

/** What a transaction comes to, and what it writes, in this order. */
export interface Judged<T> {
  readonly value: T;
  readonly writes: readonly Write[];
}

/**
 * Asks and then writes in one transaction; again where only the order of other transactions made it fail. All that is written is
 * known before any of it is sent: where the engine takes a statement before it has answered the one before, the first questions go
 * with the beginning of the transaction and what is written goes with its end, so that whatever the questions lock is held no
 * longer than it takes to judge the answers.
 */
export function askThenWrite<T>(session: Session, ask: (session: Session) => Promise<Judged<T>>): Promise<T> {
  return again(session, () =>
    session.engine.pipelines
      ? pipelined(session, ask)
      : session.db.transaction().execute(async (db) => {
          const tx = { db, engine: session.engine };
          const { value, writes } = await ask(tx);
          for (const it of writes) await send(tx, it.bind(tx));
          return value;
        }),
  );
}

async function again<T>({ engine }: Session, run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const result = await run();
      await engine.giveWay();
      return result;
    } catch (error) {
      if (tries === MAX_TRIES || !engine.isRetryable(error)) throw error;
    }
  }
}

function pipelined<T>({ db, engine }: Session, ask: (session: Session) => Promise<Judged<T>>): Promise<T> {
  return db.connection().execute(async (own) => {
    const connection = await own.getExecutor().provideConnection((it) => Promise.resolve(it));
    const tx: Session = { db: own, engine, connection };
    const say = (words: "begin" | "rollback") => connection.executeQuery(CompiledQuery.raw(words));
    try {
      const [, { value, writes }] = await allEnded(engine, [() => say("begin"), () => ask(tx)]);
      // What cannot be sent fails here, before the first is sent: nothing may be missing from what is committed.
      const bound = writes.map((it) => it.bind(tx));
      await allEnded(engine, [...bound.map((it) => () => send(tx, it)), () => commit(connection)]);
      return value;
    } catch (error) {
      await say("rollback").catch(() => {}); // a connection that is gone has rolled back
      throw error;
    }
  });
}

/** @throws Error if the transaction was rolled back because of a statement before, which then fails with the reason. */
async function commit(connection: DatabaseConnection): Promise<void> {
  const { rows } = await connection.executeQuery<{ command?: string }>(CompiledQuery.raw("commit"));
  if (rows[0]?.command !== "COMMIT") throw new Error("the transaction was rolled back");
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
export async function sideBySide<const Tasks extends Together>(
  { connection, engine }: { readonly connection?: unknown; readonly engine: Engine },
  tasks: Tasks,
): Promise<ResultsOf<Tasks>> {
  if (connection) return allEnded(engine, tasks);
  const results: unknown[] = [];
  for (const it of tasks) results.push(await it());
  return results as ResultsOf<Tasks>;
}

type Together = readonly (() => Promise<unknown>)[];
type ResultsOf<Tasks extends Together> = { -readonly [K in keyof Tasks]: Awaited<ReturnType<Tasks[K]>> };

/**
 * Waits for all, whatever becomes of one: what went on after a rollback would be done outside of the transaction. Of several
 * errors it throws the one that was there first.
 */
async function allEnded<const Tasks extends Together>(engine: Engine, tasks: Tasks): Promise<ResultsOf<Tasks>> {
  const ended = await Promise.allSettled(tasks.map(async (it) => it()));
  const errors = ended.flatMap((it) => (it.status === "rejected" ? [it.reason as unknown] : []));
  if (errors.length > 0) throw errors.find((it) => !engine.isConsequence(it)) ?? errors[0];
  return ended.flatMap((it) => (it.status === "fulfilled" ? [it.value] : [])) as ResultsOf<Tasks>;
}
