import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { toScope } from "../from-graphql.ts";
import { badUserInput } from "../graph-error.ts";

const MAX_ITEMS = 1_000;

export const plan: NonNullable<QueryResolvers["plan"]> = (_root, { scope, first }, { gateway, signal }) => {
  const limit = first ?? 500;
  if (limit < 1 || limit > MAX_ITEMS)
    throw badUserInput(`\`first\` is 1 to ${MAX_ITEMS}, got ${limit}. Narrow \`scope\` to see the rest.`);
  return gateway.plan(toScope(scope), limit, signal);
};
