import type { Asset, AssetKind, AssetState as AssetStateName, NativeRef } from "../domain/asset.ts";
import type { Change, ChangeKind, NewChange } from "../domain/change.ts";
import type { Drift, DriftKind, DriftState } from "../domain/drift.ts";
import type { FieldKey } from "../domain/field.ts";
import type { AssetId, DriftId, IntentId, SourceId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Agreed, AssetState, Binding } from "../domain/state.ts";
import type { FieldStatus } from "../domain/status.ts";
import type { Mode } from "../treaty/decision.ts";
import type { GuardCommit, GuardLedger, GuardRefusal } from "./guard-ledger.ts";

/** What lists filter and sort by, derived from the authorities' values (`src/domain/status.ts`) at every commit. */
export interface AssetIndex {
  readonly status: FieldStatus;
  readonly owners: readonly string[];
  readonly classifications: readonly string[];
  readonly sensitivity: string | null;
  readonly domain: string | null;
  readonly description: string | null;
}

/** What one commit does to one asset. What is left out stays as it is. */
export interface AssetUpdate {
  readonly id: AssetId;
  /** The revision this rests on; 0 makes a new asset. Another one in the ledger refuses the whole commit. */
  readonly expectedRevision: number;
  readonly asset?: Asset;
  readonly bindings?: readonly Binding[];
  /** Bindings to forget: the asset was bound by mistake, or the source is gone. */
  readonly unbind?: readonly SourceId[];
  readonly agreed?: readonly Agreed[];
  /** Opened, changed or resolved. */
  readonly drifts?: readonly Drift[];
  readonly index?: AssetIndex;
}

/**
 * A remote write about to be made. While it is open no other one can be opened for the same asset and source, and none that makes
 * a record of the same name there.
 */
export interface Intent {
  readonly id: IntentId;
  readonly asset: AssetId;
  readonly source: SourceId;
  /** The worker that holds it: only while it does may it commit the outcome (P11). */
  readonly holder: string;
  /** Milliseconds since 1970; past it another worker may take it over and settle it by reading back. */
  readonly leaseUntil: number;
  /** Position of its WRITE_INTENDED entry; the ledger sets it at commit. */
  readonly position: number;
  readonly purpose: "mutation" | "mirror" | "adopt";
  /** The record that it makes, if there is none yet: the source would take two of one name for the same. */
  readonly makes?: Pick<NativeRef, "kind" | "name">;
  /** What is written and why: enough for another process to settle it. */
  readonly detail: Json;
}

/** The outcome of mutations under one key: a retry returns it. */
export interface IdempotencyRecord {
  /** Actor and key: keys of different actors do not meet. */
  readonly scope: string;
  /** Hash of the request: the same key with another request is refused. */
  readonly requestHash: string;
  readonly state: "running" | "done";
  /** The result as plain data once done. */
  readonly outcome: Json;
  /** Milliseconds since 1970; forgotten after it. */
  readonly expiresAt: number;
}

/** "Reconcile what `source` mirrors or holds of `asset`." At most one per asset and source. */
export interface WorkItem {
  readonly asset: AssetId;
  readonly source: SourceId;
  /** Fencing token: only the claim that bears it may complete the item. */
  readonly token: number;
  /** Failed attempts in a row. */
  readonly attempts: number;
  /** What is known may be outdated: read the sources before concluding anything. */
  readonly reread: boolean;
  /** Waits since this log position; a mark that comes while it is claimed makes it as new as that. */
  readonly position: number;
  /** Somebody had claimed it, and its lease ran out before it was done. */
  readonly takenOver?: true;
}

export interface DirtyMark {
  readonly asset: AssetId;
  readonly source: SourceId;
  readonly reread: boolean;
  /** Milliseconds since 1970; not worked on before. Default: at once. */
  readonly dueAt?: number;
}

/** The sole right to do something that has a name ("scan:lake"), until its end or until nobody renews it any more. */
export interface Lease {
  readonly name: string;
  /** Fencing token: only the claim that bears it may commit under the lease. */
  readonly token: number;
  /** Somebody had claimed it, and let it run out. */
  readonly takenOver?: true;
}

/** What a process is at: its claims are renewed together. */
export interface Leases {
  readonly work: readonly WorkItem[];
  readonly intents: readonly IntentId[];
  readonly leases: readonly Lease[];
}

