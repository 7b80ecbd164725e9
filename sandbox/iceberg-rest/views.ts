import { alreadyExists, commitFailed, noSuchView } from "./catalog-error.ts";
import type { Namespace, Namespaces, StoredView } from "./namespaces.ts";
import type { CommitViewRequest, CreateViewRequest } from "./requests.ts";
import { type CatalogOptions, metadataFile } from "./tables.ts";
import type { ViewMetadata } from "./view-metadata.ts";
import { applyViewUpdates, newViewMetadata } from "./view-updates.ts";

/** The views. Every method throws CatalogError as the REST description has it. */
export class Views {
  readonly #namespaces: Namespaces;
  readonly #options: CatalogOptions;

  constructor(namespaces: Namespaces, options: CatalogOptions) {
    this.#namespaces = namespaces;
    this.#options = options;
  }

  find(namespace: readonly string[], name: string): StoredView | undefined {
    return this.#namespaces.find(namespace)?.views.get(name);
  }

  get(namespace: readonly string[], name: string): StoredView {
    const found = this.find(namespace, name);
    if (!found) throw noSuchView(namespace, name);
    return found;
  }

  create(namespace: readonly string[], request: CreateViewRequest): StoredView {
    const owner = this.#namespaces.get(namespace);
    checkFree(owner, request.name);
    const location = request.location || [this.#options.warehouse, ...namespace, request.name].join("/");
    const metadata = newViewMetadata(request, this.#options.uuid(), location, this.#options.now());
    return this.#put(owner, request.name, metadata, 0);
  }

  /** Puts a view as it was stored. */
  restore(namespace: readonly string[], name: string, view: StoredView): void {
    const owner = this.#namespaces.get(namespace);
    checkFree(owner, name);
    owner.views.set(name, view);
  }

  commit(namespace: readonly string[], name: string, request: CommitViewRequest): StoredView {
    const view = this.get(namespace, name);
    for (const { uuid } of request.requirements ?? []) {
      const found = view.metadata["view-uuid"];
      if (uuid.toLowerCase() !== found)
        throw commitFailed(`Requirement failed: view UUID does not match: expected ${uuid}, found ${found}`);
    }
    const metadata = applyViewUpdates(view.metadata, request.updates, this.#options.now());
    if (metadata === view.metadata) return view;
    return this.#put(this.#namespaces.get(namespace), name, metadata, view.version + 1);
  }

  drop(namespace: readonly string[], name: string): void {
    this.get(namespace, name);
    this.#namespaces.get(namespace).views.delete(name);
    this.#options.changed();
  }

  rename(from: readonly string[], name: string, to: readonly string[], newName: string): void {
    const view = this.get(from, name);
    const target = this.#namespaces.get(to);
    checkFree(target, newName);
    this.#namespaces.get(from).views.delete(name);
    target.views.set(newName, view);
    this.#options.changed();
  }

  #put(owner: Namespace, name: string, metadata: ViewMetadata, version: number): StoredView {
    const view = {
      metadata,
      version,
      metadataLocation: metadataFile(metadata.location, version, this.#options.uuid()),
    };
    owner.views.set(name, view);
    this.#options.changed();
    return view;
  }
}

function checkFree(owner: Namespace, name: string): void {
  if (owner.views.has(name)) throw alreadyExists("View", [...owner.path, name]);
  if (owner.tables.has(name)) throw alreadyExists("Table with same name", [...owner.path, name]);
}
