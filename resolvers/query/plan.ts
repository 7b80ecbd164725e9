import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { checkSources } from "../check-sources.ts";
import { toScope } from "../from-graphql.ts";
import { badUserInput } from "../graph-error.ts";

const MAX_ITEMS = 1_000;

export const plan: NonNullable<QueryResolvers["plan"]> = async (_root, { scope, first }, context) => {
  const limit = first ?? 500;
  if (limit < 1 || limit > MAX_ITEMS)
    throw badUserInput(`\`first\` is 1 to ${MAX_ITEMS}, got ${limit}. Narrow \`scope\` to see the rest.`);
  const wanted = await checkSources(toScope(scope), context);
  return context.gateway.plan(wanted, limit, context.signal);
};
