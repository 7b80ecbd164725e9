import { type Kysely, PostgresAdapter, sql } from "kysely";

/** The catalog's one table. Never edited once released: what changes is a migration of its own. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const text = isPostgres ? sql`text collate "C"` : sql`text`;
  const integer = isPostgres ? sql`bigint` : sql`integer`;
  await db.schema
    .createTable("embedded_record")
    .addColumn("id", text, (it) => it.primaryKey().notNull())
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("kind", text, (it) => it.notNull())
    .addColumn("name", text, (it) => it.notNull())
    .addColumn("depth", "integer", (it) => it.notNull())
    .addColumn("version", integer, (it) => it.notNull())
    .addColumn("moved_at", integer, (it) => it.notNull())
    .addColumn("fields", text, (it) => it.notNull())
    .execute();
  await sql`create index embedded_record_by_name on embedded_record (source, name, kind)`.execute(db);
  await sql`create index embedded_record_by_depth on embedded_record (source, depth, id)`.execute(db);
}
