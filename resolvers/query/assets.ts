import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { toAssetFilter, toAssetOrder, toPageRequest } from "../from-graphql.ts";
import { orBadCursor } from "../graph-error.ts";

export const assets: NonNullable<QueryResolvers["assets"]> = (_root, { filter, orderBy, ...page }, { ledger }) =>
  orBadCursor(ledger.pageAssets(toAssetFilter(filter), toAssetOrder(orderBy), toPageRequest(page)));
