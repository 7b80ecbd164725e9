import { type Kysely, sql } from "kysely";
import { columnTypesOf } from "../column-types.ts";
import type { NoTables } from "../tables.ts";

interface Detail {
  readonly create?: boolean;
  readonly ref?: { readonly kind: string; readonly name: readonly string[] };
}

/** An intent says which record it makes, so that no two make one of the same name. Those that are open when this comes do as well. */
export async function up(db: Kysely<NoTables>): Promise<void> {
  const { text } = columnTypesOf(db);
  await db.schema.alterTable("intent").addColumn("makes", text).execute();
  await sql`create index intent_by_made on intent (makes, source) where makes is not null`.execute(db);
  const { rows } = await sql<{ id: string; detail: string }>`select id, detail from intent`.execute(db);
  for (const { id, detail } of rows) {
    const { create, ref } = (JSON.parse(detail) ?? {}) as Detail;
    if (create !== true || !ref) continue;
    const makes = JSON.stringify([ref.kind, ...ref.name]);
    await sql`update intent set makes = ${makes} where id = ${id}`.execute(db);
  }
}
