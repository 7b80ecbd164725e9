import type { Catalog } from "./catalog.ts";
import { badRequest } from "./catalog-error.ts";
import { currentSchema, type IcebergType, type Properties, type StructField, type TableMetadata } from "./metadata.ts";
import type { TableUpdate, ViewUpdate } from "./requests.ts";

/** A column as a person names it; Iceberg's field ids are the catalog's affair. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: IcebergType;
  readonly required?: boolean;
  readonly doc?: string;
}

/**
 * Edits what the catalog holds behind everybody's back: what a Spark job or another steward would do. Names are dotted,
 * "retail.sales.store_sales". Throws CatalogError for what the catalog refuses.
 */
export class CatalogEditor {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  createNamespace(name: string, properties: Properties = {}): void {
    this.#catalog.namespaces.create(name.split("."), properties);
  }

  createTable(name: string, columns: readonly ColumnSpec[], properties: Properties = {}): TableMetadata {
    const [namespace, table] = split(name);
    const fields = columns.map((it, index) => ({ id: index + 1, required: false, ...it }));
    const request = { name: table, schema: { type: "struct" as const, fields }, properties: { ...properties } };
    return this.#catalog.tables.create(namespace, request).metadata;
  }

  table(name: string): TableMetadata {
    return this.#catalog.tables.get(...split(name)).metadata;
  }

  /** The properties of the table, the view or else the namespace of this name. */
  properties(name: string): Properties {
    const [namespace, last] = split(name);
    const thing = this.#catalog.tables.find(namespace, last) ?? this.#catalog.views.find(namespace, last);
    return thing ? thing.metadata.properties : this.#catalog.namespaces.get(name.split(".")).properties;
  }

  /** Sets properties of the table, the view or else the namespace of this name; null removes one. */
  setProperties(name: string, properties: Readonly<Record<string, string | null>>): void {
    const [namespace, last] = split(name);
    const { tables, views, namespaces } = this.#catalog;
    const removals = Object.keys(properties).filter((it) => properties[it] === null);
    const sets = Object.entries(properties).filter((it): it is [string, string] => it[1] !== null);
    const updates = [
      { action: "set-properties", updates: Object.fromEntries(sets) },
      { action: "remove-properties", removals },
    ] satisfies (TableUpdate & ViewUpdate)[];
    if (tables.find(namespace, last)) tables.commit(namespace, last, { requirements: [], updates });
    else if (views.find(namespace, last)) views.commit(namespace, last, { updates });
    else namespaces.update(name.split("."), Object.fromEntries(sets), removals);
  }

  /** Null removes it. */
  setColumnDoc(name: string, column: string, doc: string | null): void {
    this.#changeColumns(name, (fields) =>
      replace(fields, column, ({ doc: _old, ...it }) => (doc === null ? it : { ...it, doc })),
    );
  }

  renameColumn(name: string, column: string, to: string): void {
    this.#changeColumns(name, (fields) => replace(fields, column, (it) => ({ ...it, name: to })));
  }

  dropColumn(name: string, column: string): void {
    this.#changeColumns(name, (fields) => fields.filter((it) => it.name !== column));
  }

  addColumn(name: string, column: ColumnSpec): void {
    const id = this.table(name)["last-column-id"] + 1;
    this.#changeColumns(name, (fields) => [...fields, { id, required: false, ...column }]);
  }

  /** Renames a table or a view. */
  rename(from: string, to: string): void {
    const [namespace, name] = split(from);
    const { tables, views } = this.#catalog;
    (tables.find(namespace, name) ? tables : views).rename(namespace, name, ...split(to));
  }

  /** Drops a table, a view or else an empty namespace. */
  drop(name: string): void {
    const [namespace, last] = split(name);
    const { tables, views, namespaces } = this.#catalog;
    if (tables.find(namespace, last)) tables.drop(namespace, last);
    else if (views.find(namespace, last)) views.drop(namespace, last);
    else namespaces.drop(name.split("."));
  }

  #changeColumns(name: string, change: (fields: readonly StructField[]) => StructField[]): void {
    const schema = currentSchema(this.table(name));
    if (!schema) throw badRequest(`${name} has no current schema`);
    const updates: TableUpdate[] = [
      { action: "add-schema", schema: { ...schema, fields: change(schema.fields) } },
      { action: "set-current-schema", "schema-id": -1 },
    ];
    this.#catalog.tables.commit(...split(name), { requirements: [], updates });
  }
}

function split(name: string): [string[], string] {
  const path = name.split(".");
  return [path.slice(0, -1), path.at(-1) as string];
}

function replace(
  fields: readonly StructField[],
  name: string,
  change: (it: StructField) => StructField,
): StructField[] {
  if (!fields.some((it) => it.name === name)) throw badRequest(`No such column: ${name}`);
  return fields.map((it) => (it.name === name ? change(it) : it));
}
