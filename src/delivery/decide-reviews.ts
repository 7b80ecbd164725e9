import type { FieldKey } from "../domain/field.ts";
import type { AssetState } from "../domain/state.ts";

/** A person who sets a field that is in review has decided it: the authority's value stands. */
export function decideReviews(state: AssetState, keys: ReadonlySet<FieldKey>): AssetState {
  const isReviewed = (it: AssetState["drifts"][number]): boolean => keys.has(it.key) && it.state === "IN_REVIEW";
  if (!state.drifts.some(isReviewed)) return state;
  const drifts = state.drifts.map((it) => (isReviewed(it) ? { ...it, decision: "authority" as const } : it));
  return { ...state, drifts };
}
