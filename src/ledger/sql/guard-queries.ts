import type { GuardLedger } from "../../ports/guard-ledger.ts";
import type { Session } from "../statement.ts";
import { countBound, readRun } from "./guards.ts";
import { pageReviews } from "./page-reviews.ts";
import { listReleased, pageReviewItems } from "./review-items.ts";
import { loadReviews } from "./reviews.ts";

/** What a ledger answers of guards and reviews. */
export function guardQueries(session: Session): GuardLedger {
  return {
    readRun: (place) => readRun(session, place),
    countBound: (source) => countBound(session, source),
    listReleased: (place, at) => listReleased(session, place, at),
    pageReviews: (filter, page) => pageReviews(session, filter, page),
    loadReviews: (ids) => loadReviews(session, ids),
    pageReviewItems: (review, page) => pageReviewItems(session, review, page),
  };
}
