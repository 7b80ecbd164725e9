import { type Kysely, sql } from "kysely";
import { columnTypesOf } from "../column-types.ts";
import type { NoTables } from "../tables.ts";

/** For several processes on one ledger: leases that have a name, and sources that are changed by compare-and-set. */
export async function up(db: Kysely<NoTables>): Promise<void> {
  const { integer, text } = columnTypesOf(db);
  await db.schema
    .createTable("lease")
    .addColumn("name", text, (it) => it.primaryKey().notNull())
    .addColumn("token", integer, (it) => it.notNull())
    .addColumn("holder", text, (it) => it.notNull())
    .addColumn("lease_until", integer, (it) => it.notNull())
    .execute();
  await db.schema
    .alterTable("source")
    .addColumn("revision", integer, (it) => it.notNull().defaultTo(1))
    .execute();
  await sql`create index intent_by_lease on intent (source, lease_until)`.execute(db);
}
