import { type Review as ReviewOfDomain, versionOfReview } from "../../src/domain/review.ts";
import type {
  DecideReviewPayloadResolvers,
  FieldReviewResolvers,
  GuardReviewResolvers,
  HeldChangeConnectionResolvers,
  HeldChangeEdgeResolvers,
  HeldChangeResolvers,
  ReviewAnswerResolvers,
  ReviewConnectionResolvers,
  ReviewEdgeResolvers,
  ReviewResolvers,
} from "../../src/generated/graphql.ts";
import type { GraphContext } from "../../src/server/context.ts";
import { toPageRequest } from "../from-graphql.ts";
import { orBadCursor } from "../graph-error.ts";
import { toActor, toGuardEffect, toModeName, toPageInfo } from "../to-graphql.ts";
import { loadAsset } from "./asset-connection.ts";

export const Review: ReviewResolvers = {
  __resolveType: (it) => (it.kind === "GUARD" ? "GuardReview" : "FieldReview"),
};

const COMMON = {
  source: ({ source }: ReviewOfDomain, _args: unknown, context: GraphContext) => context.source(source),
  version: (review: ReviewOfDomain) => versionOfReview(review),
};

export const FieldReview: FieldReviewResolvers = {
  ...COMMON,
  asset: ({ asset }, _args, context) => loadAsset(asset, context),
  field: ({ path }) => path,
  authority: ({ authority }, _args, context) => context.source(authority),
  authorityValue: ({ wanted }) => wanted,
  mirrorValue: ({ found }) => found,
  hasBase: ({ base }) => base !== undefined,
  drift: async ({ drift }, _args, { loaders }) => (await loaders.drift.load(drift)) ?? null,
};

export const GuardReview: GuardReviewResolvers = {
  ...COMMON,
  effect: ({ effect }) => toGuardEffect(effect),
  modeBefore: ({ modeBefore }) => toModeName(modeBefore),
  changes: ({ id }, page, { ledger }) => orBadCursor(ledger.pageReviewItems(id, toPageRequest(page))),
};

export const ReviewAnswer: ReviewAnswerResolvers = { decision: ({ answer }) => answer, by: ({ by }) => toActor(by) };

export const HeldChange: HeldChangeResolvers = {
  asset: ({ asset }, _args, context) => loadAsset(asset, context),
  field: async ({ asset, key }, _args, context) => {
    const state = await loadAsset(asset, context);
    return context.fields.all(state).find((it) => it.key === key)?.path ?? key;
  },
  effect: ({ effect }) => toGuardEffect(effect),
};

export const HeldChangeConnection: HeldChangeConnectionResolvers = {
  edges: ({ items }) => items,
  nodes: ({ items }) => items.map((it) => it.item),
  pageInfo: toPageInfo,
};
export const HeldChangeEdge: HeldChangeEdgeResolvers = { cursor: (it) => it.cursor, node: (it) => it.item };

export const ReviewConnection: ReviewConnectionResolvers = {
  edges: ({ items }) => items,
  nodes: ({ items }) => items.map((it) => it.item),
  pageInfo: toPageInfo,
};
export const ReviewEdge: ReviewEdgeResolvers = { cursor: (it) => it.cursor, node: (it) => it.item };

export const DecideReviewPayload: DecideReviewPayloadResolvers = { userErrors: ({ userErrors }) => userErrors };