export interface SourceRecord {
  readonly id: SourceId;
  /** Counts its changes: a commit names the one it rests on, 0 where there is no record yet. The ledger moves it on. */
  readonly revision: number;
  readonly mode: Mode;
  /** RFC 3339, UTC. */
  readonly lastScanStartedAt?: string;
  /** When the last scan ended, complete or not: the next one is due so long after it, whichever process makes it. */
  readonly lastScanEndedAt?: string;
  /** Counts scans that ended, complete or not. */
  readonly scans?: number;
  readonly lastCompleteScanAt?: string;
  /** Counts complete scans; a binding's misses are counted in these. */
  readonly completeScans: number;
  readonly lastScan?: Json;
}

/** "This thing is that asset's alone": what two who look at the same time must not both conclude. */
export interface Claim {
  readonly asset: AssetId;
  readonly source: SourceId;
  /** No other asset is bound to it. */
  readonly ref: NativeRef;
  /** No other asset that is not RETIRED bears this canonical name and the ref's kind. */
  readonly name?: string;
}

/** What a commit was worked out on, apart from the assets: with another one it would have come out otherwise. */
export interface Assumptions {
  /** Hash of the treaty in force; null: there is none yet. */
  readonly treaty?: string | null;
  /** Revision of each source's record: its mode, and when it was last scanned. */
  readonly sources?: Readonly<Record<SourceId, number>>;
  /** Settings as they stand; null also where there is none. */
  readonly settings?: Readonly<Record<string, string | null>>;
}

export interface Commit extends GuardCommit {
  /** Refused as a whole when one of them no longer holds. */
  readonly assumes?: Assumptions;
  readonly assets?: readonly AssetUpdate[];
  readonly changes?: readonly NewChange[];
  /** Refused as a whole when one of them no longer holds. */
  readonly claims?: readonly Claim[];
  readonly dirty?: readonly DirtyMark[];
  /** Done: removed, unless marked dirty again since it was claimed. Refused as a whole when its lease is lost. */
  readonly completed?: readonly WorkItem[];
  /** Not done yet, and rested on: refused as a whole when its lease is lost. Whoever lost it would not come back to what it leaves. */
  readonly working?: readonly WorkItem[];
  readonly openIntents?: readonly Omit<Intent, "position">[];
  /** Refused as a whole when the intent is not open or not held by `holder`. */
  readonly closeIntents?: readonly { readonly id: IntentId; readonly holder: string }[];
  /** Keys that are taken. Refused as a whole where one of them is taken already. */
  readonly idempotency?: readonly IdempotencyRecord[];
  /** What became of requests: each stands where the very same request still runs under its key. Never refused. */
  readonly settleIdempotency?: readonly IdempotencyRecord[];
  readonly forgetIdempotency?: readonly string[];
  /** Each rests on the revision that it bears; another one in the ledger refuses the whole commit. */
  readonly sources?: readonly SourceRecord[];
  /** Refused as a whole when one of these leases is no longer held under its token. */
  readonly under?: readonly Lease[];
  /** Installation-wide values: the treaty's hash under TREATY_SETTING, … */
  readonly settings?: Readonly<Record<string, Json>>;
}

export type CommitResult =
  /** `positions[i]` is the log position of `changes[i]`. */
  | { readonly ok: true; readonly positions: readonly number[]; readonly head: number }
  | { readonly ok: false; readonly reason: "revision" | "claimed"; readonly asset: AssetId }
  | { readonly ok: false; readonly reason: "lease-lost" | "intent-lost" }
  | { readonly ok: false; readonly reason: "source-revision"; readonly source: SourceId }
  /** Something that it `assumes` no longer holds. */
  | { readonly ok: false; readonly reason: "outdated"; readonly what: "treaty" | "sources" | "settings" }
  /** `asset` is the one for which another intent was to be opened. */
  | { readonly ok: false; readonly reason: "intent-open"; readonly asset: AssetId; readonly leaseUntil: number }
  | GuardRefusal
  /** The key is taken: `record` is what stands there. */
  | { readonly ok: false; readonly reason: "idempotency"; readonly record: IdempotencyRecord };

/** The setting that holds the hash of the treaty in force. */
export const TREATY_SETTING = "treaty";
/**
 * The setting that says under which treaty and modes every asset was marked the last time, or who is at it. Set to null by whoever puts
 * another treaty in force or sets a source's mode, and by a release that puts it back: everything is to be looked at again, if only after a
 * change to and fro. A guard that trips leaves it: what it stops is judged anew after the release.
 */
export const LOOKED_AGAIN_SETTING = "lookedAgain";

