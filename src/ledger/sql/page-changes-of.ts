import type { Change } from "../../domain/change.ts";
import type { AssetId } from "../../domain/ids.ts";
import type { ChangeFilter, Page, PageRequest } from "../../ports/ledger.ts";
import type { Session } from "../statement.ts";
import { type Range, readPage } from "./page.ts";
import { LOG_PLACES, type LogPlaceRow, logIn } from "./page-changes.ts";

/**
 * The same page of each asset's own changes. Where rows are counted only positions are read, which the index of the log by asset
 * holds; the entries themselves are then read for the pages alone.
 */
export async function pageChangesOf(
  session: Session,
  assets: readonly AssetId[],
  filter: Omit<ChangeFilter, "assets">,
  request: PageRequest,
): Promise<readonly Page<Change>[]> {
  if (assets.length === 0) return [];
  const wanted = { ...filter, assets: [...new Set(assets)] };
  const range = rangeOf(request);
  const rows = Map.groupBy(await selectRanked(session, wanted, range, request), (it) => it.asset);
  const isCut = range.after !== undefined || range.before !== undefined;
  const ends = new Map((isCut ? await selectEnds(session, wanted) : []).map((it) => [it.asset, it]));
  const pageOf = async (asset: AssetId): Promise<Page<Change>> =>
    readPage(
      {
        ...LOG_PLACES,
        select: async () => rows.get(asset) ?? [],
        exists: async (part) => isPartHeld(part, ends.get(asset)),
      },
      request,
    );
  return Promise.all(assets.map(pageOf));
}

interface RankedRow extends LogPlaceRow {
  readonly asset: string | null;
}

interface Ends {
  readonly asset: string | null;
  readonly first: number;
  readonly last: number;
}

function rangeOf({ after, before }: PageRequest): Range {
  return {
    ...(after === undefined ? {} : { after: LOG_PLACES.decode(after) }),
    ...(before === undefined ? {} : { before: LOG_PLACES.decode(before) }),
  };
}

/** One more than the page of each asset, so that it is seen whether there are more. */
function selectRanked(
  session: Session,
  filter: ChangeFilter,
  range: Range,
  { backwards = false, limit }: PageRequest,
): Promise<readonly RankedRow[]> {
  const direction = backwards ? "desc" : "asc";
  const ranked = logIn(session, filter, range).select(({ fn }) => [
    "log.position",
    fn
      .agg<number>("row_number")
      .over((over) => over.partitionBy("log.asset").orderBy("log.position", direction))
      .as("rank"),
  ]);
  return session.db
    .selectFrom(ranked.as("ranked"))
    .innerJoin("log as entry", "entry.position", "ranked.position")
    .select(["entry.asset", "entry.position", "entry.bytes"])
    .where("ranked.rank", "<=", limit + 1)
    .orderBy("entry.position", direction)
    .execute();
}

/** Where each asset's changes begin and end, whatever the page. */
function selectEnds(session: Session, filter: ChangeFilter): Promise<readonly Ends[]> {
  return logIn(session, filter, {})
    .select(({ fn }) => [
      "log.asset",
      fn.min<number>("log.position").as("first"),
      fn.max<number>("log.position").as("last"),
    ])
    .groupBy("log.asset")
    .execute();
}

/** Whether one of an asset's changes lies in the part: a part is open on one side at least. */
function isPartHeld({ after, before }: Range, ends: Ends | undefined): boolean {
  if (!ends) return false;
  return (
    (after === undefined || ends.last > Number(after[0])) && (before === undefined || ends.first < Number(before[0]))
  );
}
