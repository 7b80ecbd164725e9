import type { AssetKind, NativeRef } from "../domain/asset.ts";
import type { FieldKey, FieldKind } from "../domain/field.ts";
import type { IntentId, SourceId } from "../domain/ids.ts";
import type { FieldReadings, Reading, Snapshot } from "../domain/reading.ts";

export type SourceRole = "catalog" | "lakehouse";

/** What a source can do with one kind of field on one kind of asset. No entry: it can neither read nor write it (UNKNOWN, never drift). */
export interface FieldCapability {
  readonly field: FieldKind;
  readonly kinds: readonly AssetKind[];
  readonly write: boolean;
  /** How many elements the source can hold of a set or map: "one" keeps the first in canonical order. */
  readonly cardinality: "one" | "many";
  /** Parts of an element that the source cannot hold; they are left out before comparing. */
  readonly omits: readonly "role"[];
}

export interface SourceCapabilities {
  readonly fields: readonly FieldCapability[];
  /** `write` refuses with `stale` atomically when `expectedVersion` is no longer current. */
  readonly conditionalWrite: boolean;
  /** `write` with `create` makes an asset that the source does not hold yet. */
  readonly createsAssets: boolean;
  /** `write` moves an asset that it knows by stable id to the name in the ref. */
  readonly followsNames: boolean;
  /** The source proves existence: an asset missing from its complete listings is gone. */
  readonly provesExistence: boolean;
  /**
   * For so long `read` may go on showing what stood there before, after a write was accepted or somebody else has changed something;
   * but it never goes back. Then listings may lag behind `read` too. Not given: what was written is seen at once, by everybody.
   */
  readonly visibleWithinMs?: number;
}

/** Why a source did not answer as hoped. `retryAfterMs` is what it asked for, if it did. */
export interface SourceError {
  readonly code:
    | "unreachable" | "timeout" | "unauthorized" | "forbidden" | "throttled" | "server" | "protocol" | "circuit-open" | "busy"; // biome-ignore format: one glance
  readonly message: string;
  readonly retryAfterMs?: number;
}

export type ReadResult =
  | { readonly kind: "found"; readonly snapshot: Snapshot }
  /** The source answered, and says that there is no such asset (or another one under that name: then `replacedBy`). */
  | { readonly kind: "missing"; readonly replacedBy?: Snapshot }
  | { readonly kind: "failed"; readonly error: SourceError };

export interface ScanRequest {
  /** Resume after this cursor of an earlier page; undefined begins anew. */
  readonly after?: string;
  /**
   * The version that the caller holds of each ref, for conditional reads; undefined where it holds none. A ref without a stable id
   * is answered by its name: another record of that name may have the same version, if versions only count.
   */
  readonly knownVersions?: (refs: readonly NativeRef[]) => Promise<readonly (string | undefined)[]>;
}

export type Scanned =
  | { readonly kind: "found"; readonly snapshot: Snapshot }
  /** The source confirmed that what the caller holds under `version` is current. */
  | { readonly kind: "unchanged"; readonly ref: NativeRef; readonly version: string }
  /** Listed, so it exists, but it could not be read. */
  | { readonly kind: "failed"; readonly ref: NativeRef; readonly error: SourceError }
  /** Listed, but gone when it was to be read: proves nothing, the next scan will tell. */
  | { readonly kind: "vanished"; readonly ref: NativeRef };

export interface ScanPage {
  readonly assets: readonly Scanned[];
  /** Resumes after this page; undefined where the source cannot resume. */
  readonly cursor?: string;
  /** Only on the last page. A scan that ends without it, or throws, is incomplete. */
  readonly end?: { readonly complete: true } | { readonly complete: false; readonly error: SourceError };
}

export interface SourceWrite {
  readonly ref: NativeRef;
  readonly intent: IntentId;
  /** The wanted reading of each field to change; every other thing in the source stays as it is, to the byte (P10). */
  readonly fields: Readonly<Record<FieldKey, Exclude<Reading, { state: "unknown" }>>>;
  /** What the caller last saw of these fields: if the source now holds something else, nothing is written (`stale`). */
  readonly expected: FieldReadings;
  readonly expectedVersion: string | null;
  /** Make the asset if the source does not hold it. Only where `createsAssets`. */
  readonly create: boolean;
}

/**
 * The longest that the gateway waits for one write, retries included, and for one read. Past it the call is aborted and not waited
 * for: a write is then of unknown outcome, a read has failed.
 */
export const WRITE_BOUND_MS = 60_000;
export const READ_BOUND_MS = 60_000;

export type WriteResult =
  /** Written and read back: `snapshot` is what the source shows after it, which may be the former value where `visibleWithinMs` says so. */
  | { readonly kind: "applied"; readonly snapshot: Snapshot }
  /** Something else than `expected` is there now; nothing was written. */
  | { readonly kind: "stale"; readonly snapshot: Snapshot }
  | { readonly kind: "missing" }
  /** The source will not take it, ever; nothing was written. `snapshot`: what it holds, if that was read. */
  | { readonly kind: "rejected"; readonly field?: FieldKey; readonly message: string; readonly snapshot?: Snapshot }
  /** Certainly not written; may be tried again. */
  | { readonly kind: "failed"; readonly error: SourceError }
  /** May have been written. Settled by reading back, never by trying again blindly (P8). */
  | { readonly kind: "unknown"; readonly error: SourceError };

/** One connected system. Never throws for what the system does: that is in the results. Throws only when `signal` aborts. */
export interface Source extends AsyncDisposable {
  readonly id: SourceId;
  readonly role: SourceRole;
  /** "iceberg-rest", "embedded": the folder below sources/. */
  readonly type: string;
  /** Where it is, for people: an address without secrets. */
  readonly address: string;
  /** Known after `connect`; for Iceberg REST it depends on what the server's config declares. */
  readonly capabilities: SourceCapabilities;
  /** One slot per ref, in the order asked. A ref with a stable id finds the asset under any name where the source can. */
  read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]>;
  /** Idempotent for one `intent` as far as the source allows; bounded by the source's own time-outs, and by WRITE_BOUND_MS. */
  write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult>;
  /** Every asset at least once, in any order, parents before children where there are any. */
  scan(request: ScanRequest, signal: AbortSignal): AsyncIterable<ScanPage>;
  /** Cheap; undefined if it is well. */
  health(signal: AbortSignal): Promise<SourceError | undefined>;
}
