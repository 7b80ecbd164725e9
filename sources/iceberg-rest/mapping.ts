import type { Column, NativeRef } from "../../src/domain/asset.ts";
import { columnKey, type FieldKey, plainKey } from "../../src/domain/field.ts";
import { isJsonObject, type Json } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";
import { ABSENT, type Reading, type Snapshot } from "../../src/domain/reading.ts";
import { readColumns } from "./columns.ts";
import { meaningOf, PROPERTY_BY_FIELD, readProperty } from "./properties.ts";
import type { LoadedMetadata } from "./table-wire.ts";
import { toVersion } from "./version-token.ts";

const SCHEMA = plainKey("schema");

/**
 * A loaded table or view → what it says of every field.
 *
 * @param etag the ETag of the response, where the server sent one.
 * @throws WireError if the schema has not the shape that the protocol prescribes.
 */
export function toSnapshot(
  ref: Pick<NativeRef, "kind" | "name">,
  loaded: LoadedMetadata,
  etag: string | undefined,
): Snapshot {
  const { columns, docs } = readColumns(loaded.currentSchema);
  const fields: Record<FieldKey, Reading> = {};
  fields[SCHEMA] = { state: "value", value: { columns } };
  for (const [columnId, doc] of docs) {
    const reading = readProperty("columns.description", doc);
    if (reading.state !== "absent") fields[columnKey(columnId, "description")] = reading;
  }
  const labels = addProperties(fields, loaded.properties, columns);
  return {
    ref: { kind: ref.kind, name: ref.name, stableId: loaded.uuid },
    version: toVersion(etag, loaded.metadataLocation),
    fields,
    labels,
  };
}

/** A namespace's properties → what it says of every field; null where the server keeps none, and then nothing can be known. */
export function toNamespaceSnapshot(
  name: readonly string[],
  properties: Readonly<Record<string, string>> | null,
): Snapshot {
  const fields: Record<FieldKey, Reading> = {};
  if (properties === null) {
    const unknown: Reading = { state: "unknown", reason: "The server keeps no properties of namespaces." };
    for (const field of Object.keys(PROPERTY_BY_FIELD)) fields[field as FieldKey] = unknown;
  }
  const labels = addProperties(fields, properties ?? {}, []);
  return { ref: { kind: "NAMESPACE", name, stableId: null }, version: null, fields, labels };
}

/** Adds what the properties say; a property of a column that the schema has no more says nothing. Returns the labels. */
function addProperties(
  fields: Record<FieldKey, Reading>,
  properties: Readonly<Record<string, string>>,
  columns: readonly Column[],
): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const property in properties) {
    const meaning = meaningOf(property);
    if (!meaning) continue;
    const text = properties[property] as string;
    if (meaning.means === "label") {
      labels[meaning.name] = text;
    } else if (meaning.means === "field") {
      const reading = readProperty(meaning.kind, text);
      if (reading.state !== "absent") fields[meaning.key] = reading;
    } else if (columns.some((it) => it.id === meaning.columnId)) {
      const reading = readProperty("columns.classifications", text);
      if (reading.state !== "absent") fields[columnKey(meaning.columnId, "classifications")] = reading;
    }
  }
  return labels;
}

/** A reading as this source can hold it: normalised, owners without roles. Undefined if it is no value of the field. */
export function asHeld(kind: Parameters<typeof normalise>[0], reading: Reading | undefined): Reading | undefined {
  if (reading === undefined || reading.state === "absent") return ABSENT;
  if (reading.state === "unknown" || reading.malformed) return reading;
  const bare =
    kind === "owners" && Array.isArray(reading.value) ? (reading.value as Json[]).map(withoutRole) : reading.value;
  const normalised = normalise(kind, bare);
  if (!normalised.ok) return undefined;
  return normalised.value === null ? ABSENT : { state: "value", value: normalised.value };
}

function withoutRole(owner: Json): Json {
  return isJsonObject(owner) ? { ...owner, role: null } : owner;
}
