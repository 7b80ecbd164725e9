import type { Count, Counts, GuardEffect, GuardedChange, GuardRun, GuardScope, Trip } from "../domain/guard-run.ts";
import type { AssetId, ReviewId, SourceId } from "../domain/ids.ts";
import type { Review, ReviewKind, ReviewState } from "../domain/review.ts";
import type { Page, PageRequest } from "./ledger.ts";

/** Where a guard counts. */
export interface GuardPlace {
  readonly source: SourceId;
  readonly scope: GuardScope;
}

/** Guarded changes that a commit begins: taken from the run in the same transaction, or the whole commit is refused. */
export interface GuardSpend extends GuardPlace {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly bounds: Counts;
  readonly changes: readonly GuardedChange[];
}

/** A review as it is from now on. */
export interface ReviewWrite {
  readonly review: Review;
  /** Refused as a whole unless it is in this state, or, with "none", not there. Left out: whatever it is. */
  readonly expects?: ReviewState | "none";
  /** What a review of a guard lists, on its opening. */
  readonly items?: readonly GuardedChange[];
  /** A release: what it lists may be done until then (milliseconds since 1970), each once. */
  readonly releasedUntil?: number;
}

/** What a commit does to guards and reviews. */
export interface GuardCommit {
  readonly guard?: GuardSpend;
  /** Stops a run, or says which review asks about it. Refused as a whole if it has been stopped (or has a review) already. */
  readonly trip?: GuardPlace & { readonly trip: Trip };
  /** Runs that end now, stopped or not: the next change begins a new one. */
  readonly arm?: readonly GuardPlace[];
  readonly reviews?: readonly ReviewWrite[];
  /** Released changes that have been done. */
  readonly carriedOut?: readonly (Pick<GuardedChange, "asset" | "key"> & GuardPlace)[];
}

export type GuardRefusal =
  | {
      readonly ok: false;
      readonly reason: "guarded";
      readonly effect: GuardEffect;
      readonly spent: Count;
      /** The run had been stopped before. */
      readonly isTripped: boolean;
    }
  | { readonly ok: false; readonly reason: "tripped" }
  | { readonly ok: false; readonly reason: "review"; readonly review: Review | undefined };

export interface ReviewFilter {
  readonly kinds?: readonly ReviewKind[];
  readonly states?: readonly ReviewState[];
  readonly assets?: readonly AssetId[];
  readonly names?: readonly string[];
  /** Field paths or globs of them. */
  readonly fields?: readonly string[];
  readonly sources?: readonly SourceId[];
  /** RFC 3339: opened at or after / before. */
  readonly since?: string;
  readonly until?: string;
}

/** What the ledger knows of guards and reviews. */
export interface GuardLedger {
  readRun(place: GuardPlace): Promise<GuardRun | undefined>;
  /** Not RETIRED assets that are bound in `source`: what percentages are of. */
  countBound(source: SourceId): Promise<number>;
  /** What a person has released and has not been done by then (milliseconds since 1970). */
  listReleased(place: GuardPlace, at: number): Promise<readonly GuardedChange[]>;
  /** In the order of their (last) opening. */
  pageReviews(filter: ReviewFilter, page: PageRequest): Promise<Page<Review>>;
  loadReviews(ids: readonly ReviewId[]): Promise<readonly (Review | undefined)[]>;
  /** What a review of a guard lists, in its order. */
  pageReviewItems(review: ReviewId, page: PageRequest): Promise<Page<GuardedChange>>;
}
