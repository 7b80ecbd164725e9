import type { FieldKind } from "../domain/field.ts";
import { isJsonObject, type Json, type JsonObject } from "../domain/json.ts";

const MAX_LENGTH = 200;

/**
 * One field's value as people say it: `alice (steward), bob` · `pii.email, ops.tier=gold` · `P7Y (GDPR, legal hold)`. Texts stand in
 * quotes, null (ABSENT) is "nothing", and what has not the shape of its field stands as it is. At most about 200 characters.
 */
export function valueInWords(kind: FieldKind, value: Json): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return listInWords((value as readonly Json[]).map((it) => elementInWords(kind, it)));
  const text = isJsonObject(value) ? objectInWords(kind, value) : undefined;
  return shorten(text ?? (kind === "sensitivity" && typeof value === "string" ? value : JSON.stringify(value)));
}

function elementInWords(kind: FieldKind, element: Json): string {
  if (!isJsonObject(element)) return JSON.stringify(element);
  const { name, principal, role, value } = element;
  if (kind === "owners" && typeof principal === "string") return withRemarks(principal, [role]);
  if (kind !== "classifications" && kind !== "columns.classifications") return JSON.stringify(element);
  return typeof name === "string" ? `${name}${typeof value === "string" ? `=${value}` : ""}` : JSON.stringify(element);
}

function objectInWords(kind: FieldKind, value: JsonObject): string | undefined {
  const { basis, columns, duration, legalHold, note, replacedBy, stage } = value;
  if (kind === "retention" && typeof duration === "string")
    return withRemarks(duration, [basis, legalHold === true ? "legal hold" : null]);
  if (kind === "lifecycle" && typeof stage === "string")
    return withRemarks(stage, [note, typeof replacedBy === "string" ? `replaced by ${replacedBy}` : null]);
  if (kind !== "schema" || !Array.isArray(columns)) return undefined;
  const names = (columns as readonly Json[]).map((it) => (isJsonObject(it) ? String(it["name"]) : JSON.stringify(it)));
  return `the ${names.length === 1 ? "column" : "columns"} ${listInWords(names)}`;
}

function withRemarks(text: string, remarks: readonly (Json | undefined)[]): string {
  const given = remarks.filter((it) => typeof it === "string");
  return given.length === 0 ? text : `${text} (${given.join(", ")})`;
}

/** As many as there is room for, and at least one. */
function listInWords(elements: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const it of elements.map(shorten)) {
    length += it.length + 2;
    if (shown.length > 0 && length > MAX_LENGTH) break;
    shown.push(it);
  }
  const more = elements.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}
