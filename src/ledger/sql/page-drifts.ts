import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { Drift } from "../../domain/drift.ts";
import type { DriftFilter, Page, PageRequest } from "../../ports/ledger.ts";
import type { Engine } from "../engine.ts";
import type { Session } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import { decodePlace, encodePlace } from "./cursor.ts";
import { isOpen } from "./drifts.ts";
import { amongValues, matchesAny } from "./glob-filter.ts";
import { type Range, readPage } from "./page.ts";
import { toUtc } from "./utc.ts";

/** In the order in which they were opened. */
export function pageDrifts(session: Session, filter: DriftFilter, request: PageRequest): Promise<Page<Drift>> {
  const { db, engine } = session;
  const filtered = ({ after, before }: Range) => {
    let query = db.selectFrom("drift").where((eb) => driftCondition(eb, engine, filter));
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
      async exists(range) {
        return (await filtered(range).select("id").limit(1).execute()).length > 0;
      },
      placeOf: (row) => [row.position, row.id],
      itemOf: (row) => JSON.parse(row.body) as Drift,
      encode: (place) => encodePlace("drifts", place),
      decode: (cursor) => decodePlace("drifts", "number", cursor),
    },
    request,
  );
}

function driftCondition(
  eb: ExpressionBuilder<LedgerTables, "drift">,
  engine: Engine,
  filter: DriftFilter,
): Expression<SqlBool> {
  const { assets, names, fields, sources, kinds, states, since, until } = filter;
  const found: Expression<SqlBool>[] = [];
  if (assets) found.push(amongValues(engine, eb.ref("drift.asset"), assets));
  if (names) {
    const named = eb.selectFrom("asset").select("asset.id");
    found.push(
      eb(
        "drift.asset",
        "in",
        named.where((it) => matchesAny(it, engine, it.ref("asset.path"), names, true)),
      ),
    );
  }
  if (fields) found.push(matchesAny(eb, engine, eb.ref("drift.path"), fields, false));
  if (sources) found.push(amongValues(engine, eb.ref("drift.source"), sources));
  if (kinds) found.push(amongValues(engine, eb.ref("drift.kind"), kinds));
  if (states) {
    found.push(amongValues(engine, eb.ref("drift.state"), states));
    if (!states.includes("RESOLVED")) found.push(isOpen());
  }
  if (since !== undefined) found.push(eb("drift.opened_at", ">=", toUtc(since)));
  if (until !== undefined) found.push(eb("drift.opened_at", "<", toUtc(until)));
  return eb.and(found);
}
