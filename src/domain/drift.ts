import type { Decided } from "./decided.ts";
import type { FieldKey, FieldPath } from "./field.ts";
import type { AssetId, DriftId, SourceId } from "./ids.ts";
import type { Json } from "./json.ts";

/**
 * FOREIGN_WRITE: the mirror changed, the authority did not. CONFLICT: both did, differently. MIRROR_STALE: the authority
 * changed and the mirror has not got it yet. FIRST_SIGHT: they differ and never agreed. MISSING_IN_MIRROR: the mirror lost
 * the asset. ORPHAN: a catalog holds an asset that the source proving existence does not have. DELIVERY_FAILED: the mirror refused it.
 */
export const DRIFT_KINDS = [
  "FOREIGN_WRITE", "CONFLICT", "MIRROR_STALE", "FIRST_SIGHT", "MISSING_IN_MIRROR", "ORPHAN", "DELIVERY_FAILED",
] as const; // biome-ignore format: one glance
export type DriftKind = (typeof DRIFT_KINDS)[number];

export const DRIFT_STATES = ["OPEN", "IN_REVIEW", "REPAIRING", "WAIVED", "RESOLVED"] as const;
export type DriftState = (typeof DRIFT_STATES)[number];

/** One difference that the treaty does not allow. At most one that is not RESOLVED per asset, field and source. */
export interface Drift {
  readonly id: DriftId;
  readonly kind: DriftKind;
  readonly asset: AssetId;
  readonly key: FieldKey;
  readonly path: FieldPath;
  readonly authority: SourceId;
  /** Where it was seen. */
  readonly source: SourceId;
  /** `undefined` stands for no base; `null` for ABSENT. */
  readonly base?: Json;
  readonly wanted: Json;
  readonly found: Json;
  readonly state: DriftState;
  readonly rule: string;
  /** RFC 3339, UTC. */
  readonly openedAt: string;
  readonly resolvedAt?: string;
  /** How it ended: "reverted", "adopted", "converged", "mirrored", "retired", … */
  readonly resolution?: string;
  /** Why it is as it is, for people: the refusal of a mirror, the reason of a waiver. */
  readonly note?: string;
  /** A person said whose value stands; the next reconcile carries it out. */
  readonly decision?: "authority" | "mirror";
  /** Who said so. */
  readonly decided?: Decided;
}

/** Whether a person is asked, and has not answered yet. */
export function isInReview({ decision, state }: Pick<Drift, "decision" | "state">): boolean {
  return state === "IN_REVIEW" && decision === undefined;
}

/** Whether it is about the asset being there at all, and not accepted. Such drift is told under the field `schema`. */
export function isExistenceDrift({ key, state }: Drift): boolean {
  return key === "schema" && state !== "WAIVED" && state !== "RESOLVED";
}
