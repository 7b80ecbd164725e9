import type { AssetKind, AssetState, NativeRef } from "../../domain/asset.ts";
import type { AssetId, SourceId } from "../../domain/ids.ts";
import type { BindingDigest } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { plainOrNull } from "../name-path.ts";
import { type Db, type Session, type Slots, statement } from "../statement.ts";

const REF_COLUMNS = { slot: "integer", kind: "text", name: "text", stable_id: "text?" } as const satisfies Columns;
type RefRow = DataRow<typeof REF_COLUMNS>;

/**
 * The candidates of each slot, by stable id or by name, ranked: present before missing, living before retired, newest first.
 * A cross join, because SQLite keeps its order: one look-up a slot. With an inner join it read every binding of the source.
 */
function rankedBindings(db: Db, slots: Slots<{ source: string; refs: readonly RefRow[] }>, by: "stable_id" | "name") {
  return db
    .selectFrom(slots.rows("refs", REF_COLUMNS))
    .crossJoin("binding")
    .where(({ and, eb }) =>
      by === "stable_id"
        ? eb("binding.stable_id", "=", eb.ref("rows.stable_id"))
        : and([eb("binding.name", "=", eb.ref("rows.name")), eb("binding.kind", "=", eb.ref("rows.kind"))]),
    )
    .innerJoin("asset", "asset.id", "binding.asset")
    .where("binding.source", "=", slots.value("source"))
    .where("rows.stable_id", by === "stable_id" ? "is not" : "is", null)
    .select(({ eb, fn }) => [
      "rows.slot",
      ...DIGEST_COLUMNS,
      fn
        .agg<number>("row_number")
        .over((over) =>
          over
            .partitionBy("rows.slot")
            .orderBy(eb.case().when("binding.state", "=", "present").then(0).else(1).end())
            .orderBy(eb.case().when("asset.state", "=", "RETIRED").then(1).else(0).end())
            .orderBy("asset.created_at", "desc")
            .orderBy("binding.asset", "desc"),
        )
        .as("rank"),
    ]);
}

const DIGEST_COLUMNS = [
  "binding.asset",
  "asset.state as asset_state",
  "binding.source",
  "binding.kind",
  "binding.name",
  "binding.stable_id",
  "binding.state",
  "binding.misses",
  "binding.observed_at",
  "binding.version",
  "binding.digest",
] as const;

const selectByRef = statement((db, slots: Slots<{ source: string; refs: readonly RefRow[] }>) =>
  db
    .selectFrom(
      rankedBindings(db, slots, "stable_id")
        .unionAll(rankedBindings(db, slots, "name"))
        .as("found"),
    )
    .selectAll()
    .where("rank", "=", 1),
);

export async function findBindings(
  session: Session,
  source: SourceId,
  refs: readonly NativeRef[],
): Promise<readonly (BindingDigest | undefined)[]> {
  if (refs.length === 0) return [];
  const wanted = refs.map((it, slot) => ({
    slot,
    kind: it.kind,
    name: JSON.stringify(it.name),
    stable_id: plainOrNull(it.stableId),
  }));
  const found = await selectByRef(session, { source, refs: wanted });
  const bySlot = new Map(found.map((it) => [it.slot, toDigest(it)]));
  return refs.map((_, slot) => bySlot.get(slot));
}

interface DigestRow {
  asset: string;
  asset_state: string;
  source: string;
  kind: string;
  name: string;
  stable_id: string | null;
  state: "present" | "missing";
  misses: number;
  observed_at: string;
  version: string | null;
  digest: string;
}

function toDigest(row: DigestRow): BindingDigest {
  return {
    asset: row.asset as AssetId,
    assetState: row.asset_state as AssetState,
    source: row.source as SourceId,
    ref: toRef(row),
    state: row.state,
    misses: row.misses,
    observedAt: row.observed_at,
    version: row.version,
    digest: row.digest,
  };
}

export function toRef(row: { kind: string; name: string; stable_id: string | null }): NativeRef {
  return { kind: row.kind as AssetKind, name: JSON.parse(row.name) as string[], stableId: row.stable_id };
}

const selectUnseen = statement(
  (db, slots: Slots<{ source: string; observed_before: string; after: string; limit: number }>) =>
    db
      .selectFrom("binding")
      .innerJoin("asset", "asset.id", "binding.asset")
      .select(DIGEST_COLUMNS)
      .where("binding.source", "=", slots.value("source"))
      .where("binding.asset", ">", slots.value("after"))
      .where("binding.observed_at", "<", slots.value("observed_before"))
      .where("asset.state", "<>", "RETIRED")
      .orderBy("binding.asset")
      .limit(slots.value("limit")),
);

export async function listUnseen(
  session: Session,
  source: SourceId,
  observedBefore: string,
  after: AssetId | undefined,
  limit: number,
): Promise<readonly BindingDigest[]> {
  return (await selectUnseen(session, { source, observed_before: observedBefore, after: after ?? "", limit })).map(
    toDigest,
  );
}
