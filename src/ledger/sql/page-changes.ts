import type { Expression, ExpressionBuilder, SelectQueryBuilder, SqlBool } from "kysely";
import type { Change } from "../../domain/change.ts";
import { decodeChange } from "../../domain/log-entry.ts";
import type { ChangeFilter, Page, PageRequest } from "../../ports/ledger.ts";
import type { Engine } from "../engine.ts";
import { plainText } from "../name-path.ts";
import type { Session } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import { amongValues, matchesAny } from "./glob-filter.ts";
import { head } from "./log.ts";
import { type Listed, type Place, type Range, readPage } from "./page.ts";
import { toUtc } from "./utc.ts";

/** In the order of the log. A cursor is the position as a decimal number, as in the feeds, so that one continues the other. */
export function pageChanges(session: Session, filter: ChangeFilter, request: PageRequest): Promise<Page<Change>> {
  return readPage(
    {
      select(range, backwards, limit) {
        const query = logIn(session, filter, range).select(["position", "bytes"]);
        return query
          .orderBy("position", backwards ? "desc" : "asc")
          .limit(limit)
          .execute();
      },
      async exists(range) {
        return (await logIn(session, filter, range).select("position").limit(1).execute()).length > 0;
      },
      ...LOG_PLACES,
    },
    request,
  );
}

/** The entries that the filter takes in a part of the log. */
export function logIn(
  { db, engine }: Session,
  filter: ChangeFilter,
  { after, before }: Range,
): SelectQueryBuilder<LedgerTables, "log", object> {
  let query = db.selectFrom("log").where((eb) => changeCondition(eb, engine, filter));
  if (after) query = query.where("log.position", ">", Number(after[0]));
  if (before) query = query.where("log.position", "<", Number(before[0]));
  return query;
}

/** How a page of the log is told from its rows. */
export const LOG_PLACES: Pick<Listed<LogPlaceRow, Change>, "placeOf" | "itemOf" | "encode" | "decode"> = {
  placeOf: (row) => [row.position, ""],
  itemOf: (row) => decodeChange(row.bytes),
  encode: ([position]) => String(position),
  decode: parsePosition,
};
export type LogPlaceRow = Pick<LedgerTables["log"], "position" | "bytes">;

function parsePosition(cursor: string): Place {
  if (!/^\d{1,16}$/.test(cursor) || !Number.isSafeInteger(Number(cursor))) {
    throw new TypeError(`Not a cursor of the log: "${cursor.slice(0, 100)}". It is a position, such as 42.`);
  }
  return [Number(cursor), ""];
}

/** How many entries a filtered read looks at, so that a filter that takes next to nothing does not read the whole log at once. */
const WINDOW = 20_000;

export async function readLog(
  session: Session,
  position: number,
  limit: number,
  filter?: ChangeFilter,
): Promise<{ readonly changes: readonly Change[]; readonly scannedTo: number }> {
  const { db, engine } = session;
  // The head first: whatever is committed later stands after it.
  const end = Math.min(await head(session), position + (filter ? Math.max(WINDOW, limit) : limit));
  if (limit < 1 || end <= position) return { changes: [], scannedTo: position };
  let query = db.selectFrom("log").select("bytes").where("position", ">", position).where("position", "<=", end);
  if (filter) query = query.where((eb) => changeCondition(eb, engine, filter));
  const changes = (await query.orderBy("position").limit(limit).execute()).map((it) => decodeChange(it.bytes));
  const last = changes.at(-1);
  return { changes, scannedTo: last && changes.length === limit ? last.position : end };
}

function changeCondition(
  eb: ExpressionBuilder<LedgerTables, "log">,
  engine: Engine,
  filter: ChangeFilter,
): Expression<SqlBool> {
  const { assets, names, fields, sources, kinds, actors, since, until, upTo } = filter;
  const found: Expression<SqlBool>[] = [];
  if (assets) found.push(amongValues(engine, eb.ref("log.asset"), assets));
  if (names) found.push(matchesAny(eb, engine, eb.ref("log.path"), names, true));
  if (fields) found.push(matchesAny(eb, engine, eb.ref("log.field"), fields, false));
  if (sources) found.push(amongValues(engine, eb.ref("log.source"), sources));
  if (kinds) found.push(amongValues(engine, eb.ref("log.kind"), kinds));
  if (actors) found.push(amongValues(engine, eb.ref("log.actor"), actors.map(plainText)));
  if (since !== undefined) found.push(eb("log.at", ">=", toUtc(since)));
  if (until !== undefined) found.push(eb("log.at", "<", toUtc(until)));
  if (upTo !== undefined) found.push(eb("log.position", "<=", upTo));
  return eb.and(found);
}
