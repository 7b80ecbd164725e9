import { stringifyExactJson } from "./exact-json.ts";
import type { TableMetadata } from "./metadata.ts";
import { withReferencedSnapshots } from "./snapshot-updates.ts";

/** A table that is made up again whenever somebody looks, until the first commit on it: 100,000 of them cost little. */
export interface GeneratedTable {
  readonly index: number;
  readonly uuid: string;
  readonly metadataLocation: string;
  metadata(): TableMetadata;
}

/** Serialised answers that are kept, oldest out first, up to `limit` bytes in all. */
export class BodyCache {
  readonly #bodies = new Map<StoredTable, Buffer>();
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  of(table: StoredTable): Buffer {
    const kept = this.#bodies.get(table);
    if (kept) return kept;
    const body = Buffer.from(table.render(table.metadata));
    this.#bodies.set(table, body);
    this.#bytes += body.length;
    while (this.#bytes > this.#limit) this.drop(this.#bodies.keys().next().value as StoredTable);
    return body;
  }

  drop(table: StoredTable): void {
    this.#bytes -= this.#bodies.get(table)?.length ?? 0;
    this.#bodies.delete(table);
  }
}

/** One table at one version. A commit replaces it by another. */
export class StoredTable {
  /** Counts the commits, from 0. */
  readonly version: number;
  readonly #source: TableMetadata | GeneratedTable;
  readonly #location: string | undefined;

  /** Without a location: that of the generated table. */
  constructor(source: TableMetadata, version: number, metadataLocation: string);
  constructor(source: GeneratedTable);
  constructor(source: TableMetadata | GeneratedTable, version = 0, metadataLocation?: string) {
    this.#source = source;
    this.version = version;
    this.#location = metadataLocation;
  }

  get uuid(): string {
    return isGenerated(this.#source) ? this.#source.uuid : this.#source["table-uuid"];
  }

  get metadataLocation(): string {
    return isGenerated(this.#source) ? this.#source.metadataLocation : (this.#location ?? "");
  }

  /** The generated table that this still is, or undefined after a commit. */
  get generated(): GeneratedTable | undefined {
    return isGenerated(this.#source) ? this.#source : undefined;
  }

  get metadata(): TableMetadata {
    return isGenerated(this.#source) ? this.#source.metadata() : this.#source;
  }

  /** Of what `snapshots=all` answers; `refs` answers with another only where it leaves something out. */
  get etag(): string {
    return `"${this.uuid}.${this.version}"`;
  }

  /** Whether `snapshots=refs` leaves snapshots out. */
  get hasUnreferenced(): boolean {
    if (isGenerated(this.#source) || this.#source.snapshots.length === 0) return false;
    return withReferencedSnapshots(this.#source).snapshots.length < this.#source.snapshots.length;
  }

  /** The `LoadTableResult` as text. */
  render(metadata: TableMetadata): string {
    return loadResult(this.metadataLocation, metadata);
  }
}

/** A `LoadTableResult`; without a location where nothing is committed yet. */
export function loadResult(metadataLocation: string | undefined, metadata: TableMetadata): string {
  const json = metadata.snapshots.length === 0 ? JSON.stringify(metadata) : stringifyExactJson(metadata);
  const location = metadataLocation === undefined ? "" : `"metadata-location":${JSON.stringify(metadataLocation)},`;
  return `{${location}"metadata":${json},"config":{}}`;
}

function isGenerated(source: TableMetadata | GeneratedTable): source is GeneratedTable {
  return "index" in source;
}
