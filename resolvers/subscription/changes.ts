import type { Change } from "../../src/domain/change.ts";
import type { SubscriptionResolvers } from "../../src/generated/graphql.ts";
import { checkSources } from "../check-sources.ts";
import { toChangeFilter } from "../from-graphql.ts";
import { startOf } from "./start.ts";

export const changes: NonNullable<SubscriptionResolvers["changes"]> = {
  async subscribe(_root, { filter, after }, context) {
    const wanted = await checkSources(toChangeFilter(filter), context);
    const { position } = await startOf(after, context);
    return context.feeds.changes(wanted, position, context.signal);
  },
  resolve: (change: Change) => change,
};
