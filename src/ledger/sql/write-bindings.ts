import type { AssetId, SourceId } from "../../domain/ids.ts";
import type { AssetUpdate } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { inTransaction, type Session, type Slots, statement, type Write } from "../statement.ts";
import { BINDING_COLUMNS, BINDING_NAMES, type BindingRow, toAgreedRow, toBindingRow } from "./as-read.ts";

const OBSERVED = BINDING_NAMES.filter((it) => it !== "asset" && it !== "source");

const upsertBindings = statement((db, slots: Slots<{ bindings: readonly BindingRow[] }>) =>
  db
    .insertInto("binding")
    .columns(BINDING_NAMES)
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("bindings", BINDING_COLUMNS))
        .select((it) => BINDING_NAMES.map((name) => it.ref(name).$castTo<never>().as(name)))
        .where((it) => it.lit(true)),
    )
    .onConflict((conflict) =>
      conflict.columns(["asset", "source"]).doUpdateSet((eb) => ({
        ...Object.fromEntries(OBSERVED.map((it) => [it, eb.ref(`excluded.${it}`)])),
        // A scan may have touched it since it was read: nothing is unseen again by what is recorded late.
        observed_at: eb
          .case()
          .when("binding.observed_at", ">", eb.ref("excluded.observed_at"))
          .then(eb.ref("binding.observed_at"))
          .else(eb.ref("excluded.observed_at"))
          .end(),
      })),
    ),
);

const READING_COLUMNS = { asset: "text", source: "text", fields: "text" } as const satisfies Columns;
const upsertReadings = statement((db, slots: Slots<{ readings: readonly DataRow<typeof READING_COLUMNS>[] }>) =>
  db
    .insertInto("reading")
    .columns(["asset", "source", "fields"])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("readings", READING_COLUMNS))
        .select(["asset", "source", "fields"])
        .where((it) => it.lit(true)),
    )
    .onConflict((it) => it.columns(["asset", "source"]).doUpdateSet((eb) => ({ fields: eb.ref("excluded.fields") }))),
);

const AGREED_COLUMNS = { asset: "text", mirror: "text", body: "text" } as const satisfies Columns;
const upsertAgreed = statement((db, slots: Slots<{ agreed: readonly DataRow<typeof AGREED_COLUMNS>[] }>) =>
  db
    .insertInto("agreed")
    .columns(["asset", "mirror", "body"])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("agreed", AGREED_COLUMNS))
        .select(["asset", "mirror", "body"])
        .where((it) => it.lit(true)),
    )
    .onConflict((it) => it.columns(["asset", "mirror"]).doUpdateSet((eb) => ({ body: eb.ref("excluded.body") }))),
);

const PAIR_COLUMNS = { asset: "text", source: "text" } as const satisfies Columns;
type Pair = DataRow<typeof PAIR_COLUMNS>;
const deleteBindings = statement((db, slots: Slots<{ pairs: readonly Pair[] }>) =>
  db
    .deleteFrom("binding")
    .where(({ refTuple, selectFrom, eb }) =>
      eb(
        refTuple("asset", "source"),
        "in",
        selectFrom(slots.rows("pairs", PAIR_COLUMNS)).select(["asset", "source"]).$asTuple("asset", "source"),
      ),
    ),
);
const deleteAgreed = statement((db, slots: Slots<{ pairs: readonly Pair[] }>) =>
  db
    .deleteFrom("agreed")
    .where(({ refTuple, selectFrom, eb }) =>
      eb(
        refTuple("asset", "mirror"),
        "in",
        selectFrom(slots.rows("pairs", PAIR_COLUMNS)).select(["asset", "source"]).$asTuple("asset", "source"),
      ),
    ),
);
const deleteReadings = statement((db, slots: Slots<{ pairs: readonly Pair[] }>) =>
  db
    .deleteFrom("reading")
    .where(({ refTuple, selectFrom, eb }) =>
      eb(
        refTuple("asset", "source"),
        "in",
        selectFrom(slots.rows("pairs", PAIR_COLUMNS)).select(["asset", "source"]).$asTuple("asset", "source"),
      ),
    ),
);

/** Writes the bindings, readings and agreed values of the updates, and forgets first what they unbind: a base that outlived its binding would be taken for that of another thing. */
export function writeBindings(updates: readonly AssetUpdate[]): Write[] {
  const pairs = updates.flatMap(({ id, unbind }) => (unbind ?? []).map((source) => ({ asset: id, source })));
  const bindings = updates.flatMap(({ id, bindings }) => (bindings ?? []).map((binding) => ({ id, binding })));
  const agreed = updates.flatMap(({ id, agreed }) => (agreed ?? []).map((it) => toAgreedRow(id, it)));
  const readings = bindings.map(({ id, binding }) => ({
    asset: id,
    source: binding.source,
    fields: JSON.stringify(binding.fields),
  }));
  const rows = bindings.map((it) => toBindingRow(it.id, it.binding));
  return [
    ...(pairs.length > 0 ? [deleteBindings, deleteReadings, deleteAgreed].map((it) => it.with({ pairs })) : []),
    ...(bindings.length > 0 ? [upsertBindings.with({ bindings: rows }), upsertReadings.with({ readings })] : []),
    ...(agreed.length > 0 ? [upsertAgreed.with({ agreed })] : []),
  ];
}

const touch = statement(
  (db, slots: Slots<{ source: string; assets: readonly string[]; observed_at: string; observed_from: number }>) =>
    db
      .updateTable("binding")
      // A touch can come late, by a scan that began earlier or by a process that is dead by now: nothing is unseen again by it.
      .set(({ eb, ref }) => ({
        observed_at: eb
          .case()
          .when("observed_at", "<", slots.value("observed_at"))
          .then(slots.value("observed_at"))
          .else(ref("observed_at"))
          .end(),
        observed_from: slots.value("observed_from"),
      }))
      .where("source", "=", slots.value("source"))
      .where(({ ref }) => slots.among(ref("asset"), "assets"))
      .where("observed_from", "<=", slots.value("observed_from")),
);
const touchListed = statement((db, slots: Slots<{ source: string; assets: readonly string[]; observed_at: string }>) =>
  db
    .updateTable("binding")
    .set({ observed_at: slots.value("observed_at") })
    .where("source", "=", slots.value("source"))
    .where(({ ref }) => slots.among(ref("asset"), "assets"))
    .where("observed_at", "<", slots.value("observed_at")),
);

export async function touchBindings(
  session: Session,
  source: SourceId,
  assets: readonly AssetId[],
  observedAt: string,
  observedFrom: number | undefined,
): Promise<void> {
  if (assets.length === 0) return;
  const args = { source, assets, observed_at: observedAt };
  const seen = observedFrom === undefined ? undefined : { ...args, observed_from: observedFrom };
  await inTransaction(session, async (tx) => void (await (seen ? touch(tx, seen) : touchListed(tx, args)))); // which runs it again if it got into the way of a commit
}
