import type { Actor } from "../domain/change.ts";
import type { ReviewAnswer } from "../domain/decided.ts";
import type { Drift, DriftKind } from "../domain/drift.ts";
import type { FieldKey, FieldKind, FieldPath } from "../domain/field.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Review } from "../domain/review.ts";
import type { AssetState } from "../domain/state.ts";
import type { FieldStatus } from "../domain/status.ts";
import type { Mode, Treaty } from "../treaty/decision.ts";
import type { SourceRecord } from "./ledger.ts";
import type { SourceCapabilities, SourceError, SourceRole } from "./source.ts";

/** How a mutation changes one field. Elements are raw input; they are normalised by `apply`. */
export type FieldEdit =
  /** null or an empty list clears the field. */
  | { readonly op: "set"; readonly value: unknown }
  /** Element by element: adds, or replaces the element with the same key (principal, classification name). */
  | { readonly op: "add"; readonly elements: readonly unknown[] }
  /** By key: principals, classification names. */
  | { readonly op: "remove"; readonly keys: readonly string[] };

export interface FieldMutation {
  readonly asset: { readonly id: string } | { readonly name: string };
  /** Public path: "owners", "columns.price.description", "custom.costCenter". */
  readonly field: string;
  readonly edit: FieldEdit;
  readonly idempotencyKey?: string;
  /** `FieldView.version` that the caller has seen; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  /** Wait (bounded) until every mirror is APPLIED or FAILED. */
  readonly awaitMirrors?: boolean;
}

export const USER_ERROR_CODES = [
  "ASSET_NOT_FOUND", "ASSET_RETIRED", "UNKNOWN_FIELD", "READ_ONLY_FIELD", "INVALID_VALUE", "CANNOT_HOLD", "VERSION_CONFLICT",
  "SOURCE_IN_OBSERVE_MODE", "SOURCE_PAUSED", "SOURCE_UNAVAILABLE", "SOURCE_REJECTED", "OUTCOME_UNKNOWN", "IDEMPOTENCY_KEY_REUSED",
  "FORBIDDEN", "BUSY", "INVALID_INPUT", "SOURCE_NOT_FOUND", "TREATY_OUTDATED", "LEDGER_REPLACED",
  "REVIEW_NOT_FOUND", "ALREADY_DECIDED", "REVIEW_WITHDRAWN",
] as const; // biome-ignore format: one glance
export type UserErrorCode = (typeof USER_ERROR_CODES)[number];

export interface UserError {
  readonly code: UserErrorCode;
  /** What happened and what to do. */
  readonly message: string;
  /** Path in the input: ["owners", "0", "principal"]. */
  readonly path: readonly string[];
}

export interface Delivery {
  readonly source: SourceId;
  readonly role: "AUTHORITY" | "MIRROR";
  readonly status: "APPLIED" | "PENDING" | "FAILED" | "SKIPPED" | "PLANNED";
  /** RFC 3339, UTC. */
  readonly appliedAt?: string;
  readonly error?: string;
}

export interface MutationOutcome {
  /** Log position of the FIELD_CHANGED entry; null for a dry run, where nothing changed, and where userErrors says why. */
  readonly change: number | null;
  readonly asset: AssetId | null;
  readonly deliveries: readonly Delivery[];
  readonly userErrors: readonly UserError[];
}

export interface ObservationView {
  readonly source: SourceId;
  readonly state: "VALUE" | "ABSENT" | "UNKNOWN";
  readonly value: Json;
  readonly version: string | null;
  readonly observedAt: string | null;
  /** Why it is UNKNOWN, or that the value is malformed. */
  readonly note?: string;
}

/** One governed field of one asset, as the treaty sees it. */
export interface FieldView {
  readonly asset: AssetId;
  readonly key: FieldKey;
  readonly path: FieldPath;
  readonly kind: FieldKind;
  readonly authority: SourceId;
  readonly mirrors: readonly SourceId[];
  readonly status: FieldStatus;
  /** Changes whenever the authority's value does; opaque. */
  readonly version: string;
  /** The authority's value: undefined is UNKNOWN, null is ABSENT. */
  readonly value: Json | undefined;
  /** The authority first, then every other source that is bound and can hold the field. */
  readonly observations: readonly ObservationView[];
  /** Not RESOLVED, of any mirror; the worst first. */
  readonly drifts: readonly Drift[];
  readonly rule: string;
}

export interface SourceView {
  readonly id: SourceId;
  readonly role: SourceRole;
  readonly type: string;
  readonly address: string;
  readonly capabilities: SourceCapabilities;
  readonly record: SourceRecord;
  /** undefined: well at the last look. */
  readonly error: SourceError | undefined;
  /** RFC 3339: since when it does not answer at all. */
  readonly failingSince?: string;
  readonly scanning: boolean;
  /** Assets of the running scan so far. */
  readonly scanned: number;
}

