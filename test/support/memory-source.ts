import { isDeepStrictEqual } from "node:util";
import type { NativeRef } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import { formatName } from "../../src/domain/name.ts";
import { ABSENT, type FieldReadings, type Reading, type Snapshot } from "../../src/domain/reading.ts";
import type {
  ReadResult,
  Scanned,
  ScanPage,
  ScanRequest,
  Source,
  SourceCapabilities,
  SourceError,
  SourceRole,
  SourceWrite,
  WriteResult,
} from "../../src/ports/source.ts";
import { everyCapability, hasColumn, type MemoryAsset, MemoryAssets } from "./memory-assets.ts";

export interface MemorySourceOptions {
  readonly id: SourceId;
  readonly role?: SourceRole;
  /** What differs from a source that reads and writes every field, proves existence and has no compare-and-set. */
  readonly capabilities?: Partial<SourceCapabilities>;
  /** Assets of a scanned page; default 2. */
  readonly pageSize?: number;
}

/** What the next write to come brings instead of its outcome. "unknown" is applied or not, as `applied` says. */
export type WriteFault =
  | { readonly kind: "failed" | "rejected" }
  | { readonly kind: "unknown"; readonly applied: boolean }
  /** Somebody else edits the asset just before the write is looked at. */
  | { readonly kind: "overtaken"; readonly edit: (source: MemorySource) => void };

export const DOWN: SourceError = { code: "unreachable", message: "The system is down." };

/** A whole system in memory, without latency, with faults to switch on and edits behind the gateway's back. */
export class MemorySource implements Source {
  readonly id: SourceId;
  readonly role: SourceRole;
  readonly type = "memory";
  readonly address = "memory:";
  readonly capabilities: SourceCapabilities;
  /** What the system holds; edit it behind the gateway's back. */
  readonly assets: MemoryAssets;
  /** Calls since the beginning, for "nothing was written". `writes` counts what changed something. */
  readonly calls = { reads: 0, scans: 0, writeCalls: 0, writes: 0 };
  /** The system does not answer while this is set. */
  down: SourceError | undefined;
  /** Reads of these names fail. */
  readonly unreadable = new Map<string, SourceError>();
  /** A scan ends incomplete after so many assets. */
  scanBreaksAfter: number | undefined;
  /** Taken one by one, each by one write. */
  readonly writeFaults: WriteFault[] = [];
  readonly #pageSize: number;
  /** What readers, and listings, see instead of `assets`. */
  #read: MemoryAssets | undefined;
  #listed: MemoryAssets | undefined;

  constructor(options: MemorySourceOptions) {
    this.id = options.id;
    this.role = options.role ?? "catalog";
    this.capabilities = {
      fields: everyCapability(),
      conditionalWrite: false,
      createsAssets: false,
      followsNames: false,
      provesExistence: true,
      ...options.capabilities,
    };
    this.assets = new MemoryAssets(this.capabilities);
    this.#pageSize = options.pageSize ?? 2;
  }

  async read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    signal.throwIfAborted();
    this.calls.reads += 1;
    return refs.map((ref) => this.#find(ref, this.#read ?? this.assets));
  }

  /** From now on everybody sees what stands there now, whatever is written, until `show`. */
  hide(): void {
    this.#read = this.assets.copy();
    this.#listed = this.#read;
  }

  /** Shows what has been written since: to readers first, and to listings too unless they lag further behind. */
  show(listingsToo = true): void {
    this.#read = undefined;
    if (listingsToo) this.#listed = undefined;
  }

  async write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult> {
    signal.throwIfAborted();
    this.calls.writeCalls += 1;
    if (this.down) return { kind: "failed", error: this.down };
    const fault = this.writeFaults.shift();
    if (fault?.kind === "failed")
      return { kind: "failed", error: { code: "server", message: "Refused before acting." } };
    if (fault?.kind === "rejected") return { kind: "rejected", message: "The system will not take it." };
    if (fault?.kind === "overtaken") fault.edit(this);
    const unknown: WriteResult = { kind: "unknown", error: { code: "timeout", message: "No answer in time." } };
    if (fault?.kind === "unknown" && !fault.applied) return unknown;
    const result = this.#write(write);
    return fault?.kind === "unknown" ? unknown : result;
  }

