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

/** Whether a value has elements at all; a text in a custom field that elsewhere holds an object has none. */
export function isDivisible(field: FieldKind, value: Json): boolean {
  return !toElements(field, value, false).has(WHOLE);
}

/** What a system can hold of a field. */
export interface Holds {
  readonly cardinality: "one" | "many";
  readonly omits: readonly "role"[];
}

/** What is left of elements in a system that cannot hold all of them: the first only, owners without their role. */
export function projectElements(elements: Elements, holds: Holds): Elements {
  const keys = [...elements.keys()].sort();
  const kept = holds.cardinality === "one" ? keys.slice(0, 1) : keys;
  const omitsRole = holds.omits.includes("role");
  return new Map(
    kept.map((key) => {
      const element = elements.get(key) as Json;
      return [key, omitsRole && isJsonObject(element) && "role" in element ? { ...element, role: null } : element];
    }),
  );
}

/** The same of a whole value. */
export function projectValue(field: FieldKind, value: Json, holds: Holds): Json {
  return fromElements(field, projectElements(toElements(field, value, false), holds), false);
}

/** Gives a value that comes from such a system back what the system could not hold of it, as `current` has it. */
export function liftValue(field: FieldKind, value: Json, current: Json, holds: Holds): Json {
  if (!holds.omits.includes("role")) return value;
  const known = toElements(field, current, false);
  const lifted = [...toElements(field, value, false)].map(([key, element]): readonly [string, Json] => {
    const before = known.get(key);
    if (!isJsonObject(element) || !isJsonObject(before)) return [key, element];
    return [key, { ...element, role: before["role"] ?? null }];
  });
  return fromElements(field, new Map(lifted), false);
}
