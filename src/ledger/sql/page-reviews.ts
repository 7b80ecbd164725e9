import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import type { Review } from "../../domain/review.ts";
import type { ReviewFilter } from "../../ports/guard-ledger.ts";
import type { Page, PageRequest } from "../../ports/ledger.ts";
import type { Engine } from "../engine.ts";
import type { Session } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import { decodePlace, encodePlace } from "./cursor.ts";
import { amongValues, matchesAny } from "./glob-filter.ts";
import { type Range, readPage } from "./page.ts";
import { toUtc } from "./utc.ts";

/** In the order in which they were opened. */
export function pageReviews(session: Session, filter: ReviewFilter, request: PageRequest): Promise<Page<Review>> {
  const { db, engine } = session;
  const filtered = ({ after, before }: Range) => {
    let query = db.selectFrom("review").where((eb) => reviewCondition(eb, engine, filter));
    if (after)
      query = query.where((eb) => eb(eb.refTuple("position", "id"), ">", eb.tuple(Number(after[0]), after[1])));
    if (before)
      query = query.where((eb) => eb(eb.refTuple("position", "id"), "<", eb.tuple(Number(before[0]), before[1])));
    return query;
  };
  return readPage(
    {
      select(range, backwards, limit) {
        const direction = backwards ? "desc" : "asc";
        const query = filtered(range).select(["id", "position", "body"]);
        return query.orderBy("position", direction).orderBy("id", direction).limit(limit).execute();
      },
      exists: async (range) => (await filtered(range).select("id").limit(1).execute()).length > 0,
      placeOf: (row) => [row.position, row.id],
      itemOf: (row) => JSON.parse(row.body) as Review,
      encode: (place) => encodePlace("reviews", place),
      decode: (cursor) => decodePlace("reviews", "number", cursor),
    },
    request,
  );
}

function reviewCondition(
  eb: ExpressionBuilder<LedgerTables, "review">,
  engine: Engine,
  filter: ReviewFilter,
): Expression<SqlBool> {
  const { assets, fields, kinds, names, since, sources, states, until } = filter;
  const found: Expression<SqlBool>[] = [];
  if (assets) found.push(amongValues(engine, eb.ref("review.asset"), assets));
  if (names) {
    const named = eb.selectFrom("asset").select("asset.id");
    const matching = named.where((it) => matchesAny(it, engine, it.ref("asset.path"), names, true));
    found.push(eb("review.asset", "in", matching));
  }
  if (fields) found.push(matchesAny(eb, engine, eb.ref("review.path"), fields, false));
  if (sources) found.push(amongValues(engine, eb.ref("review.source"), sources));
  if (kinds) found.push(amongValues(engine, eb.ref("review.kind"), kinds));
  if (states) {
    found.push(amongValues(engine, eb.ref("review.state"), states));
    // Written out, so that the index of what is open is used.
    if (states.length === 1 && states[0] === "OPEN") found.push(sql<SqlBool>`review.state = 'OPEN'`);
  }
  if (since !== undefined) found.push(eb("review.opened_at", ">=", toUtc(since)));
  if (until !== undefined) found.push(eb("review.opened_at", "<", toUtc(until)));
  return eb.and(found);
}
