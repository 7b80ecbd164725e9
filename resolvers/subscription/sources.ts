import type { SubscriptionResolvers } from "../../src/generated/graphql.ts";
import type { SourceEventModel } from "../../src/server/models.ts";

export const sources: NonNullable<SubscriptionResolvers["sources"]> = {
  subscribe: (_root, _args, { feeds, signal }) => feeds.sources(signal),
  resolve: (event: SourceEventModel) => event,
};
