import { badRequest } from "./catalog-error.ts";
import type { IcebergType, Schema, StructField } from "./metadata.ts";

/**
 * Gives every field of a new table's schema a fresh id from 1: the fields of a struct first, then what is nested in them.
 * `newId` maps the ids that the client used.
 */
export function assignFreshIds(schema: Schema): {
  readonly schema: Schema;
  readonly newId: ReadonlyMap<number, number>;
} {
  const newId = new Map<number, number>();
  let last = 0;
  const fresh = (old: number): number => {
    last += 1;
    newId.set(old, last);
    return last;
  };
  const structFields = (fields: readonly StructField[]): StructField[] => {
    const numbered = fields.map((it) => ({ ...it, id: fresh(it.id) }));
    return numbered.map((it) => ({ ...it, type: nested(it.type) }));
  };
  const nested = (type: IcebergType): IcebergType => {
    if (typeof type === "string") return type;
    switch (type.type) {
      case "struct":
        return { ...type, fields: structFields(type.fields) };
      case "list":
        return { ...type, "element-id": fresh(type["element-id"]), element: nested(type.element) };
      case "map": {
        const ids = { "key-id": fresh(type["key-id"]), "value-id": fresh(type["value-id"]) };
        return { ...type, ...ids, key: nested(type.key), value: nested(type.value) };
      }
      default:
        return type satisfies never;
    }
  };
  const fields = structFields(schema.fields);
  const identifiers = schema["identifier-field-ids"]?.map((it) => newId.get(it) ?? unknownField(it));
  return { schema: { ...schema, fields, ...(identifiers ? { "identifier-field-ids": identifiers } : {}) }, newId };
}

/** Every field id in `schema`, nested ones included. @throws CatalogError 400 where an id or a name stands twice. */
export function fieldIds(schema: Schema): ReadonlySet<number> {
  const ids = new Set<number>();
  const add = (id: number): void => {
    if (ids.has(id)) throw badRequest(`Invalid schema: multiple fields with id ${id}`);
    ids.add(id);
  };
  const walk = (type: IcebergType): void => {
    if (typeof type === "string") return;
    if (type.type === "struct") walkFields(type.fields);
    else if (type.type === "list") {
      add(type["element-id"]);
      walk(type.element);
    } else {
      add(type["key-id"]);
      add(type["value-id"]);
      walk(type.key);
      walk(type.value);
    }
  };
  const walkFields = (fields: readonly StructField[]): void => {
    const names = new Set<string>();
    for (const it of fields) {
      if (names.has(it.name)) throw badRequest(`Invalid schema: multiple fields with name ${it.name}`);
      names.add(it.name);
      add(it.id);
      walk(it.type);
    }
  };
  walkFields(schema.fields);
  return ids;
}

export function unknownField(id: number): never {
  throw badRequest(`Cannot find field with id ${id} in the schema`);
}
