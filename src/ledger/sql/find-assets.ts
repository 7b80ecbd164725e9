import type { AssetKind } from "../../domain/asset.ts";
import type { AssetId } from "../../domain/ids.ts";
import type { Columns, DataRow } from "../engine.ts";
import { nameToPath } from "../name-path.ts";
import { type Session, type Slots, statement } from "../statement.ts";

const NAME_COLUMNS = { slot: "integer", path: "text", kind: "text?" } as const satisfies Columns;
type NameRow = DataRow<typeof NAME_COLUMNS>;

const selectByName = statement((db, slots: Slots<{ names: readonly NameRow[]; with_retired: number }>) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom(slots.rows("names", NAME_COLUMNS))
        .innerJoin("asset", "asset.path", "rows.path")
        .where((eb) => eb.or([eb("rows.kind", "is", null), eb("asset.kind", "=", eb.ref("rows.kind"))]))
        .where((eb) => eb.or([eb(slots.value("with_retired"), "=", 1), eb("asset.state", "<>", "RETIRED")]))
        .select(({ eb, fn }) => [
          "rows.slot",
          "asset.id",
          fn
            .agg<number>("row_number")
            .over((over) =>
              over
                .partitionBy("rows.slot")
                .orderBy(
                  eb
                    .case()
                    .when("asset.state", "=", "ACTIVE")
                    .then(0)
                    .when("asset.state", "=", "SUSPECTED")
                    .then(1)
                    .else(2)
                    .end(),
                )
                .orderBy("asset.created_at", "desc")
                .orderBy("asset.id", "desc"),
            )
            .as("rank"),
        ])
        .as("found"),
    )
    .select(["slot", "id"])
    .where("rank", "=", 1),
);

export async function findAssets(
  session: Session,
  names: readonly { readonly name: string; readonly kind?: AssetKind }[],
  withRetired: boolean,
): Promise<readonly (AssetId | undefined)[]> {
  if (names.length === 0) return [];
  const wanted = names.map((it, slot) => ({ slot, path: nameToPath(it.name), kind: it.kind ?? null }));
  const found = await selectByName(session, { names: wanted, with_retired: Number(withRetired) });
  const idBySlot = new Map(found.map((it) => [it.slot, it.id as AssetId]));
  return names.map((_, slot) => idBySlot.get(slot));
}

const selectIds = statement((db, slots: Slots<{ after: string; limit: number }>) =>
  db
    .selectFrom("asset")
    .select("id")
    .where("id", ">", slots.value("after"))
    .where("state", "<>", "RETIRED")
    .orderBy("id")
    .limit(slots.value("limit")),
);

export async function listAssetIds(
  session: Session,
  after: AssetId | undefined,
  limit: number,
): Promise<readonly AssetId[]> {
  return (await selectIds(session, { after: after ?? "", limit })).map((it) => it.id as AssetId);
}
