import type { Decided } from "../domain/decided.ts";
import { type Drift, isInReview } from "../domain/drift.ts";
import type { FieldKey } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";

/**
 * A person who sets a field that is in review has decided it: the authority's value stands. Who adds or removes elements has said
 * nothing of those of other authorities.
 *
 * @param authority of what was changed; undefined: the field was set as a whole.
 */
export function decideReviews(
  state: AssetState,
  authority: SourceId | undefined,
  keys: ReadonlySet<FieldKey>,
  decided: Decided,
): AssetState {
  const isMeant = (it: Drift): boolean => keys.has(it.key) && (authority === undefined || it.authority === authority);
  return decideDrifts(state, isMeant, decided);
}

/** Answers what is in review and not decided yet; the next reconcile carries it out. */
export function decideDrifts(state: AssetState, isMeant: (drift: Drift) => boolean, decided: Decided): AssetState {
  const isReviewed = (it: Drift): boolean => isInReview(it) && isMeant(it);
  if (!state.drifts.some(isReviewed)) return state;
  const decision = decided.answer === "MIRROR" ? "mirror" : "authority";
  return { ...state, drifts: state.drifts.map((it) => (isReviewed(it) ? { ...it, decision, decided } : it)) };
}
