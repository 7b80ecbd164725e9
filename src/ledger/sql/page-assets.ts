import type { SelectQueryBuilder } from "kysely";
import type { AssetId } from "../../domain/ids.ts";
import type { AssetFilter, AssetOrder, Page, PageRequest } from "../../ports/ledger.ts";
import type { Session } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import { assetCondition } from "./asset-filter.ts";
import { decodePlace, encodePlace } from "./cursor.ts";
import { type Range, readPage } from "./page.ts";

const ORDERS = {
  /** Segment by segment: an asset stands right before what lies below it. */
  name: { column: "asset.path", type: "string" },
  changed: { column: "asset.changed_position", type: "number" },
  created: { column: "asset.created_at", type: "string" },
} as const satisfies Record<AssetOrder["by"], { column: string; type: "string" | "number" }>;

/** Equal names, positions or times are ordered by id. */
export function pageAssets(
  session: Session,
  filter: AssetFilter,
  order: AssetOrder,
  request: PageRequest,
): Promise<Page<AssetId>> {
  const { column, type } = ORDERS[order.by];
  const ascending = order.direction === "asc";
  const filtered = (range: Range) => inRange(session, filter, order, range);
  return readPage(
    {
      select(range, backwards, limit) {
        const direction = ascending === backwards ? "desc" : "asc";
        return filtered(range)
          .select(["asset.id", `${column} as value`])
          .orderBy(column, direction)
          .orderBy("asset.id", direction)
          .limit(limit)
          .execute();
      },
      async exists(range) {
        return (await filtered(range).select("asset.id").limit(1).execute()).length > 0;
      },
      placeOf: (row) => [row.value, row.id],
      itemOf: (row) => row.id as AssetId,
      encode: (place) => encodePlace(`assets:${order.by}`, place),
      decode: (cursor) => decodePlace(`assets:${order.by}`, type, cursor),
    },
    request,
  );
}

function inRange(
  { db, engine }: Session,
  filter: AssetFilter,
  order: AssetOrder,
  { after, before }: Range,
): SelectQueryBuilder<LedgerTables, "asset", object> {
  const { column } = ORDERS[order.by];
  const [beyond, short] = order.direction === "asc" ? ([">", "<"] as const) : (["<", ">"] as const);
  let query = db.selectFrom("asset").where((eb) => assetCondition(eb, engine, filter));
  for (const [operator, place] of [[beyond, after] as const, [short, before] as const]) {
    if (place) query = query.where((eb) => eb(eb.refTuple(column, "asset.id"), operator, eb.tuple(...place)));
  }
  return query;
}
