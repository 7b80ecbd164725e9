import type { Page, PageRequest } from "../../src/ports/ledger.ts";
import { badUserInput } from "../graph-error.ts";

/** A page of a list that is at hand as a whole; the cursor of an element is `keyOf` it. Only forwards. */
export function pageInMemory<T>(all: readonly T[], keyOf: (it: T) => string, { limit, after }: PageRequest): Page<T> {
  let start = 0;
  if (after !== undefined) {
    start = all.findIndex((it) => keyOf(it) === after) + 1;
    if (start === 0)
      throw badUserInput(
        `Nothing stands at the cursor "${after.slice(0, 100)}" any more. Read the list from the start.`,
      );
  }
  const items = all.slice(start, start + limit).map((item) => ({ item, cursor: keyOf(item) }));
  return { items, hasNext: start + limit < all.length, hasPrevious: start > 0 };
}
