import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";

/** The parts of a table's or view's metadata that are used here. */
export interface LoadedMetadata {
  readonly uuid: string;
  readonly metadataLocation: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly schemas: readonly JsonObject[];
  readonly currentSchema: JsonObject;
  /** The table's highest assigned field id; undefined for views. */
  readonly lastColumnId: number | undefined;
}

/** What a server sent does not have the shape that the protocol prescribes. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/**
 * LoadTableResult and CommitTableResponse → the parts used. Written by hand, because a scan runs it for every table.
 *
 * @throws WireError naming the part that is missing or wrong.
 */
export function parseTable(body: unknown): LoadedMetadata {
  const { metadata, metadataLocation } = outer(body);
  return {
    uuid: uuidOf(metadata, "table-uuid"),
    metadataLocation,
    properties: propertiesOf(metadata),
    ...schemasOf(metadata, integer(metadata["current-schema-id"], "current-schema-id")),
    lastColumnId:
      metadata["last-column-id"] === undefined ? undefined : integer(metadata["last-column-id"], "last-column-id"),
  };
}

/**
 * LoadViewResult → the parts used.
 *
 * @throws WireError naming the part that is missing or wrong.
 */
export function parseView(body: unknown): LoadedMetadata {
  const { metadata, metadataLocation } = outer(body);
  const current = integer(metadata["current-version-id"], "current-version-id");
  const versions = metadata["versions"];
  if (!Array.isArray(versions)) throw new WireError("metadata.versions is no list");
  const version: unknown = versions.find((it) => isJsonObject(it) && it["version-id"] === current);
  if (!isJsonObject(version)) throw new WireError(`metadata.versions has no version ${current}`);
  return {
    uuid: uuidOf(metadata, "view-uuid"),
    metadataLocation,
    properties: propertiesOf(metadata),
    ...schemasOf(metadata, integer(version["schema-id"], "schema-id")),
    lastColumnId: undefined,
  };
}

function outer(body: unknown): { readonly metadata: JsonObject; readonly metadataLocation: string | undefined } {
  const metadata = isJsonObject(body) ? body["metadata"] : undefined;
  if (!isJsonObject(body) || !isJsonObject(metadata)) throw new WireError("metadata is no object");
  const location = body["metadata-location"];
  if (typeof location === "string") return { metadata, metadataLocation: location };
  if (location !== undefined && location !== null) throw new WireError("metadata-location is no text");
  return { metadata, metadataLocation: undefined };
}

function uuidOf(metadata: JsonObject, key: string): string {
  const uuid = metadata[key];
  if (typeof uuid !== "string" || uuid === "" || uuid.length > 200) throw new WireError(`metadata.${key} is no id`);
  return uuid;
}

function propertiesOf(metadata: JsonObject): Readonly<Record<string, string>> {
  const properties = metadata["properties"];
  if (properties === undefined || properties === null) return {};
  if (!isJsonObject(properties)) throw new WireError("metadata.properties is no object");
  for (const key in properties) {
    if (typeof properties[key] !== "string") throw new WireError(`metadata.properties: "${key}" is no text`);
  }
  return properties as Record<string, string>;
}

function schemasOf(
  metadata: JsonObject,
  id: number,
): { readonly schemas: readonly JsonObject[]; readonly currentSchema: JsonObject } {
  const schemas = metadata["schemas"];
  if (!Array.isArray(schemas)) throw new WireError("metadata.schemas is no list");
  let currentSchema: JsonObject | undefined;
  for (const schema of schemas as unknown[]) {
    if (!isJsonObject(schema)) throw new WireError("metadata.schemas holds something else than schemas");
    if (schema["schema-id"] === id) currentSchema = schema;
  }
  if (!currentSchema) throw new WireError(`metadata.schemas has no schema ${id}`);
  return { schemas: schemas as JsonObject[], currentSchema };
}

function integer(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new WireError(`metadata.${what} is no whole number`);
  return value;
}
