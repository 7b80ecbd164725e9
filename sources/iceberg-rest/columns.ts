import type { Column } from "../../src/domain/asset.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/domain/json.ts";
import { WireError } from "./table-wire.ts";

export type JsonColumn = Column & JsonObject;

export interface IcebergColumns {
  /** Nested ones flattened, each parent before its children. */
  readonly columns: readonly JsonColumn[];
  /** Documentation by column id: a field of its own and no part of `schema`. */
  readonly docs: readonly (readonly [columnId: string, doc: string])[];
}

const MAX_DEPTH = 64;
const MAX_COLUMNS = 20_000;
/** Characters of all names and types together: nested types repeat, so a small body could ask for much memory. */
const MAX_TEXT = 8_388_608;

type Out = { readonly columns: JsonColumn[]; readonly docs: (readonly [string, string])[]; text: number };

/**
 * The columns of an Iceberg schema, nested ones flattened, each parent before its children: `address.city`,
 * `tags.element`, `attributes.key`, `attributes.value`.
 *
 * @throws WireError if the schema has another shape, is nested deeper than 64 levels or is beyond all measure.
 */
export function readColumns(schema: JsonObject): IcebergColumns {
  const out: Out = { columns: [], docs: [], text: 0 };
  readFields(schema["fields"], "", 0, out);
  return out;
}

function readFields(fields: Json | undefined, prefix: string, depth: number, out: Out): void {
  if (!Array.isArray(fields)) throw new WireError("a struct has no fields");
  for (const field of fields as Json[]) {
    if (!isJsonObject(field)) throw new WireError("a field is no object");
    const { id, name, type, required, doc } = field;
    if (typeof name !== "string" || name === "") throw new WireError("a field has no name");
    if (doc !== undefined && doc !== null && typeof doc !== "string")
      throw new WireError(`the doc of "${name}" is no text`);
    const columnId = idOf(id);
    add(out, { id: columnId, name: prefix + name, type: typeText(type, depth), required: required === true });
    if (doc !== undefined && doc !== null) out.docs.push([columnId, doc]);
    readNested(type, `${prefix}${name}.`, depth + 1, out);
  }
}

function readNested(type: Json | undefined, prefix: string, depth: number, out: Out): void {
  if (!isJsonObject(type)) return;
  if (type["type"] === "struct") return readFields(type["fields"], prefix, depth, out);
  const parts = type["type"] === "list" ? (["element"] as const) : (["key", "value"] as const);
  for (const part of parts) {
    const child = type[part];
    const required = part === "key" || type[`${part}-required`] === true;
    add(out, {
      id: idOf(type[`${part}-id`]),
      name: prefix + part,
      type: typeText(child, depth),
      required,
    });
    readNested(child, `${prefix}${part}.`, depth + 1, out);
  }
}

/** Iceberg's text of a type: `decimal(7, 2)`, `list<string>`, `struct<3: city: optional string>`. */
function typeText(type: Json | undefined, depth: number): string {
  if (typeof type === "string") return type;
  if (!isJsonObject(type) || depth > MAX_DEPTH) throw new WireError("a type is none, or nested too deeply");
  switch (type["type"]) {
    case "struct":
      return `struct<${fieldTexts(type["fields"], depth + 1)}>`;
    case "list":
      return `list<${typeText(type["element"], depth + 1)}>`;
    case "map":
      return `map<${typeText(type["key"], depth + 1)}, ${typeText(type["value"], depth + 1)}>`;
    default:
      throw new WireError("a nested type is neither struct nor list nor map");
  }
}

function fieldTexts(fields: Json | undefined, depth: number): string {
  if (!Array.isArray(fields)) throw new WireError("a struct has no fields");
  return (fields as Json[])
    .map((field) => {
      if (!isJsonObject(field)) throw new WireError("a field is no object");
      const presence = field["required"] === true ? "required" : "optional";
      return `${idOf(field["id"])}: ${String(field["name"])}: ${presence} ${typeText(field["type"], depth)}`;
    })
    .join(", ");
}

function idOf(id: Json | undefined): string {
  if (typeof id !== "number" || !Number.isSafeInteger(id)) throw new WireError("a field id is no whole number");
  return String(id);
}

function add(out: Out, column: JsonColumn): void {
  out.text += column.name.length + column.type.length;
  if (out.columns.length >= MAX_COLUMNS || out.text > MAX_TEXT) throw new WireError("the schema is too large");
  out.columns.push(column);
}
