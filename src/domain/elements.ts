import type { FieldKind } from "./field.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

/**
 * A value taken apart: element key → element. A value that is replaced as a whole is one element under the key "".
 * No elements stand for ABSENT. This lets one table of cases serve texts, sets and maps.
 */
export type Elements = ReadonlyMap<string, Json>;

const WHOLE = "";

function keyName(field: FieldKind): "principal" | "name" | undefined {
  if (field === "owners") return "principal";
  return field === "classifications" || field === "columns.classifications" ? "name" : undefined;
}

/** @param value normalised; null is ABSENT. With `whole` it is taken as one element whatever the field is. */
export function toElements(field: FieldKind, value: Json, whole: boolean): Elements {
  if (value === null) return new Map();
  const name = keyName(field);
  if (!whole && name !== undefined && Array.isArray(value)) {
    return new Map((value as Json[]).map((it) => [isJsonObject(it) ? String(it[name]) : String(it), it]));
  }
  if (!whole && field === "custom" && isJsonObject(value) && hasParts(value)) return new Map(Object.entries(value));
  return new Map([[WHOLE, value]]);
}

/** An object that holds nothing is a value all the same, and one with a nameless entry cannot be told from a whole value. */
function hasParts(value: JsonObject): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && !keys.includes(WHOLE);
}

/** The inverse of `toElements`: a normalised value, or null for ABSENT. */
export function fromElements(field: FieldKind, elements: Elements, whole: boolean): Json {
  if (elements.size === 0) return null;
  const sorted = [...elements].sort(([left], [right]) => (left < right ? -1 : 1));
  if (!whole && keyName(field) !== undefined) return sorted.map(([, it]) => it);
  if (elements.has(WHOLE)) return elements.get(WHOLE) ?? null;
  return Object.fromEntries(sorted);
}

/** What is left of a value in a system that cannot hold all of it: the first element only, owners without their role. */
export function projectElements(
  elements: Elements,
  holds: { readonly cardinality: "one" | "many"; readonly omits: readonly "role"[] },
): Elements {
  const keys = [...elements.keys()].sort();
  const kept = holds.cardinality === "one" ? keys.slice(0, 1) : keys;
  return new Map(
    kept.map((key) => {
      const element = elements.get(key) as Json;
      return [
        key,
        holds.omits.includes("role") && isJsonObject(element) && "role" in element
          ? { ...element, role: null }
          : element,
      ];
    }),
  );
}
