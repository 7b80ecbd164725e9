import type { Change } from "../domain/change.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Review } from "../domain/review.ts";
import type { Wake } from "../ports/bus.ts";
import type { ReviewFilter } from "../ports/guard-ledger.ts";
import { follow, type LogReader } from "./change-feed.ts";
import { compileReviewFilter } from "./feed-filter.ts";

export interface ReviewOccurrence {
  readonly type: "OPENED" | "CHANGED" | "DECIDED" | "WITHDRAWN";
  readonly review: Review;
  /** Go on from here. */
  readonly cursor: { readonly position: number };
}

const TYPE_BY_KIND = {
  REVIEW_OPENED: "OPENED",
  REVIEW_CHANGED: "CHANGED",
  REVIEW_DECIDED: "DECIDED",
  REVIEW_WITHDRAWN: "WITHDRAWN",
} as const;
const REVIEW_ENTRIES = ["REVIEW_OPENED", "REVIEW_CHANGED", "REVIEW_DECIDED", "REVIEW_WITHDRAWN"] as const;

/**
 * Yields what happens to reviews after log position `after`, in log order, until `signal` aborts.
 *
 * @throws TypeError if a pattern of `filter` is malformed.
 */
export async function* followReviews(
  logs: { readonly history: LogReader; readonly tail: LogReader; readonly wake: Wake },
  filter: ReviewFilter,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<ReviewOccurrence, void, undefined> {
  const matches = compileReviewFilter(filter);
  const wanted = {
    narrow: { kinds: REVIEW_ENTRIES },
    matches: (change: Change) => {
      const review = reviewOf(change);
      return review !== undefined && matches({ review, name: change.name });
    },
  };
  for await (const change of follow(logs, after, wanted, signal)) {
    const type = TYPE_BY_KIND[change.kind as keyof typeof TYPE_BY_KIND];
    yield { type, review: reviewOf(change) as Review, cursor: { position: change.position } };
  }
}

function reviewOf(change: Change): Review | undefined {
  if (!Object.hasOwn(TYPE_BY_KIND, change.kind) || !isJsonObject(change.detail)) return undefined;
  return change.detail as object as Review; // the log's own entry: its `detail` is the whole review
}
