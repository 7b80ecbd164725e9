import { alreadyExists, CatalogError, noSuchNamespace } from "./catalog-error.ts";
import type { Properties } from "./metadata.ts";
import { SortedMap } from "./sorted-map.ts";
import type { StoredTable } from "./stored-table.ts";
import type { ViewMetadata } from "./view-metadata.ts";

export interface StoredView {
  readonly metadata: ViewMetadata;
  readonly metadataLocation: string;
  readonly version: number;
}

/** One namespace with what is directly in it. */
export interface Namespace {
  readonly path: readonly string[];
  properties: Properties;
  readonly children: SortedMap<Namespace>;
  readonly tables: SortedMap<StoredTable>;
  readonly views: SortedMap<StoredView>;
}

export interface PropertyChanges {
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  readonly missing: readonly string[];
}

/** The tree of namespaces. A namespace needs its parent. Every method throws CatalogError as the REST description has it. */
export class Namespaces {
  readonly #root: Namespace = emptyNamespace([], {});
  readonly #byKey = new Map<string, Namespace>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Every namespace, parents first. */
  all(): Iterable<Namespace> {
    return this.#byKey.values();
  }

  find(path: readonly string[]): Namespace | undefined {
    return this.#byKey.get(path.join("\u001F"));
  }

  get(path: readonly string[]): Namespace {
    const found = this.find(path);
    if (!found) throw noSuchNamespace(path);
    return found;
  }

  /** The children of `parent`; an empty path stands for the top. */
  childrenOf(parent: readonly string[]): SortedMap<Namespace> {
    return (parent.length === 0 ? this.#root : this.get(parent)).children;
  }

  create(path: readonly string[], properties: Properties = {}): Namespace {
    if (this.find(path)) throw alreadyExists("Namespace", path);
    const siblings = this.childrenOf(path.slice(0, -1));
    const namespace = emptyNamespace(path, { ...properties });
    siblings.set(path.at(-1) as string, namespace);
    this.#byKey.set(path.join("\u001F"), namespace);
    this.#changed();
    return namespace;
  }

  drop(path: readonly string[]): void {
    const { tables, views, children } = this.get(path);
    if (tables.size + views.size + children.size > 0) {
      throw new CatalogError(409, "NamespaceNotEmptyException", `Namespace is not empty: ${path.join(".")}`);
    }
    this.childrenOf(path.slice(0, -1)).delete(path.at(-1) as string);
    this.#byKey.delete(path.join("\u001F"));
    this.#changed();
  }

  update(path: readonly string[], updates: Properties, removals: readonly string[] = []): PropertyChanges {
    const namespace = this.get(path);
    const twice = removals.find((it) => Object.hasOwn(updates, it));
    if (twice !== undefined) {
      throw new CatalogError(422, "UnprocessableEntityException", `A property is both updated and removed: ${twice}`);
    }
    const unique = [...new Set(removals)];
    const missing = unique.filter((it) => !Object.hasOwn(namespace.properties, it));
    const kept = Object.entries(namespace.properties).filter(([key]) => !unique.includes(key));
    namespace.properties = { ...Object.fromEntries(kept), ...updates };
    this.#changed();
    return { updated: Object.keys(updates), removed: unique.filter((it) => !missing.includes(it)), missing };
  }
}

function emptyNamespace(path: readonly string[], properties: Properties): Namespace {
  return { path, properties, children: new SortedMap(), tables: new SortedMap(), views: new SortedMap() };
}
