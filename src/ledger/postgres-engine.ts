import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Columns, ColumnType, Engine, RowsTable, TableRow } from "./engine.ts";
import { globToPostgresPattern, parseGlob } from "./name-path.ts";

const DEADLOCK = "40P01";
const SERIALIZATION_FAILURE = "40001";
const ABORTED_TRANSACTION = "25P02";

/** PostgreSQL's part of the queries: rows are one JSON parameter, lists one array. */
export function createPostgresEngine(): Engine {
  return {
    name: "postgres",
    locksRows: true,
    pipelines: true,
    rows: tableOfRows,
    bindRows: (data) => ({ handle: JSON.stringify(data), length: data.length, [Symbol.dispose]: () => {} }),
    among: (ref, list) => sql<SqlBool>`${ref} = any(${list})`,
    bindList: (values) => values,
    matches(ref, globs) {
      const patterns = globs.map((it) => globToPostgresPattern(parseGlob(it)));
      return sql<SqlBool>`${ref} ~ any(${patterns}::text[])`;
    },
    contains: (ref, part) => sql<SqlBool>`strpos(${ref}, ${part}) > 0`,
    async nextToken(db) {
      const { rows } = await sql<{ token: number }>`select nextval('work_token_seq') as token`.execute(db);
      return (rows[0] as { token: number }).token;
    },
    giveWay: () => Promise.resolve(),
    isRetryable(error) {
      const code = codeOf(error);
      return code === DEADLOCK || code === SERIALIZATION_FAILURE;
    },
    isConsequence: (error) => codeOf(error) === ABORTED_TRANSACTION,
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

const TYPES: Record<ColumnType, string> = {
  text: "text",
  "text?": "text",
  integer: "bigint",
  "integer?": "bigint",
  bytes: "text",
};

function tableOfRows<C extends Columns>(columns: C, handle: RawBuilder<unknown>): RowsTable<C> {
  const entries = Object.entries(columns);
  const declared = entries.map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(TYPES[type])}`);
  const selected = entries.map(([name, type]) =>
    type === "bytes" ? sql`convert_to(${sql.ref(name)}, 'UTF8') as ${sql.ref(name)}` : sql.ref(name),
  );
  return sql<
    TableRow<C>
  >`(select ${sql.join(selected)} from json_to_recordset(${handle}::json) as given(${sql.join(declared)}))`.as("rows");
}
