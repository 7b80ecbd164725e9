import type { DriftKind, DriftState } from "../domain/drift.ts";
import type { SourceId } from "../domain/ids.ts";
import type { ReviewKind } from "../domain/review.ts";

/** What is yet to be done, for operators. */
export interface Backlog {
  readonly head: number;
  readonly work: readonly {
    readonly source: SourceId;
    readonly count: number;
    /** Log position of the oldest mark. */
    readonly oldest: number;
  }[];
  readonly intents: readonly {
    readonly source: SourceId;
    readonly count: number;
    /** RFC 3339: when the oldest was opened. */
    readonly oldestAt: string;
  }[];
  /** OPEN ones. */
  readonly reviews: readonly { readonly kind: ReviewKind; readonly count: number }[];
  /** Not RESOLVED. */
  readonly drifts: readonly { readonly kind: DriftKind; readonly state: DriftState; readonly count: number }[];
}

/** A ledger that can tell it. Costs as much as there is to be done, whatever the size of the ledger. */
export interface BacklogLedger {
  backlog(): Promise<Backlog>;
}
