import { randomUUID } from "node:crypto";
import { Namespaces } from "./namespaces.ts";
import { type CatalogOptions, Tables } from "./tables.ts";
import { Views } from "./views.ts";

const CACHE_BYTES = 512 * 1024 * 1024;

/** All that an Iceberg REST catalog holds, without HTTP. */
export class Catalog {
  readonly namespaces: Namespaces;
  readonly tables: Tables;
  readonly views: Views;
  /** Called after every change. */
  onChange: () => void = () => {};

  constructor(options: Partial<Omit<CatalogOptions, "changed">> = {}) {
    const all: CatalogOptions = {
      now: Date.now,
      uuid: randomUUID,
      warehouse: "s3://sandbox-warehouse",
      cacheBytes: CACHE_BYTES,
      ...options,
      changed: () => this.onChange(),
    };
    this.namespaces = new Namespaces(all.changed);
    this.tables = new Tables(this.namespaces, all);
    this.views = new Views(this.namespaces, all);
  }
}
