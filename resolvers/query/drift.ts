import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { checkSources } from "../check-sources.ts";
import { toOpenDriftFilter, toPageRequest } from "../from-graphql.ts";
import { orBadCursor } from "../graph-error.ts";

export const drift: NonNullable<QueryResolvers["drift"]> = async (_root, { filter, ...page }, context) => {
  const request = toPageRequest(page);
  const wanted = await checkSources(toOpenDriftFilter(filter), context);
  return orBadCursor(context.ledger.pageDrifts(wanted, request));
};
