import type { Page, PageRequest } from "../../ports/ledger.ts";

/** Where an item stands in a list: the value that it is ordered by, then what tells equal ones apart. */
export type Place = readonly [value: string | number, id: string];

/** The part of a list that lies strictly between two places. */
export interface Range {
  readonly after?: Place;
  readonly before?: Place;
}

/** A list that can be read from any place, in either direction. */
export interface Listed<Row, Item> {
  /** At most `limit` rows of the range, in the list's order or, backwards, from its end. */
  select(range: Range, backwards: boolean, limit: number): Promise<readonly Row[]>;
  exists(range: Range): Promise<boolean>;
  placeOf(row: Row): Place;
  itemOf(row: Row): Item;
  encode(place: Place): string;
  /** @throws TypeError if `cursor` is none of this list. */
  decode(cursor: string): Place;
}

const MAX_LIMIT = 10_000;

/**
 * Reads a page with at most three queries. There is something before or after it exactly if the list, as it is now, has
 * something there, whatever the cursor came from.
 */
export async function readPage<Row, Item>(list: Listed<Row, Item>, request: PageRequest): Promise<Page<Item>> {
  const { limit, backwards = false } = request;
  if (!Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT) {
    throw new TypeError(`A page has 0 to ${MAX_LIMIT} items, not ${limit}.`);
  }
  const range: Range = {
    ...(request.after === undefined ? {} : { after: list.decode(request.after) }),
    ...(request.before === undefined ? {} : { before: list.decode(request.before) }),
  };
  const selected = await list.select(range, backwards, limit + 1);
  const more = selected.length > limit;
  const rows = selected.slice(0, limit);
  if (backwards) rows.reverse();
  const [hasPrevious, hasNext] = await neighbours(list, range, rows, more, backwards);
  return {
    items: rows.map((row) => ({ item: list.itemOf(row), cursor: list.encode(list.placeOf(row)) })),
    hasNext,
    hasPrevious,
  };
}

/** Whether anything stands before and after `rows`, of which `more` follow in the direction that was read. */
async function neighbours<Row, Item>(
  list: Listed<Row, Item>,
  { after, before }: Range,
  rows: readonly Row[],
  more: boolean,
  backwards: boolean,
): Promise<[before: boolean, after: boolean]> {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) {
    // A page of no items: the cursor itself came from one. Otherwise nothing is between the bounds, so all else is outside them.
    if (more) return [backwards || after !== undefined, !backwards || before !== undefined];
    return [
      after !== undefined && (await list.exists(before ? { before } : {})),
      before !== undefined && (await list.exists(after ? { after } : {})),
    ];
  }
  return [
    backwards && more ? true : after !== undefined && (await list.exists({ before: list.placeOf(first) })),
    !backwards && more ? true : before !== undefined && (await list.exists({ after: list.placeOf(last) })),
  ];
}
