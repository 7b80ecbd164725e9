import { isJsonObject, type Json, type JsonObject } from "../../src/domain/json.ts";
import { equalExact } from "./exact-json.ts";

/**
 * A schema with other documentation on some fields, found by field id at any depth; everything else stays as it is, in
 * content and order. `undefined` removes the documentation.
 */
export function withDocs(schema: JsonObject, docById: ReadonlyMap<string, string | undefined>): JsonObject {
  return replaceFields(schema, docById);
}

/** The ids of the fields that can carry documentation: fields of structs, not elements, keys or values. */
export function documentableIds(schema: JsonObject): ReadonlySet<string> {
  const ids = new Set<string>();
  collect(schema, ids);
  return ids;
}

/** The id of a schema that says the same as `wanted`: the server keeps one and refuses to add it again. */
export function findSameSchema(schemas: readonly JsonObject[], wanted: JsonObject): number | undefined {
  const same = schemas.find((it) => equalExact({ ...it, "schema-id": 0 }, { ...wanted, "schema-id": 0 }));
  const id = same?.["schema-id"];
  return typeof id === "number" ? id : undefined;
}

function replaceFields(struct: JsonObject, docById: ReadonlyMap<string, string | undefined>): JsonObject {
  const fields = struct["fields"];
  if (!Array.isArray(fields)) return struct;
  return { ...struct, fields: (fields as Json[]).map((it) => (isJsonObject(it) ? replaceField(it, docById) : it)) };
}

function replaceField(field: JsonObject, docById: ReadonlyMap<string, string | undefined>): JsonObject {
  const nested: JsonObject = isJsonObject(field["type"])
    ? { ...field, type: replaceType(field["type"], docById) }
    : field;
  const id = String(field["id"]);
  if (!docById.has(id)) return nested;
  const doc = docById.get(id);
  if (doc !== undefined) return { ...nested, doc };
  const { doc: _removed, ...rest } = nested;
  return rest;
}

function replaceType(type: JsonObject, docById: ReadonlyMap<string, string | undefined>): JsonObject {
  if (type["type"] === "struct") return replaceFields(type, docById);
  const copy: Record<string, Json> = { ...type };
  for (const part of ["element", "key", "value"]) {
    const child = type[part];
    if (isJsonObject(child)) copy[part] = replaceType(child, docById);
  }
  return copy;
}

function collect(type: JsonObject, ids: Set<string>): void {
  for (const field of Array.isArray(type["fields"]) ? (type["fields"] as Json[]) : []) {
    if (!isJsonObject(field)) continue;
    ids.add(String(field["id"]));
    if (isJsonObject(field["type"])) collect(field["type"], ids);
  }
  for (const part of ["element", "key", "value"]) {
    const child = type[part];
    if (isJsonObject(child)) collect(child, ids);
  }
}
