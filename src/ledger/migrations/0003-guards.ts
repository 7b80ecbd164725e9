import { type Kysely, sql } from "kysely";
import { type ColumnTypes, columnTypesOf } from "../column-types.ts";
import type { NoTables } from "../tables.ts";

/** Runs of guards, and reviews. Drift that is in review when this comes gets its review. */
export async function up(db: Kysely<NoTables>): Promise<void> {
  const types = columnTypesOf(db);
  await createRuns(db, types);
  await createReviews(db, types);
  await fillReviews(db);
}

async function createRuns(db: Kysely<NoTables>, { text, clustered }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("guard_run")
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("scope", text, (it) => it.notNull())
    .addColumn("body", text, (it) => it.notNull())
    .addPrimaryKeyConstraint("guard_run_pk", ["source", "scope"])
    .execute();
  await db.schema
    .createTable("guard_counted")
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("scope", text, (it) => it.notNull())
    .addColumn("asset", text, (it) => it.notNull())
    .addColumn("key", text, (it) => it.notNull())
    .addColumn("effect", text, (it) => it.notNull())
    .addPrimaryKeyConstraint("guard_counted_pk", ["source", "scope", "asset", "key", "effect"])
    .modifyEnd(clustered)
    .execute();
}

async function createReviews(db: Kysely<NoTables>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("review")
    .addColumn("id", text, (it) => it.primaryKey().notNull())
    .addColumn("kind", text, (it) => it.notNull())
    .addColumn("state", text, (it) => it.notNull())
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("asset", text)
    .addColumn("path", text)
    .addColumn("opened_at", text, (it) => it.notNull())
    .addColumn("position", integer, (it) => it.notNull())
    .addColumn("body", text, (it) => it.notNull())
    .execute();
  await sql`create index review_by_position on review (position, id)`.execute(db);
  await sql`create index review_open on review (position, id) where state = 'OPEN'`.execute(db);
  await db.schema
    .createTable("review_item")
    .addColumn("review", text, (it) => it.notNull())
    .addColumn("ordinal", integer, (it) => it.notNull())
    .addColumn("source", text, (it) => it.notNull())
    .addColumn("scope", text, (it) => it.notNull())
    .addColumn("asset", text, (it) => it.notNull())
    .addColumn("key", text, (it) => it.notNull())
    .addColumn("body", text, (it) => it.notNull())
    .addColumn("released_until", integer)
    .addPrimaryKeyConstraint("review_item_pk", ["review", "ordinal"])
    .execute();
  await sql`create index review_item_released on review_item (source, scope, asset) where released_until is not null`.execute(
    db,
  );
}

interface DriftBody {
  readonly id: string;
  readonly asset: string;
  readonly decision?: string;
  readonly kind: string;
  readonly note?: string;
  readonly openedAt: string;
  readonly path: string;
  readonly source: string;
  readonly [name: string]: unknown;
}

async function fillReviews(db: Kysely<NoTables>): Promise<void> {
  const { rows } = await sql<{
    body: string;
    position: number;
  }>`select body, position from drift where state = 'IN_REVIEW'`.execute(db);
  for (const { body, position } of rows) {
    const drift = JSON.parse(body) as DriftBody;
    if (drift.decision !== undefined) continue;
    const { asset, authority, base, found, id: driftId, key, kind: driftKind, path, rule, source, wanted } = drift;
    const id = `review:${driftId.slice("drift:".length)}`;
    const because = drift.note ?? "a person has to decide";
    const openedAt = drift.openedAt;
    const review = { id, kind: "FIELD", state: "OPEN", source, openedAt, because, drift: driftId, driftKind, asset, key, path, authority, rule, base, wanted, found }; // biome-ignore format: one glance
    await sql`insert into review (id, kind, state, source, asset, path, opened_at, position, body)
      values (${id}, 'FIELD', 'OPEN', ${source}, ${asset}, ${path}, ${openedAt}, ${position}, ${JSON.stringify(review)})`.execute(
      db,
    );
  }
}
