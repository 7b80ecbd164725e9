import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { toOpenDriftFilter, toPageRequest } from "../from-graphql.ts";

export const drift: NonNullable<QueryResolvers["drift"]> = (_root, { filter, ...page }, { ledger }) =>
  ledger.pageDrifts(toOpenDriftFilter(filter), toPageRequest(page));
