import { alreadyExists, commitFailed, noSuchTable } from "./catalog-error.ts";
import type { TableMetadata } from "./metadata.ts";
import type { Namespace, Namespaces } from "./namespaces.ts";
import { emptyTable, newTableMetadata } from "./new-table.ts";
import type { CommitTableRequest, CreateTableRequest } from "./requests.ts";
import { withReferencedSnapshots } from "./snapshot-updates.ts";
import { BodyCache, type GeneratedTable, loadResult, StoredTable } from "./stored-table.ts";
import { checkRequirements } from "./table-requirements.ts";
import { applyTableUpdates } from "./table-updates.ts";

export interface CatalogOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly uuid: () => string;
  /** Where new tables lie by default, without a slash at the end: "s3://warehouse". */
  readonly warehouse: string;
  /** Called after every change. */
  readonly changed: () => void;
  /** Bytes of serialised answers that may be kept. */
  readonly cacheBytes: number;
}

/** A commit on one table, checked and computed but not yet visible. */
interface Prepared {
  readonly namespace: Namespace;
  readonly name: string;
  readonly before: StoredTable | undefined;
  readonly after: StoredTable;
}

const METADATA_LOG_LENGTH = 100;

/** The tables. Every method throws CatalogError as the REST description has it. */
export class Tables {
  readonly #namespaces: Namespaces;
  readonly #options: CatalogOptions;
  readonly #bodies: BodyCache;

  constructor(namespaces: Namespaces, options: CatalogOptions) {
    this.#namespaces = namespaces;
    this.#options = options;
    this.#bodies = new BodyCache(options.cacheBytes);
  }

  find(namespace: readonly string[], name: string): StoredTable | undefined {
    return this.#namespaces.find(namespace)?.tables.get(name);
  }

  get(namespace: readonly string[], name: string): StoredTable {
    const found = this.find(namespace, name);
    if (!found) throw noSuchTable(namespace, name);
    return found;
  }

  /** The serialised `LoadTableResult`. */
  body(table: StoredTable, referencedOnly = false): Buffer {
    if (!referencedOnly) return this.#bodies.of(table);
    return Buffer.from(table.render(withReferencedSnapshots(table.metadata)));
  }

  create(namespace: readonly string[], request: CreateTableRequest): StoredTable {
    const owner = this.#freeName(namespace, request.name);
    const metadata = this.#newMetadata(owner, request);
    return this.#put(owner, request.name, this.#stored(metadata, 0));
  }

  /** What `create` would make, without making it: the beginning of a create transaction. */
  stage(namespace: readonly string[], request: CreateTableRequest): string {
    return loadResult(undefined, this.#newMetadata(this.#freeName(namespace, request.name), request));
  }

  /** Puts a table as it was stored or generated. */
  restore(namespace: readonly string[], name: string, table: StoredTable): void {
    this.#freeName(namespace, name).tables.set(name, table);
  }

  addGenerated(namespace: readonly string[], name: string, table: GeneratedTable): void {
    this.restore(namespace, name, new StoredTable(table));
  }

  commit(namespace: readonly string[], name: string, request: CommitTableRequest): StoredTable {
    return this.#publish(this.#prepare(namespace, name, request));
  }

  /** All or nothing. */
  commitAll(
    changes: readonly (CommitTableRequest & { readonly identifier: { namespace: string[]; name: string } })[],
  ): void {
    const prepared = changes.map((it) => this.#prepare(it.identifier.namespace, it.identifier.name, it));
    const names = new Set(prepared.map((it) => [...it.namespace.path, it.name].join("\u001F")));
    if (names.size < prepared.length) throw commitFailed("A transaction may change a table only once");
    for (const it of prepared) this.#publish(it);
  }

  drop(namespace: readonly string[], name: string): void {
    this.#bodies.drop(this.get(namespace, name));
    this.#namespaces.get(namespace).tables.delete(name);
    this.#options.changed();
  }

  rename(from: readonly string[], name: string, to: readonly string[], newName: string): void {
    const table = this.get(from, name);
    const target = this.#namespaces.get(to);
    if (target.tables.has(newName) || target.views.has(newName)) throw alreadyExists("Table", [...to, newName]);
    this.#namespaces.get(from).tables.delete(name);
    target.tables.set(newName, table);
    this.#options.changed();
  }

  #freeName(namespace: readonly string[], name: string): Namespace {
    const owner = this.#namespaces.get(namespace);
    if (owner.tables.has(name)) throw alreadyExists("Table", [...namespace, name]);
    if (owner.views.has(name)) throw alreadyExists("View with same name", [...namespace, name]);
    return owner;
  }

  #newMetadata(owner: Namespace, request: CreateTableRequest): TableMetadata {
    return newTableMetadata({
      uuid: this.#options.uuid(),
      location: request.location?.replace(/\/+$/, "") || this.#location(owner, request.name),
      now: this.#options.now(),
      schema: request.schema,
      properties: request.properties ?? {},
      ...(request["partition-spec"] ? { spec: request["partition-spec"] } : {}),
      ...(request["write-order"] ? { order: request["write-order"] } : {}),
    });
  }

  #location(owner: Namespace, name: string): string {
    const base = owner.properties["location"] ?? [this.#options.warehouse, ...owner.path].join("/");
    return `${base.replace(/\/+$/, "")}/${name}`;
  }

  #prepare(path: readonly string[], name: string, request: CommitTableRequest): Prepared {
    const namespace = this.#namespaces.get(path);
    const before = namespace.tables.get(name);
    const creates = request.requirements.some((it) => it.type === "assert-create");
    if (!before && !creates) throw noSuchTable(path, name);
    if (!before) this.#freeName(path, name);
    const base = before?.metadata;
    checkRequirements(base, request.requirements);
    const now = this.#options.now();
    const from = base ?? emptyTable(this.#options.uuid(), this.#location(namespace, name), now);
    const metadata = applyTableUpdates(from, request.updates, now);
    if (before && metadata === base) return { namespace, name, before, after: before };
    const log = before ? withLogEntry(metadata, before, from["last-updated-ms"]) : metadata;
    return { namespace, name, before, after: this.#stored(log, before ? before.version + 1 : 0) };
  }

  #publish({ namespace, name, before, after }: Prepared): StoredTable {
    if (before === after) return after;
    if (before) this.#bodies.drop(before);
    return this.#put(namespace, name, after);
  }

  #put(namespace: Namespace, name: string, table: StoredTable): StoredTable {
    namespace.tables.set(name, table);
    this.#options.changed();
    return table;
  }

  #stored(metadata: TableMetadata, version: number): StoredTable {
    return new StoredTable(metadata, version, metadataFile(metadata.location, version, this.#options.uuid()));
  }
}

export function metadataFile(location: string, version: number, uuid: string): string {
  return `${location}/metadata/${String(version).padStart(5, "0")}-${uuid}.metadata.json`;
}

function withLogEntry(metadata: TableMetadata, before: StoredTable, at: number): TableMetadata {
  const wanted = Number(metadata.properties["write.metadata.previous-versions-max"] ?? METADATA_LOG_LENGTH);
  const length = Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, METADATA_LOG_LENGTH) : METADATA_LOG_LENGTH;
  const entry = { "timestamp-ms": at, "metadata-file": before.metadataLocation };
  return { ...metadata, "metadata-log": [...metadata["metadata-log"], entry].slice(-length) };
}
