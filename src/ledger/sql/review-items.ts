import type { GuardedChange } from "../../domain/guard-run.ts";
import type { ReviewId } from "../../domain/ids.ts";
import type { GuardPlace } from "../../ports/guard-ledger.ts";
import type { Page, PageRequest } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { plainText } from "../name-path.ts";
import { type Session, type Slots, statement, type Write } from "../statement.ts";
import { decodePlace, encodePlace } from "./cursor.ts";
import { type Range, readPage } from "./page.ts";

const ITEM_COLUMNS = {
  review: "text",
  ordinal: "integer",
  source: "text",
  scope: "text",
  asset: "text",
  key: "text",
  body: "text",
} as const satisfies Columns;
type ItemRow = DataRow<typeof ITEM_COLUMNS>;
const NAMES = Object.keys(ITEM_COLUMNS) as (keyof typeof ITEM_COLUMNS)[];

const insertItems = statement((db, slots: Slots<{ items: readonly ItemRow[] }>) =>
  db
    .insertInto("review_item")
    .columns(NAMES)
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("items", ITEM_COLUMNS))
        .select((it) => NAMES.map((name) => it.ref(name).$castTo<never>().as(name))),
    ),
);

export function writeItems(review: ReviewId, { scope, source }: GuardPlace, items: readonly GuardedChange[]): Write[] {
  if (items.length === 0) return [];
  const rows = items.map((it, ordinal) => ({
    review,
    ordinal,
    source,
    scope,
    asset: it.asset,
    key: plainText(it.key),
    body: JSON.stringify(it),
  }));
  return [insertItems.with({ items: rows })];
}

const releaseItems = statement((db, slots: Slots<{ review: string; until: number }>) =>
  db
    .updateTable("review_item")
    .set({ released_until: slots.value("until") })
    .where("review", "=", slots.value("review")),
);

export function writeRelease(review: ReviewId, until: number): Write {
  return releaseItems.with({ review, until });
}

const selectReleasedOf = statement(
  (db, slots: Slots<{ source: string; scope: string; assets: readonly string[]; at: number }>) =>
    db
      .selectFrom("review_item")
      .select("body")
      .where("source", "=", slots.value("source"))
      .where("scope", "=", slots.value("scope"))
      .where("released_until", "is not", null)
      .where("released_until", ">", slots.value("at"))
      .where(({ ref }) => slots.among(ref("asset"), "assets")),
);

/** What a person has released and has not been done, of these assets. */
export async function selectReleased(
  session: Session,
  args: GuardPlace & { readonly assets: readonly string[]; readonly at: number },
): Promise<readonly GuardedChange[]> {
  return (await selectReleasedOf(session, args)).map((it) => JSON.parse(it.body) as GuardedChange);
}

const selectAllReleased = statement((db, slots: Slots<{ source: string; scope: string; at: number }>) =>
  db
    .selectFrom("review_item")
    .select("body")
    .where("source", "=", slots.value("source"))
    .where("scope", "=", slots.value("scope"))
    .where("released_until", "is not", null)
    .where("released_until", ">", slots.value("at")),
);

export async function listReleased(
  session: Session,
  { scope, source }: GuardPlace,
  at: number,
): Promise<readonly GuardedChange[]> {
  return (await selectAllReleased(session, { source, scope, at })).map((it) => JSON.parse(it.body) as GuardedChange);
}

const DONE_COLUMNS = { source: "text", scope: "text", asset: "text", key: "text" } as const satisfies Columns;
const endReleases = statement((db, slots: Slots<{ done: readonly DataRow<typeof DONE_COLUMNS>[] }>) =>
  db
    .updateTable("review_item")
    .from(slots.rows("done", DONE_COLUMNS))
    .set({ released_until: null })
    .whereRef("review_item.source", "=", "rows.source")
    .whereRef("review_item.scope", "=", "rows.scope")
    .whereRef("review_item.asset", "=", "rows.asset")
    .whereRef("review_item.key", "=", "rows.key")
    .where("review_item.released_until", "is not", null),
);

/** What was released is done once: from now on it counts again. */
export function writeCarriedOut(done: readonly (Pick<GuardedChange, "asset" | "key"> & GuardPlace)[]): Write[] {
  if (done.length === 0) return [];
  const rows = done.map(({ asset, key, scope, source }) => ({ source, scope, asset, key: plainText(key) }));
  return [endReleases.with({ done: rows })];
}

/** In the order in which the review lists them. */
export function pageReviewItems({ db }: Session, review: ReviewId, request: PageRequest): Promise<Page<GuardedChange>> {
  const within = ({ after, before }: Range) => {
    let query = db.selectFrom("review_item").where("review", "=", review);
    if (after) query = query.where("ordinal", ">", Number(after[0]));
    if (before) query = query.where("ordinal", "<", Number(before[0]));
    return query;
  };
  return readPage(
    {
      select: (range, backwards, limit) =>
        within(range)
          .select(["ordinal", "body"])
          .orderBy("ordinal", backwards ? "desc" : "asc")
          .limit(limit)
          .execute(),
      exists: async (range) => (await within(range).select("ordinal").limit(1).execute()).length > 0,
      placeOf: (row) => [row.ordinal, ""],
      itemOf: (row) => JSON.parse(row.body) as GuardedChange,
      encode: (place) => encodePlace("review items", place),
      decode: (cursor) => decodePlace("review items", "number", cursor),
    },
    request,
  );
}
