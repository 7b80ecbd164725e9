import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { toChangeFilter, toLogPageRequest } from "../from-graphql.ts";

export const changes: NonNullable<QueryResolvers["changes"]> = (_root, { filter, ...page }, { ledger }) =>
  ledger.pageChanges(toChangeFilter(filter), toLogPageRequest(page));