  async *scan(request: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanPage> {
    signal.throwIfAborted();
    this.calls.scans += 1;
    if (this.down) {
      yield { assets: [], end: { complete: false, error: this.down } };
      return;
    }
    const all = (this.#listed ?? this.assets).list().slice(0, this.scanBreaksAfter);
    for (let at = 0; at < all.length; at += this.#pageSize) {
      signal.throwIfAborted();
      const page = all.slice(at, at + this.#pageSize);
      const versions = await request.knownVersions?.(page.map((it) => it.ref));
      yield { assets: page.map((it, index) => this.#scanned(it, versions?.[index])) };
    }
    const error: SourceError = { code: "server", message: "The listing broke off." };
    yield { assets: [], end: this.scanBreaksAfter === undefined ? { complete: true } : { complete: false, error } };
  }

  async health(signal: AbortSignal): Promise<SourceError | undefined> {
    signal.throwIfAborted();
    return this.down;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #find(ref: NativeRef, assets: MemoryAssets): ReadResult {
    const failure = this.down ?? this.unreadable.get(formatName(ref.name));
    if (failure) return { kind: "failed", error: failure };
    const asset = assets.find(ref);
    if (!asset) return { kind: "missing" };
    const snapshot = toSnapshot(asset);
    const other = ref.stableId !== null && asset.ref.stableId !== ref.stableId;
    return other ? { kind: "missing", replacedBy: snapshot } : { kind: "found", snapshot };
  }

  #scanned(asset: MemoryAsset, known: string | undefined): Scanned {
    const error = this.unreadable.get(formatName(asset.ref.name));
    if (error) return { kind: "failed", ref: asset.ref, error };
    const snapshot = toSnapshot(asset);
    return known !== undefined && known === snapshot.version
      ? { kind: "unchanged", ref: asset.ref, version: known }
      : { kind: "found", snapshot };
  }

  #write(write: SourceWrite): WriteResult {
    const found = this.#find(write.ref, this.assets);
    const makes = found.kind === "missing" && !found.replacedBy && write.create && this.capabilities.createsAssets;
    if (makes) {
      this.assets.put({ kind: write.ref.kind, name: write.ref.name });
    } else if (found.kind !== "found") {
      return found.kind === "failed" ? found : { kind: "missing" };
    }
    const asset = this.assets.find(write.ref);
    if (!asset) return { kind: "missing" };
    const checksVersion = this.capabilities.conditionalWrite && !makes;
    return this.#apply(write, asset, checksVersion && write.expectedVersion !== toSnapshot(asset).version);
  }

  #apply(write: SourceWrite, asset: MemoryAsset, outdated: boolean): WriteResult {
    const wanted: [FieldKey, Json][] = [];
    let stale = outdated;
    for (const [name, reading] of Object.entries(write.fields)) {
      const key = name as FieldKey;
      const held = this.assets.asHeld(asset.ref.kind, key, reading);
      if (!held.ok) return { kind: "rejected", field: key, message: held.error };
      if (!hasColumn(asset, key)) return { kind: "rejected", field: key, message: "There is no such column." };
      if (equalReading(asset.fields, key, held.value)) continue;
      const expected = this.assets.asHeld(asset.ref.kind, key, write.expected[key] ?? ABSENT);
      if (!expected.ok || !equalReading(asset.fields, key, expected.value)) stale = true;
      wanted.push([key, held.value.state === "value" ? held.value.value : null]);
    }
    const moves = this.capabilities.followsNames && !isDeepStrictEqual(write.ref.name, asset.ref.name);
    if (wanted.length === 0 && !moves) return { kind: "applied", snapshot: this.#shown(asset) };
    if (stale) return { kind: "stale", snapshot: this.#shown(asset) };
    this.calls.writes += 1;
    if (moves) this.assets.rename(asset.ref, write.ref.name);
    this.assets.edit(asset.ref, Object.fromEntries(wanted));
    return { kind: "applied", snapshot: this.#shown(asset) };
  }

  /** What is written to the asset may not be seen yet. */
  #shown(asset: MemoryAsset): Snapshot {
    return toSnapshot(this.#read?.find(asset.ref) ?? asset);
  }
}

function toSnapshot(asset: MemoryAsset): Snapshot {
  const { ref, version, fields, labels, createdAt } = asset;
  const base = { ref, version: `v${version}`, fields: { ...fields }, labels: { ...labels } };
  return createdAt === undefined ? base : { ...base, createdAt };
}

function equalReading(fields: FieldReadings, key: FieldKey, reading: Reading): boolean {
  return isDeepStrictEqual(fields[key] ?? ABSENT, reading);
}
