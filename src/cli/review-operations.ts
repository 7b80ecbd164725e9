import { z } from "zod";
import type { Json } from "../domain/json.ts";
import { UserErrors } from "./graph-errors.ts";
import type { Operation } from "./operation.ts";

// The documents about reviews; see operations.ts.

const JsonValue: z.ZodType<Json> = z.json();
const SourceName = z.object({ name: z.string() }).transform((it) => it.name);
const AssetRef = z.object({ id: z.string(), name: z.string() });

const Common = {
  id: z.string(),
  state: z.string(),
  source: SourceName,
  because: z.string(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  version: z.string(),
  decided: z
    .object({
      decision: z.string(),
      by: z.object({ id: z.string() }).transform((it) => it.id),
      at: z.string(),
      reason: z.string().nullable(),
    })
    .nullable(),
};
const FieldReview = z.object({
  ...Common,
  kind: z.literal("FIELD"),
  asset: AssetRef,
  field: z.string(),
  authority: SourceName,
  authorityValue: JsonValue,
  mirrorValue: JsonValue,
  rule: z.string(),
});
const Count = z.object({ changes: z.number(), assets: z.number() });
const GuardReview = z.object({
  ...Common,
  kind: z.literal("GUARD"),
  effect: z.string(),
  spent: Count,
  bound: Count,
  total: z.number(),
  listed: z.number(),
});
const Review = z.discriminatedUnion("kind", [FieldReview, GuardReview]);
export type Review = z.infer<typeof Review>;

const REVIEW_FIELDS = `fragment ReviewFields on Review {
  id kind state
  source { name }
  because openedAt closedAt version
  decided { decision by { id } at reason }
  ... on FieldReview { asset { id name } field authority { name } authorityValue mirrorValue rule }
  ... on GuardReview { effect spent { changes assets } bound { changes assets } total listed }
}`;

const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

export const REVIEWS = {
  name: "Reviews",
  document: `query Reviews($filter: ReviewFilter, $first: Int, $after: String) {
    reviews(filter: $filter, first: $first, after: $after) {
      nodes { ...ReviewFields }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${REVIEW_FIELDS}`,
  data: z.object({ reviews: z.object({ nodes: z.array(Review), pageInfo: PageInfo }) }),
} satisfies Operation<unknown>;

const HeldChange = z.object({
  asset: AssetRef,
  field: z.string(),
  effect: z.string(),
  before: JsonValue,
  after: JsonValue,
});
export type HeldChange = z.infer<typeof HeldChange>;

export const REVIEW = {
  name: "Review",
  document: `query Review($id: ID!, $first: Int, $after: String) {
    node(id: $id) {
      ... on Review { ...ReviewFields }
      ... on GuardReview {
        changes(first: $first, after: $after) {
          nodes { asset { id name } field effect before after }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
  ${REVIEW_FIELDS}`,
  data: z.object({
    node: z
      .intersection(
        Review,
        z.object({ changes: z.object({ nodes: z.array(HeldChange), pageInfo: PageInfo }).optional() }),
      )
      .nullable(),
  }),
} satisfies Operation<unknown>;

const ReviewEvent = z.object({ cursor: z.string(), type: z.string(), review: Review });
export type ReviewEvent = z.infer<typeof ReviewEvent>;

export const REVIEW_EVENTS = {
  name: "ReviewEvents",
  document: `subscription ReviewEvents($filter: ReviewFilter, $after: Cursor) {
    reviews(filter: $filter, after: $after) { cursor type review { ...ReviewFields } }
  }
  ${REVIEW_FIELDS}`,
  data: z.object({ reviews: ReviewEvent }),
} satisfies Operation<unknown>;

const Decision = z.object({ review: Review.nullable(), userErrors: UserErrors });
export type Decision = z.infer<typeof Decision>;

export const DECIDE = {
  name: "Decide",
  document: `mutation Decide($input: DecideReviewsInput!) {
    decideReviews(input: $input) {
      results { review { ...ReviewFields } userErrors { code message path } }
      userErrors { code message path }
    }
  }
  ${REVIEW_FIELDS}`,
  data: z.object({ decideReviews: z.object({ results: z.array(Decision), userErrors: UserErrors }) }),
} satisfies Operation<unknown>;
