import { customKey, type FieldKey, type FieldKind, type PlainField, plainKey } from "../../src/domain/field.ts";
import { isJsonObject, type Json } from "../../src/domain/json.ts";
import { type Classification, normalise, type Owner } from "../../src/domain/normalise.ts";
import { ABSENT, type Reading } from "../../src/domain/reading.ts";

/** Where each plain field stands. `schema` is no property. */
export const PROPERTY_BY_FIELD = {
  owners: "owner",
  classifications: "concordat.classifications",
  sensitivity: "concordat.sensitivity",
  retention: "concordat.retention",
  domain: "concordat.domain",
  description: "comment",
  lifecycle: "concordat.lifecycle",
} as const satisfies Record<Exclude<PlainField, "schema">, string>;

const PREFIX = "concordat.";
const CUSTOM = "concordat.custom.";
const LABEL = "concordat.label.";
const COLUMN = /^concordat\.columns\.(\d{1,10})\.classifications$/;
/** What is longer than any field takes is kept only so far. */
const MAX_MALFORMED = 65_536;

const FIELD_BY_PROPERTY = new Map<string, PlainField>(
  Object.entries(PROPERTY_BY_FIELD).map(([field, property]) => [property, field as PlainField]),
);

export type PropertyMeaning =
  | { readonly means: "field"; readonly kind: FieldKind; readonly key: FieldKey }
  | { readonly means: "column"; readonly columnId: string }
  | { readonly means: "label"; readonly name: string };

/** What a property holds for the gateway; undefined where it is none of its concern. */
export function meaningOf(property: string): PropertyMeaning | undefined {
  const plain = FIELD_BY_PROPERTY.get(property);
  if (plain) return { means: "field", kind: plain, key: plainKey(plain) };
  if (!property.startsWith(PREFIX)) return undefined;
  if (property.startsWith(CUSTOM)) {
    const name = property.slice(CUSTOM.length);
    return /^[A-Za-z][A-Za-z0-9_-]{0,62}$/.test(name)
      ? { means: "field", kind: "custom", key: customKey(name) }
      : undefined;
  }
  if (property.startsWith(LABEL) && property.length > LABEL.length) {
    return { means: "label", name: property.slice(LABEL.length) };
  }
  const column = COLUMN.exec(property);
  return column ? { means: "column", columnId: column[1] as string } : undefined;
}

export function customProperty(name: string): string {
  return CUSTOM + name;
}

export function columnClassificationsProperty(columnId: string): string {
  return `${PREFIX}columns.${columnId}.classifications`;
}

/** A property's text → the reading of its field; what is no value of the field is malformed, with its raw text. Never throws. */
export function readProperty(kind: FieldKind, text: string): Reading {
  const normalised = normalise(kind, parseText(kind, text));
  if (!normalised.ok) return { state: "value", value: text.slice(0, MAX_MALFORMED).toWellFormed(), malformed: true };
  return normalised.value === null ? ABSENT : { state: "value", value: normalised.value };
}

/** A normalised value → the property's text: `readProperty` gives the value back, but for what the property cannot hold. */
export function writeProperty(kind: FieldKind, value: Json): string {
  switch (kind) {
    case "owners":
      return (value as Owner[]).map((it) => it.principal).join(",");
    case "classifications":
    case "columns.classifications":
      return JSON.stringify(
        (value as Classification[]).map((it) => (it.value === null ? it.name : `${it.name}=${it.value}`)).sort(),
      );
    case "retention":
    case "lifecycle":
      return JSON.stringify(value, (_key, it: Json) => (it === null || it === false ? undefined : it));
    case "custom":
      return typeof value === "string" && parseCustom(value) === value ? value : JSON.stringify(value);
    default:
      return typeof value === "string" ? value : JSON.stringify(value);
  }
}

function parseText(kind: FieldKind, text: string): Json {
  switch (kind) {
    case "owners":
      return text.split(",").flatMap((it) => (it.trim() === "" ? [] : [it.trim()]));
    case "classifications":
    case "columns.classifications":
      return parseClassifications(text);
    case "retention":
    case "lifecycle": {
      const json = parseJson(text);
      return text.trim() === "" ? null : isJsonObject(json) ? json : text;
    }
    case "custom":
      return parseCustom(text);
    default:
      return text;
  }
}

/** The value, or the text itself, which no normaliser of classifications takes. */
function parseClassifications(text: string): Json {
  if (text.trim() === "") return null;
  const json = parseJson(text);
  if (!Array.isArray(json) || !json.every((it) => typeof it === "string")) return text;
  return json.map((it) => {
    const at = it.indexOf("=");
    return at < 0 ? { name: it, value: null } : { name: it.slice(0, at), value: it.slice(at + 1) };
  });
}

/** A number that JavaScript would write otherwise ("007", "1.0", an id beyond 2^53) stays the text that it is. */
function parseCustom(text: string): Json {
  const json = parseJson(text);
  if (json === undefined || (typeof json === "number" && String(json) !== text.trim())) return text;
  return json;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
