import type { SubscriptionResolvers } from "../../src/generated/graphql.ts";
import { changes } from "./changes.ts";
import { drift } from "./drift.ts";
import { reviews } from "./reviews.ts";
import { sources } from "./sources.ts";

export const Subscription: Required<SubscriptionResolvers> = { changes, drift, reviews, sources };
