import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { checkLogPage } from "../check-position.ts";
import { checkSources } from "../check-sources.ts";
import { toChangeFilter, toLogPageRequest } from "../from-graphql.ts";

export const changes: NonNullable<QueryResolvers["changes"]> = async (_root, { filter, ...page }, context) => {
  const request = toLogPageRequest(page);
  const wanted = await checkSources(toChangeFilter(filter), context);
  return checkLogPage(await context.ledger.pageChanges(wanted, request), page.after, context);
};
