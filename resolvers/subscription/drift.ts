import type { SubscriptionResolvers } from "../../src/generated/graphql.ts";
import type { DriftEventModel } from "../../src/server/models.ts";
import { checkSources } from "../check-sources.ts";
import { toDriftFilter } from "../from-graphql.ts";
import { badUserInput } from "../graph-error.ts";
import { startOf } from "./start.ts";

export const drift: NonNullable<SubscriptionResolvers["drift"]> = {
  async subscribe(_root, { filter, after, initial }, context) {
    if (initial && after != null) {
      throw badUserInput(
        "`initial` begins anew and `after` goes on: give one of them. A cursor of the initial drift goes on with the rest of it.",
      );
    }
    const wanted = await checkSources(toDriftFilter(filter), context);
    return context.feeds.drifts(wanted, await startOf(after, context), initial ?? false, context.signal);
  },
  resolve: (event: DriftEventModel) => event,
};
