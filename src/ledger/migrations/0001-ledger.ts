import { type Kysely, sql } from "kysely";
import { type ColumnTypes, columnTypesOf } from "../column-types.ts";
import type { NoTables } from "../tables.ts";

/** The ledger's first tables. Never edited once released: what changes is a migration of its own. */
export async function up(db: Kysely<NoTables>): Promise<void> {
  const types = columnTypesOf(db);
  await createLog(db, types);
  await createAssets(db, types);
  await createBindings(db, types);
  await createDrifts(db, types);
  await createWork(db, types);
  await createRecords(db, types);
}

async function createLog(db: Kysely<NoTables>, { text, integer, bytes }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("head")
    .addColumn("id", "integer", (it) => it.primaryKey())
    .addColumn("position", integer, (it) => it.notNull())
    .execute();
  await sql`insert into head (id, position) values (1, 0)`.execute(db);
  await db.schema
    .createTable("log")
    .addColumn("position", integer, (it) => it.primaryKey())
    .addColumn("kind", text, (it) => it.notNull())
    .addColumn("at", text, (it) => it.notNull())
    .addColumn("actor", text, (it) => it.notNull())
    .addColumn("source", text)
    .addColumn("asset", text)
    .addColumn("key", text)
    .addColumn("field", text)
    .addColumn("path", text)
    .addColumn("bytes", bytes, (it) => it.notNull())
    .execute();
  await sql`create index log_by_asset on log (asset, position) where asset is not null`.execute(db);
  await sql`create index log_by_kind on log (kind, position)`.execute(db);
  await sql`create index log_by_field on log (asset, key, position) where kind = 'FIELD_CHANGED'`.execute(db);
}

async function createAssets(db: Kysely<NoTables>, { text, integer, clustered }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("asset")
    .addColumn("id", text, (it) => it.primaryKey().notNull())
    .addColumn("revision", integer, (it) => it.notNull())
    .addColumn("kind", text, (it) => it.notNull())
    .addColumn("state", text, (it) => it.notNull())
    .addColumn("status", text, (it) => it.notNull())
    .addColumn("has_owner", "integer", (it) => it.notNull())
    .addColumn("created_at", text, (it) => it.notNull())
    .addColumn("changed_position", integer, (it) => it.notNull())
    .addColumn("path", text, (it) => it.notNull())
    .addColumn("body", text, (it) => it.notNull())
    .addColumn("name_folded", text, (it) => it.notNull())
    .addColumn("description_folded", text, (it) => it.notNull())
    .execute();
  await sql`create index asset_by_path on asset (path, id)`.execute(db);
  await sql`create index asset_by_change on asset (changed_position, id)`.execute(db);
  await sql`create index asset_by_creation on asset (created_at, id)`.execute(db);
  await sql`create index asset_by_state on asset (state, kind, status)`.execute(db);
  await db.schema
    .createTable("asset_element")
    .addColumn("asset", text, (it) => it.notNull())
    .addColumn("kind", text, (it) => it.notNull())
    .addColumn("value", text, (it) => it.notNull())
    .addPrimaryKeyConstraint("asset_element_pk", ["asset", "kind", "value"])
    .modifyEnd(clustered)
    .execute();
  await sql`create index asset_element_by_value on asset_element (kind, value, asset)`.execute(db);
}

async function createBindings(db: Kysely<NoTables>, { text, integer, clustered }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("binding")
    .addColumn("asset", text, (it) => it.notNull())
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("kind", text, (it) => it.notNull())
    .addColumn("name", text, (it) => it.notNull())
    .addColumn("stable_id", text)
    .addColumn("state", text, (it) => it.notNull())
    .addColumn("misses", integer, (it) => it.notNull())
    .addColumn("version", text)
    .addColumn("digest", text, (it) => it.notNull())
    .addColumn("url", text)
    .addColumn("observed_at", text, (it) => it.notNull())
    .addColumn("observed_from", integer, (it) => it.notNull())
    .addPrimaryKeyConstraint("binding_pk", ["asset", "source"])
    .modifyEnd(clustered)
    .execute();
  await sql`create index binding_by_stable_id on binding (stable_id, source) where stable_id is not null`.execute(db);
  await sql`create index binding_by_name on binding (name, kind, source)`.execute(db);
  for (const [table, second, body] of [
    ["reading", "source", "fields"],
    ["agreed", "mirror", "body"],
  ] as const) {
    await db.schema
      .createTable(table)
      .addColumn("asset", text, (it) => it.notNull())
      .addColumn(second, text, (it) => it.notNull())
      .addColumn(body, text, (it) => it.notNull())
      .addPrimaryKeyConstraint(`${table}_pk`, ["asset", second])
      .execute();
  }
}

