import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { checkChangedSince } from "../check-position.ts";
import { checkSources } from "../check-sources.ts";
import { toAssetFilter, toAssetOrder, toPageRequest } from "../from-graphql.ts";
import { orBadCursor } from "../graph-error.ts";

export const assets: NonNullable<QueryResolvers["assets"]> = async (_root, { filter, orderBy, ...page }, context) => {
  const request = toPageRequest(page);
  const wanted = await checkSources(await checkChangedSince(toAssetFilter(filter), context), context);
  return orBadCursor(context.ledger.pageAssets(wanted, toAssetOrder(orderBy), request));
};