/** Enough of a binding to see whether a scanned page brings anything new. */
export interface BindingDigest {
  readonly asset: AssetId;
  readonly assetState: AssetStateName;
  readonly source: SourceId;
  readonly ref: NativeRef;
  readonly state: "present" | "missing";
  readonly misses: number;
  /** RFC 3339, UTC. */
  readonly observedAt: string;
  readonly version: string | null;
  readonly digest: string;
}

/** Combined with "and"; every list means "any of". Globs: `*` within a segment, `**` across segments. */
export interface AssetFilter {
  readonly ids?: readonly AssetId[];
  readonly names?: readonly string[];
  readonly kinds?: readonly AssetKind[];
  readonly states?: readonly AssetStateName[];
  readonly domains?: readonly string[];
  readonly owners?: readonly string[];
  readonly hasOwner?: boolean;
  readonly classifications?: readonly string[];
  readonly sensitivities?: readonly string[];
  readonly statuses?: readonly FieldStatus[];
  readonly sources?: readonly SourceId[];
  /** Case-insensitive substring of name or description. */
  readonly text?: string;
  /** Log position: only assets with a change after it. */
  readonly changedSince?: number;
  readonly and?: readonly AssetFilter[];
  readonly or?: readonly AssetFilter[];
  readonly not?: AssetFilter;
}

export type AssetOrder = { readonly by: "name" | "changed" | "created"; readonly direction: "asc" | "desc" };

export interface DriftFilter {
  readonly assets?: readonly AssetId[];
  readonly names?: readonly string[];
  /** Field paths or globs of them. */
  readonly fields?: readonly string[];
  readonly sources?: readonly SourceId[];
  readonly kinds?: readonly DriftKind[];
  readonly states?: readonly DriftState[];
  /** RFC 3339: opened at or after / before. */
  readonly since?: string;
  readonly until?: string;
}

export interface ChangeFilter {
  readonly assets?: readonly AssetId[];
  readonly names?: readonly string[];
  readonly fields?: readonly string[];
  readonly sources?: readonly SourceId[];
  readonly kinds?: readonly ChangeKind[];
  /** Actor ids. */
  readonly actors?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  /** Log position: only entries at or before it. */
  readonly upTo?: number;
}

/** A page of a list that is read forwards (`first`, `after`) or backwards (`last`, `before`); cursors are opaque texts. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: string;
  readonly before?: string;
  readonly backwards?: boolean;
}
export interface Page<T> {
  readonly items: readonly { readonly item: T; readonly cursor: string }[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export interface LedgerCounts {
  readonly assetsByKind: Readonly<Partial<Record<AssetKind, number>>>;
  readonly assetsByStatus: Readonly<Partial<Record<FieldStatus, number>>>;
  /** Not RESOLVED. */
  readonly driftsByKind: Readonly<Partial<Record<DriftKind, number>>>;
  readonly workBySource: Readonly<Record<SourceId, number>>;
  readonly openIntents: number;
}

/** The ledger cannot be asked now. What was to be committed may have been, or not. */
export class LedgerUnavailable extends Error {
  override readonly name = "LedgerUnavailable";

