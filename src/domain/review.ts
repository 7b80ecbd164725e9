import { hash } from "node:crypto";
import type { Decided } from "./decided.ts";
import type { DriftKind } from "./drift.ts";
import type { FieldKey, FieldPath } from "./field.ts";
import type { Count, GuardEffect, GuardScope } from "./guard-run.ts";
import type { AssetId, DriftId, ReviewId, SourceId } from "./ids.ts";
import type { Json } from "./json.ts";

/** FIELD: whose value of a field stands. GUARD: whether what a guard held back is to be done. */
export const REVIEW_KINDS = ["FIELD", "GUARD"] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/** WITHDRAWN: the question has gone away by itself. */
export const REVIEW_STATES = ["OPEN", "DECIDED", "WITHDRAWN"] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

interface Question {
  readonly id: ReviewId;
  readonly state: ReviewState;
  /** The mirror that differs; or the source that the guard protects. */
  readonly source: SourceId;
  /** RFC 3339, UTC. */
  readonly openedAt: string;
  /** When it was decided or withdrawn. */
  readonly closedAt?: string;
  readonly decided?: Decided;
  /** Why a person is asked, or why it was withdrawn, for people. */
  readonly because: string;
}

/** Asks whose value stands where the treaty says that no machine may decide. Follows its drift. */
export interface FieldReview extends Question {
  readonly kind: "FIELD";
  readonly drift: DriftId;
  readonly driftKind: DriftKind;
  readonly asset: AssetId;
  readonly key: FieldKey;
  readonly path: FieldPath;
  readonly authority: SourceId;
  readonly rule: string;
  /** `undefined` stands for no base; `null` for ABSENT. */
  readonly base?: Json;
  /** What the authority holds, as the mirror would hold it. */
  readonly wanted: Json;
  /** What the mirror holds. */
  readonly found: Json;
}

/** Asks whether what a guard held back is to be done. */
export interface GuardReview extends Question {
  readonly kind: "GUARD";
  readonly scope: GuardScope;
  /** Of what there was too much. */
  readonly effect: GuardEffect;
  readonly spent: Count;
  readonly bound: Count;
  /** The mode of the source before it was stopped; a release sets it again. */
  readonly modeBefore: string;
  /** How many changes were held back. */
  readonly total: number;
  /** How many of them the review lists: those are what a release lets through. */
  readonly listed: number;
}

export type Review = FieldReview | GuardReview;

/** Stands for the question as it was seen: changes with what it is about. Opaque. */
export function versionOfReview(review: Review): string {
  const about =
    review.kind === "FIELD"
      ? [review.base ?? null, review.base !== undefined, review.authority, review.wanted, review.found]
      : [review.total, review.listed];
  return hash("sha256", JSON.stringify([review.id, review.openedAt, ...about]), "base64url").slice(0, 16);
}

/** The review of a drift: one for all its life, opened again with every new question. */
export function reviewIdOf(drift: DriftId): ReviewId {
  return `review:${drift.slice("drift:".length)}` as ReviewId;
}
