import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { checkSources } from "../check-sources.ts";
import { toOpenReviewFilter, toPageRequest } from "../from-graphql.ts";
import { orBadCursor } from "../graph-error.ts";

export const reviews: NonNullable<QueryResolvers["reviews"]> = async (_root, { filter, ...page }, context) => {
  const request = toPageRequest(page);
  const wanted = await checkSources(toOpenReviewFilter(filter), context);
  return orBadCursor(context.ledger.pageReviews(wanted, request));
};