/** Which assets and sources plan, reconcile and scan concern; everything if empty. */
export interface Scope {
  readonly assets?: readonly AssetId[];
  readonly names?: readonly string[];
  readonly sources?: readonly SourceId[];
}

/** One thing that reconcile would do, or would not do and why. */
export interface PlanItem {
  readonly asset: AssetId;
  readonly name: string;
  readonly path: FieldPath;
  /** Where it would be written. */
  readonly source: SourceId;
  readonly authority: SourceId;
  readonly action: "MIRROR" | "REVERT" | "ADOPT" | "REVIEW" | "HOLD";
  readonly drift: DriftKind | null;
  /** What stands there now, what would; null is ABSENT. */
  readonly before: Json;
  readonly after: Json;
  readonly rule: string;
  /** For REVIEW and HOLD: why nothing is written ("lakehouse is in mode observe"). */
  readonly because?: string;
}

export interface PlanReport {
  readonly assetsExamined: number;
  readonly items: readonly PlanItem[];
  /** Items that were left out because there are more than `items` may hold. */
  readonly more: number;
}

export interface Explanation {
  readonly field: FieldView;
  /** Every rule that matched, the deciding one first, with the reason for its rank. */
  readonly rules: readonly {
    readonly name: string;
    readonly decides: boolean;
    readonly because: string;
    readonly elements: readonly string[];
  }[];
  readonly mode: readonly { readonly source: SourceId; readonly mode: Mode }[];
  /** Per mirror; undefined: no base. */
  readonly bases: readonly { readonly mirror: SourceId; readonly value: Json | undefined }[];
  /** In sentences: what is seen, and what the treaty makes of it. */
  readonly decision: string;
}

export interface ScanReport {
  readonly source: SourceId;
  readonly complete: boolean;
  readonly assets: number;
  readonly changed: number;
  readonly failed: number;
  readonly suspected: number;
  readonly retired: number;
  readonly error?: SourceError;
  /** Milliseconds. */
  readonly tookMs: number;
}

export interface ReconcileReport {
  /** Assets marked for reconciling. */
  readonly marked: number;
  /** Only when waited for: whether all of the marked work came to rest in time. */
  readonly settled: boolean;
}

/** A person's answer to a review. */
export interface ReviewDecision {
  /** Its id. */
  readonly review: string;
  readonly answer: ReviewAnswer;
  /** With VALUE: what is to stand; null clears the field. */
  readonly value?: unknown;
  /** `versionOfReview` of what the person saw; another question now is refused with VERSION_CONFLICT. */
  readonly expectedVersion?: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
}

export interface ReviewOutcome {
  /** As it is now; null if there is none. */
  readonly review: Review | null;
  readonly userErrors: readonly UserError[];
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly UserError[] };

/** What the graph and the command line can ask of the running engine. Never throws for what users or sources do. */
export interface Gateway {
  readonly treaty: Treaty;
  apply(mutation: FieldMutation, actor: Actor, signal: AbortSignal): Promise<MutationOutcome>;
  /** Each with its own outcome, in the order given; different assets in parallel, one asset's in order. */
  applyAll(mutations: readonly FieldMutation[], actor: Actor, signal: AbortSignal): Promise<readonly MutationOutcome[]>;
  /** Pure: every governed field of the asset (or those asked for), in the treaty's order: plain fields, custom, columns. */
  viewFields(state: AssetState, paths?: readonly string[]): readonly FieldView[];
  /** Reads the sources now, records what they say, and answers with the new states (freshness LIVE). Errors per asset and source. */
  readLive(
    ids: readonly AssetId[],
    signal: AbortSignal,
  ): Promise<{
    readonly states: readonly (AssetState | undefined)[];
    readonly errors: readonly { readonly asset: AssetId; readonly source: SourceId; readonly error: SourceError }[];
  }>;
  explain(state: AssetState, path: string): Explanation | undefined;
  plan(scope: Scope, limit: number, signal: AbortSignal): Promise<PlanReport>;
  reconcile(scope: Scope, wait: boolean, actor: Actor, signal: AbortSignal): Promise<Outcome<ReconcileReport>>;
  /** Starts a scan of each source named (all if none); with `wait` resolves when they are done. */
  scan(scope: Scope, wait: boolean, actor: Actor, signal: AbortSignal): Promise<Outcome<readonly ScanReport[]>>;
  /** Answers one review, once. */
  decideReview(decision: ReviewDecision, actor: Actor, signal: AbortSignal): Promise<ReviewOutcome>;
  setSourceMode(source: string, mode: Mode, reason: string | undefined, actor: Actor): Promise<Outcome<SourceView>>;
  sources(): readonly SourceView[];
  /** Whether the treaty of this gateway is the one in force; otherwise it only answers questions. */
  isCurrent(): boolean;
  /** Whether its ledger was replaced by an older copy of itself while it ran; then it changes nothing until it is started anew. */
  isReplaced(): boolean;
}
