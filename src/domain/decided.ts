import type { Actor } from "./change.ts";

/** Of a field: the authority's value stands, the mirror's, or another one. Of a guard: it is done once as listed, or not done. */
export const REVIEW_ANSWERS = ["AUTHORITY", "MIRROR", "VALUE", "RELEASE", "REJECT"] as const;
export type ReviewAnswer = (typeof REVIEW_ANSWERS)[number];

/** How a person answered a review. */
export interface Decided {
  readonly answer: ReviewAnswer;
  readonly by: Actor;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly reason?: string;
}
