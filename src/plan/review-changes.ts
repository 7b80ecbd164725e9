import { isDeepStrictEqual } from "node:util";
import type { Actor, NewChange } from "../domain/change.ts";
import { type Drift, isInReview } from "../domain/drift.ts";
import type { Json } from "../domain/json.ts";
import { type FieldReview, type Review, reviewIdOf } from "../domain/review.ts";
import type { AssetState } from "../domain/state.ts";

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

export interface ReviewChange {
  readonly kind: ReviewEntryKind;
  readonly review: FieldReview;
}

/**
 * What becomes of the reviews of an asset's fields when its drifts change: a review is open exactly while a drift is in review and
 * nobody has decided it. Pure.
 */
export function changeReviews(before: AssetState, after: AssetState, at: string): readonly ReviewChange[] {
  const changed = after.drifts.filter((it) => !before.drifts.includes(it));
  return changed.flatMap((drift): readonly ReviewChange[] => {
    const last = before.drifts.find((it) => it.id === drift.id);
    const was = last !== undefined && isInReview(last);
    if (isInReview(drift)) {
      const review = openReview(drift);
      if (!was) return [{ kind: "REVIEW_OPENED", review }];
      return isDeepStrictEqual(openReview(last), review) ? [] : [{ kind: "REVIEW_CHANGED", review }];
    }
    if (!was) return [];
    const { decided } = drift;
    const asked = openReview(last);
    if (decided)
      return [{ kind: "REVIEW_DECIDED", review: { ...asked, state: "DECIDED", closedAt: decided.at, decided } }];
    const because = `The difference is no question any more: ${drift.resolution ?? drift.note ?? drift.state.toLowerCase()}.`;
    return [{ kind: "REVIEW_WITHDRAWN", review: { ...asked, state: "WITHDRAWN", closedAt: at, because } }];
  });
}

/** The question that a drift in review puts. */
export function openReview(drift: Drift): FieldReview {
  const { asset, authority, base, found, id, key, kind, note, openedAt, path, rule, source, wanted } = drift;
  return {
    id: reviewIdOf(id),
    kind: "FIELD",
    state: "OPEN",
    source,
    openedAt,
    because: note ?? `rule ${rule} asks for a review`,
    drift: id,
    driftKind: kind,
    asset,
    key,
    path,
    authority,
    rule,
    ...(base === undefined ? {} : { base }),
    wanted,
    found,
  };
}