  constructor(cause: unknown) {
    super(`The ledger does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The store of assets, bindings, agreed values, work and the log. Durable when `commit` resolves. */
export interface Ledger extends GuardLedger, AsyncDisposable {
  /** The position of the newest log entry; 0 if there is none. */
  head(): Promise<number>;
  /** All of it in one transaction, or none of it. Log positions are gapless and in commit order. Throws only if the ledger itself fails. */
  commit(commit: Commit): Promise<CommitResult>;
  /** "Still the same": observed again, nothing new. Changes no revision and writes no log. */
  touchBindings(
    source: SourceId,
    assets: readonly AssetId[],
    observedAt: string,
    /** Undefined: they are there, but what they hold was not seen. Then only `observedAt` moves. */
    observedFrom: number | undefined,
  ): Promise<void>;

  /** One slot per id, in the order asked. One query a table, whatever the number of ids. */
  loadStates(ids: readonly AssetId[]): Promise<readonly (AssetState | undefined)[]>;
  /** Bindings by stable id, or by native name and kind where the ref has none. One slot per ref. The newest present one wins. */
  findBindings(source: SourceId, refs: readonly NativeRef[]): Promise<readonly (BindingDigest | undefined)[]>;
  /** Not RETIRED assets with these canonical names, by kind. One slot each; where several, the ACTIVE, then the newest. */
  findAssets(
    names: readonly { readonly name: string; readonly kind?: AssetKind }[],
    withRetired: boolean,
  ): Promise<readonly (AssetId | undefined)[]>;
  /** Present or missing bindings of not RETIRED assets last observed in a read that began before `observedFrom`, by asset id after `after`. */
  listUnseen(
    source: SourceId,
    observedBefore: string,
    after: AssetId | undefined,
    limit: number,
  ): Promise<readonly BindingDigest[]>;
  /** Ids of not RETIRED assets after `after`, ascending. */
  listAssetIds(after: AssetId | undefined, limit: number): Promise<readonly AssetId[]>;

  /** Marks dirty outside a commit: work that was only postponed, or a whole source. */
  markDirty(marks: readonly DirtyMark[]): Promise<void>;
  /** Claims work of `source` that is due, oldest first. Expired leases are free again; every claim has a higher token. */
  claimWork(
    source: SourceId,
    holder: string,
    now: number,
    leaseMs: number,
    limit: number,
  ): Promise<readonly WorkItem[]>;
  /** Gives an item back, to be tried again at `dueAt`; does nothing if the lease is lost. */
  postponeWork(item: WorkItem, dueAt: number): Promise<void>;
  /** When the earliest work of `source` is due (milliseconds since 1970), or undefined if there is none. */
  nextDue(source: SourceId): Promise<number | undefined>;

  /** Open intents whose lease had ended at `expiredAt`, of an asset, of a source; all of them if nothing is asked. */
  listIntents(query: {
    readonly expiredAt?: number;
    readonly asset?: AssetId;
    readonly source?: SourceId;
  }): Promise<readonly Intent[]>;
  /** Takes over an intent whose lease has ended; undefined if it is closed or was extended. */
  takeOverIntent(id: IntentId, holder: string, now: number, leaseUntil: number): Promise<Intent | undefined>;

  /** Claims a named lease that nobody holds, or whose time was over at `now`; undefined if somebody holds it. Every claim has a higher token. */
  claimLease(name: string, holder: string, now: number, until: number): Promise<Lease | undefined>;
  /** Ends it, so that others need not wait for its time to be over; does nothing if it is lost. */
  releaseLease(lease: Lease): Promise<void>;
  /**
   * Moves the end of what `holder` still holds to `until`, never back. What is lost stays lost.
   *
   * @returns those intents and leases that are lost.
   */
  renewLeases(holder: string, held: Leases, until: number): Promise<Pick<Leases, "intents" | "leases">>;

  /**
   * Ends every lease: for the start of a process that has the ledger to itself, after one that died. Those of intents run out by
   * themselves, at `intentsUntil` at the latest: the source may be at a write still, whoever sent it.
   */
  abandonLeases(intentsUntil: number): Promise<void>;

  findIdempotency(scope: string): Promise<IdempotencyRecord | undefined>;
  readSources(): Promise<readonly SourceRecord[]>;
  readSetting(name: string): Promise<Json | undefined>;

  /** Entries after `position`, in order; at most `limit`. Entries that the filter leaves out are skipped, `scannedTo` says how far it looked. */
  readLog(
    position: number,
    limit: number,
    filter?: ChangeFilter,
  ): Promise<{ readonly changes: readonly Change[]; readonly scannedTo: number }>;
  /** The stored bytes (RFC 8785 canonical JSON) of entries from `from` to `to`, inclusive. */
  readLogBytes(from: number, to: number): Promise<readonly Uint8Array[]>;
  readChanges(positions: readonly number[]): Promise<readonly (Change | undefined)[]>;
  pageChanges(filter: ChangeFilter, page: PageRequest): Promise<Page<Change>>;
  /** The same page of each asset's own changes, one slot per asset, in the order asked. At most two queries, whatever their number. */
  pageChangesOf(
    assets: readonly AssetId[],
    filter: Omit<ChangeFilter, "assets">,
    page: PageRequest,
  ): Promise<readonly Page<Change>[]>;
  /** The newest FIELD_CHANGED of each asset and field, up to a log position if one is given. One query. */
  lastChanges(
    fields: readonly { readonly asset: AssetId; readonly key: FieldKey; readonly upTo?: number }[],
  ): Promise<readonly (Change | undefined)[]>;

  pageAssets(filter: AssetFilter, order: AssetOrder, page: PageRequest): Promise<Page<AssetId>>;
  pageDrifts(filter: DriftFilter, page: PageRequest): Promise<Page<Drift>>;
  loadDrifts(ids: readonly DriftId[]): Promise<readonly (Drift | undefined)[]>;
  counts(): Promise<LedgerCounts>;
}
