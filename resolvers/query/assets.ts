import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { toAssetFilter, toAssetOrder, toPageRequest } from "../from-graphql.ts";

export const assets: NonNullable<QueryResolvers["assets"]> = (_root, { filter, orderBy, ...page }, { ledger }) =>
  ledger.pageAssets(toAssetFilter(filter), toAssetOrder(orderBy), toPageRequest(page));
