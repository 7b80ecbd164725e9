import { type Kysely, sql } from "kysely";
import type { NoTables } from "../src/ledger/tables.ts";

/** Rows of a SQLite ledger that were inserted, changed or deleted, by table. */
export type RowChanges = Readonly<Record<string, number>>;

/** What a scan notes of a binding that brought no news: when it was seen last. It says nothing new about any asset. */
export const TOUCHED = "binding: seen again";
const SEEN = ["observed_at", "observed_from"];

/** Counts with temporary triggers, on the connection that writes; nothing of them is stored. */
export async function countRowChanges(db: Kysely<NoTables>): Promise<() => Promise<RowChanges>> {
  await sql`create temp table row_changes (name text primary key, count integer not null)`.execute(db);
  const { rows } = await sql<{
    name: string;
  }>`select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'`.execute(db);
  for (const { name } of rows) {
    if (name === "binding") await countTouches(db);
    else await addTrigger(db, name, "update", name);
    await addTrigger(db, name, "insert", name);
    await addTrigger(db, name, "delete", name);
  }
  return async () => {
    const counted = await sql<{
      name: string;
      count: number;
    }>`select name, count from row_changes where count > 0`.execute(db);
    await sql`update row_changes set count = 0`.execute(db);
    return Object.fromEntries(counted.rows.map((it) => [it.name, it.count]));
  };
}

async function countTouches(db: Kysely<NoTables>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from pragma_table_info('binding')`.execute(db);
  const others = rows.map((it) => it.name).filter((it) => !SEEN.includes(it));
  const same = others.map((it) => `old."${it}" is new."${it}"`).join(" and ");
  await addTrigger(db, "binding", "update", TOUCHED, `when ${same}`);
  await addTrigger(db, "binding", "update", "binding", `when not (${same})`);
}

async function addTrigger(
  db: Kysely<NoTables>,
  table: string,
  event: "insert" | "update" | "delete",
  name: string,
  when = "",
): Promise<void> {
  await sql`insert or ignore into row_changes values (${name}, 0)`.execute(db);
  const trigger = `count_${table}_${event}_${when === "" ? "all" : name.replaceAll(/\W/g, "_")}`;
  await sql
    .raw(
      `create temp trigger "${trigger}" after ${event} on main."${table}" ${when} begin update row_changes set count = count + 1 where name = '${name}'; end`,
    )
    .execute(db);
}
