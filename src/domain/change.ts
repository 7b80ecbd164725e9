import type { FieldKey, FieldPath } from "./field.ts";
import type { AssetId, DriftId, IntentId, ReviewId, SourceId } from "./ids.ts";
import type { Json } from "./json.ts";

/** Everything that can happen, one kind a log entry. */
export const CHANGE_KINDS = [
  "ASSET_FOUND", "ASSET_RENAMED", "ASSET_SUSPECTED", "ASSET_RESTORED", "ASSET_RETIRED", "ASSET_BOUND",
  "FIELD_CHANGED", "WRITE_INTENDED", "WRITE_APPLIED", "WRITE_FAILED",
  "DRIFT_OPENED", "DRIFT_CHANGED", "DRIFT_RESOLVED",
  "REVIEW_OPENED", "REVIEW_CHANGED", "REVIEW_DECIDED", "REVIEW_WITHDRAWN",
  "SCAN_COMPLETED", "SCAN_INCOMPLETE", "GUARD_TRIPPED", "SOURCE_MODE_CHANGED", "TREATY_CHANGED", "LEDGER_RESTORED",
] as const; // biome-ignore format: one glance
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Who did it. `source`: somebody in that system, whom it does not name. `gateway`: the gateway itself, by a rule of the treaty. */
export interface Actor {
  readonly kind: "person" | "service" | "source" | "gateway";
  readonly id: string;
  readonly onBehalfOf?: string;
}

/**
 * One log entry before it has its position. `before` and `after`: null stands for ABSENT, undefined for "not applicable".
 * For ASSET_FOUND and ASSET_BOUND `after`, for ASSET_RESTORED `detail` is `{ ref, fields: { [key]: value } }` of `source`; for drift
 * entries `detail` is the whole drift, for review entries the whole review.
 */
export interface NewChange {
  readonly kind: ChangeKind;
  /** RFC 3339, UTC. Not an order: the position is. */
  readonly at: string;
  readonly actor: Actor;
  readonly source?: SourceId;
  readonly asset?: AssetId;
  /** The asset's canonical name at that time, so that the log can be read alone. */
  readonly name?: string;
  readonly key?: FieldKey;
  readonly field?: FieldPath;
  readonly before?: Json;
  readonly after?: Json;
  readonly reason?: string;
  /** The treaty's rule that decided. */
  readonly rule?: string;
  /** The position of the entry that caused this one, or `{ index }` of an entry in the same commit. */
  readonly causedBy?: number | { readonly index: number };
  readonly drift?: DriftId;
  readonly intent?: IntentId;
  readonly review?: ReviewId;
  readonly detail?: Json;
}

/** One log entry as it stands: gapless positions from 1, in commit order. */
export interface Change extends Omit<NewChange, "causedBy"> {
  readonly position: number;
  readonly causedBy?: number;
}