async function createDrifts(db: Kysely<NoTables>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("drift")
    .addColumn("id", text, (it) => it.primaryKey().notNull())
    .addColumn("asset", text, (it) => it.notNull())
    .addColumn("key", text, (it) => it.notNull())
    .addColumn("path", text, (it) => it.notNull())
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("kind", text, (it) => it.notNull())
    .addColumn("state", text, (it) => it.notNull())
    .addColumn("opened_at", text, (it) => it.notNull())
    .addColumn("position", integer, (it) => it.notNull())
    .addColumn("body", text, (it) => it.notNull())
    .execute();
  await sql`create index drift_by_asset on drift (asset, position)`.execute(db);
  await sql`create index drift_by_position on drift (position, id)`.execute(db);
  await sql`create index drift_open on drift (position, id, kind) where state <> 'RESOLVED'`.execute(db);
  await sql`create index drift_open_by_asset on drift (asset) where state <> 'RESOLVED'`.execute(db);
}

async function createWork(db: Kysely<NoTables>, { text, integer, clustered, isPostgres }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("work")
    .addColumn("asset", text, (it) => it.notNull())
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("due_at", integer, (it) => it.notNull())
    .addColumn("available_at", integer, (it) => it.notNull())
    .addColumn("token", integer, (it) => it.notNull())
    .addColumn("holder", text)
    .addColumn("attempts", integer, (it) => it.notNull())
    .addColumn("reread", "integer", (it) => it.notNull())
    .addColumn("position", integer, (it) => it.notNull())
    .addColumn("dirty", integer, (it) => it.notNull())
    .addColumn("claimed_dirty", integer, (it) => it.notNull())
    .addColumn("next_due_at", integer)
    .addColumn("next_reread", "integer", (it) => it.notNull())
    .addPrimaryKeyConstraint("work_pk", ["asset", "source"])
    .modifyEnd(clustered)
    .execute();
  await sql`create index work_by_due on work (source, available_at, position, asset)`.execute(db);
  if (isPostgres) {
    await sql`create sequence work_token_seq`.execute(db);
  } else {
    await sql`create table work_token (id integer primary key, value integer not null)`.execute(db);
    await sql`insert into work_token (id, value) values (1, 0)`.execute(db);
  }
  await db.schema
    .createTable("intent")
    .addColumn("id", text, (it) => it.primaryKey().notNull())
    .addColumn("asset", text, (it) => it.notNull())
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("holder", text, (it) => it.notNull())
    .addColumn("lease_until", integer, (it) => it.notNull())
    .addColumn("position", integer, (it) => it.notNull())
    .addColumn("purpose", text, (it) => it.notNull())
    .addColumn("detail", text, (it) => it.notNull())
    .addUniqueConstraint("intent_one_open", ["asset", "source"])
    .execute();
}

async function createRecords(db: Kysely<NoTables>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("idempotency")
    .addColumn("scope", text, (it) => it.primaryKey().notNull())
    .addColumn("request_hash", text, (it) => it.notNull())
    .addColumn("state", text, (it) => it.notNull())
    .addColumn("outcome", text, (it) => it.notNull())
    .addColumn("expires_at", integer, (it) => it.notNull())
    .execute();
  await sql`create index idempotency_by_expiry on idempotency (expires_at)`.execute(db);
  await db.schema
    .createTable("source")
    .addColumn("id", text, (it) => it.primaryKey().notNull())
    .addColumn("body", text, (it) => it.notNull())
    .execute();
  await db.schema
    .createTable("setting")
    .addColumn("name", text, (it) => it.primaryKey().notNull())
    .addColumn("value", text, (it) => it.notNull())
    .execute();
}
