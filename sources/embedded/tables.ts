import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** One governance record. `name` is the path as JSON text; `fields` the normalised values by field key, as JSON text. */
export interface RecordRow {
  readonly catalog: string;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly fields: string;
  readonly version: number;
  /** RFC 3339, UTC. */
  readonly created_at: string;
}
export type EmbeddedTables = {
  readonly governance_record: RecordRow;
};

/** What the catalog needs of the ledger's database, which it lives in. */
export interface EmbeddedDatabase {
  // biome-ignore lint/complexity/noBannedTypes: a database of which no table is known yet
  readonly kysely: Kysely<{}>;
  migrate(owner: string, migrations: Readonly<Record<string, Migration>>): Promise<void>;
}

/** Numbered, forward only, never edited once released. */
export const EMBEDDED_MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-records": {
    up: async (db) => {
      await db.schema
        .createTable("governance_record")
        .addColumn("catalog", "text", (it) => it.notNull())
        .addColumn("id", "text", (it) => it.notNull())
        .addColumn("kind", "text", (it) => it.notNull())
        .addColumn("name", "text", (it) => it.notNull())
        .addColumn("fields", "text", (it) => it.notNull())
        .addColumn("version", "integer", (it) => it.notNull())
        .addColumn("created_at", "text", (it) => it.notNull())
        .addPrimaryKeyConstraint("governance_record_key", ["catalog", "id"])
        .execute();
      await db.schema
        .createIndex("governance_record_by_name")
        .on("governance_record")
        .columns(["catalog", "name", "kind"])
        .execute();
    },
  },
};
