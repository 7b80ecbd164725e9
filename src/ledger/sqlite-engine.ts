import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Glob } from "../domain/glob.ts";
import type { BoundRows, Columns, Engine, GlobText, RowsTable, TableRow } from "./engine.ts";
import { matchesGlob, parseGlob } from "./name-path.ts";
import type { Db } from "./statement.ts";

const MAX_CACHED_GLOBS = 64;

/**
 * SQLite's part of the queries. Rows are not parameters of their own: a statement calls `ledger_cell` for each of them, which
 * took 2.5 µs a row of eleven columns where `json_each` took 13, and one statement serves any number of rows.
 */
export function createSqliteEngine(database: DatabaseSync): Engine {
  const rowsByHandle = defineRowFunctions(database);
  defineGlobFunction(database);
  let lastHandle = 0;
  return {
    name: "sqlite",
    locksRows: false,
    pipelines: false,
    rows: tableOfRows,
    bindRows(data): BoundRows {
      const handle = ++lastHandle;
      rowsByHandle.set(handle, data);
      return { handle, length: data.length, [Symbol.dispose]: () => void rowsByHandle.delete(handle) };
    },
    among: (ref, list) => sql<SqlBool>`${ref} in (select value from json_each(${list}))`,
    bindList: (values) => JSON.stringify(values),
    matches: (ref, globs) => sql<SqlBool>`ledger_matches(${JSON.stringify(globs)}, ${ref})`,
    contains: (ref: Expression<unknown>, part) => sql<SqlBool>`instr(${ref}, ${part}) > 0`,
    nextToken: takeToken,
    giveWay: takeTurns(),
    isRetryable: () => false, // the only connection of the only process
    isConsequence: () => false,
  };
}

/** Milliseconds for which nobody else can do anything; a scan's requests wait that long for one another. */
const TURN_MS = 2;

function takeTurns(): Engine["giveWay"] {
  let began = performance.now();
  return () => {
    if (performance.now() - began < TURN_MS) return undefined;
    return setImmediate().then(() => {
      began = performance.now();
    });
  };
}

function tableOfRows<C extends Columns>(
  columns: C,
  handle: RawBuilder<unknown>,
  length: RawBuilder<unknown>,
): RowsTable<C> {
  const cells = Object.entries(columns).map(([name, type]) => {
    const cell = sql`ledger_cell(${handle}, n, ${sql.lit(name)})`;
    return sql`${type === "bytes" ? sql`cast(${cell} as blob)` : cell} as ${sql.ref(name)}`;
  });
  const counting = sql`with recursive counting(n) as (select 0 where ${length} > 0 union all select n + 1 from counting where n + 1 < ${length})`;
  return sql<TableRow<C>>`(${counting} select ${sql.join(cells)} from counting)`.as("rows");
}

function defineRowFunctions(database: DatabaseSync): Map<number, readonly object[]> {
  const rowsByHandle = new Map<number, readonly object[]>();
  database.function("ledger_cell", { directOnly: true }, (handle, row, column) => {
    const cells = rowsByHandle.get(handle as number)?.[row as number] as
      | Record<string, string | number | null>
      | undefined;
    return cells?.[column as string] ?? null;
  });
  return rowsByHandle;
}

function defineGlobFunction(database: DatabaseSync): void {
  const cached = new Map<string, readonly Glob[]>();
  database.function("ledger_matches", { deterministic: true, directOnly: true }, (globsText, path) => {
    const key = globsText as string;
    let globs = cached.get(key);
    if (!globs) {
      globs = (JSON.parse(key) as GlobText[]).map(parseGlob);
      if (cached.size === MAX_CACHED_GLOBS) cached.clear();
      cached.set(key, globs);
    }
    return typeof path === "string" && globs.some((it) => matchesGlob(it, path)) ? 1 : 0;
  });
}

async function takeToken(db: Db): Promise<number> {
  const { value } = await db
    .updateTable("work_token")
    .set((eb) => ({ value: eb("value", "+", 1) }))
    .returning("value")
    .executeTakeFirstOrThrow();
  return value;
}
