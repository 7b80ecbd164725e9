import type { SubscriptionResolvers } from "../../src/generated/graphql.ts";
import type { ReviewEventModel } from "../../src/server/models.ts";
import { checkSources } from "../check-sources.ts";
import { toReviewFilter } from "../from-graphql.ts";
import { startOf } from "./start.ts";

export const reviews: NonNullable<SubscriptionResolvers["reviews"]> = {
  async subscribe(_root, { filter, after }, context) {
    const wanted = await checkSources(toReviewFilter(filter), context);
    const { position } = await startOf(after, context);
    return context.feeds.reviews(wanted, position, context.signal);
  },
  resolve: (event: ReviewEventModel) => event,
};
