import type { Actor, NewChange } from "../domain/change.ts";
import type { Json } from "../domain/json.ts";
import type { Review } from "../domain/review.ts";

const GATEWAY: Actor = { kind: "gateway", id: "concordat" };

type ReviewEntryKind = Extract<
  NewChange["kind"],
  "REVIEW_OPENED" | "REVIEW_CHANGED" | "REVIEW_DECIDED" | "REVIEW_WITHDRAWN"
>;

/**
 * The log entry of what happens to a review; the whole review stands in `detail`.
 *
 * @param name the asset's canonical name, where the review is about one.
 */
export function reviewEntry(kind: ReviewEntryKind, review: Review, at: string, name?: string): NewChange {
  const { decided } = review;
  const actor = kind === "REVIEW_DECIDED" && decided ? decided.by : GATEWAY;
  const reason = kind === "REVIEW_DECIDED" ? decided?.reason : review.because;
  const about =
    review.kind === "FIELD"
      ? {
          asset: review.asset,
          key: review.key,
          field: review.path,
          before: review.wanted,
          after: review.found,
          rule: review.rule,
          drift: review.drift,
        }
      : {};
  return {
    kind,
    at,
    actor,
    source: review.source,
    ...about,
    ...(name === undefined ? {} : { name }),
    ...(reason === undefined ? {} : { reason }),
    review: review.id,
    detail: { ...review } as object as Json,
  };
}
