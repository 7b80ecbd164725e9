import type { Decided } from "../domain/decided.ts";
import { type Drift, isInReview } from "../domain/drift.ts";
import type { FieldKey } from "../domain/field.ts";
import type { AssetState } from "../domain/state.ts";

/** A person who sets a field that is in review has decided it: the authority's value stands. */
export function decideReviews(state: AssetState, keys: ReadonlySet<FieldKey>, decided: Decided): AssetState {
  return decideDrifts(state, (it) => keys.has(it.key), decided);
}

/** Answers what is in review and not decided yet; the next reconcile carries it out. */
export function decideDrifts(state: AssetState, isMeant: (drift: Drift) => boolean, decided: Decided): AssetState {
  const isReviewed = (it: Drift): boolean => isInReview(it) && isMeant(it);
  if (!state.drifts.some(isReviewed)) return state;
  const decision = decided.answer === "MIRROR" ? "mirror" : "authority";
  return { ...state, drifts: state.drifts.map((it) => (isReviewed(it) ? { ...it, decision, decided } : it)) };
}
