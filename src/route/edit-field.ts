import { equalElements } from "../domain/diff.ts";
import { type Elements, fromElements, projectElements, toElements } from "../domain/elements.ts";
import type { FieldKind } from "../domain/field.ts";
import { equalJson, isJsonObject, type Json } from "../domain/json.ts";
import { normalise } from "../domain/normalise.ts";
import { err, ok, type Result } from "../domain/result.ts";
import type { FieldEdit, UserError } from "../ports/gateway.ts";
import type { FieldCapability } from "../ports/source.ts";
import { type Part, partsGoverning } from "../treaty/decision.ts";

/** What an edit comes to: the part of the field that it concerns, and that part's authority's whole new value. */
export interface Edited {
  readonly part: Part;
  /** null: ABSENT. */
  readonly value: Json;
  /** The field as a whole, put together from all its authorities, as it then is. null: ABSENT. */
  readonly composed: Json;
  readonly isChange: boolean;
}

/**
 * Works out the whole new value that the authority is to hold. An edit that concerns elements of several authorities is
 * refused: each of them would have to agree, and none can be made to.
 *
 * @param current what each part's authority holds of the field now, null for ABSENT; one slot per part.
 */
export function editField(
  kind: FieldKind,
  edit: FieldEdit,
  parts: readonly Part[],
  current: readonly Json[],
): Result<Edited, UserError> {
  const whole = parts.length === 1 && edit.op === "set";
  const owner = (key: string): number => parts.findIndex((it) => it.claims?.(key) ?? true);
  const own = current.map(
    (value, index) => new Map([...toElements(kind, value, whole)].filter(([key]) => owner(key) === index)),
  );
  const now = new Map(own.flatMap((it) => [...it]));
  const wanted = applyEdit(kind, edit, now, whole);
  if (!wanted.ok) return wanted;
  const wantedOf = (index: number): Elements => new Map([...wanted.value].filter(([key]) => owner(key) === index));
  const changed = parts
    .map((_, index) => index)
    .filter((index) => !equalElements(wantedOf(index), own[index] ?? new Map()));
  if (changed.length > 1) return err(severalAuthorities(changed.map((index) => parts[index] as Part)));
  const index = changed[0] ?? ownerOfEdit(edit, owner, parts.length);
  const part = parts[index] as Part;
  const rest = [...toElements(kind, current[index] ?? null, whole)].filter(([key]) => owner(key) !== index);
  const value = fromElements(kind, new Map([...rest, ...wantedOf(index)]), whole);
  const composed = fromElements(kind, wanted.value, whole);
  return ok({ part, value, composed, isChange: !equalJson(value, current[index] ?? null) });
}

function applyEdit(kind: FieldKind, edit: FieldEdit, now: Elements, whole: boolean): Result<Elements, UserError> {
  switch (edit.op) {
    case "set": {
      const value = normalise(kind, edit.value);
      return value.ok ? ok(toElements(kind, value.value, whole)) : err(invalid(value.error));
    }
    case "add": {
      const value = normalise(kind, edit.elements);
      if (!value.ok) return err(invalid(value.error));
      const merged = new Map([...now, ...toElements(kind, value.value, false)]);
      const all = normalise(kind, fromElements(kind, merged, false));
      return all.ok ? ok(toElements(kind, all.value, false)) : err(invalid(all.error));
    }
    case "remove": {
      const gone = new Set(edit.keys.map((it) => it.trim()));
      return ok(new Map([...now].filter(([key]) => !gone.has(key))));
    }
    default:
      return edit satisfies never;
  }
}

function ownerOfEdit(edit: FieldEdit, owner: (key: string) => number, count: number): number {
  const key = keysOfEdit(edit)?.[0];
  return key === undefined ? count - 1 : owner(key);
}

/** The keys of the elements that are added or removed; undefined where they are not known one by one. */
function keysOfEdit(edit: FieldEdit): readonly string[] | undefined {
  if (edit.op === "set") return undefined;
  const named =
    edit.op === "remove"
      ? edit.keys
      : edit.elements.map((it) => (isJsonObject(it) ? (it["principal"] ?? it["name"]) : it));
  const keys = named.flatMap((it) => (typeof it === "string" ? [it.trim()] : []));
  return keys.length < named.length ? undefined : keys;
}

/** The parts whose authorities must be known for the edit: all of them, unless it names elements of some only. */
export function partsOfEdit(edit: FieldEdit, parts: readonly Part[]): readonly Part[] {
  const keys = keysOfEdit(edit);
  if (keys === undefined || keys.length === 0) return parts;
  return partsGoverning(parts, keys);
}

function invalid(message: string): UserError {
  return { code: "INVALID_VALUE", message, path: [] };
}

function severalAuthorities(parts: readonly Part[]): UserError {
  const names = parts.map((it) => `${it.rule.authority} (rule ${it.rule.name})`).join(" and ");
  return {
    code: "INVALID_INPUT",
    message: `The change concerns elements under the authority of ${names}. Make one call for each.`,
    path: [],
  };
}

/** Why a source cannot hold the value exactly; undefined if it can. */
export function cannotHold(kind: FieldKind, value: Json, holds: FieldCapability): string | undefined {
  const elements = toElements(kind, value, false);
  if (equalElements(elements, projectElements(elements, holds))) return undefined;
  if (holds.cardinality === "one" && elements.size > 1) return "it holds one element only";
  return `it cannot hold the ${holds.omits.join(", ")} of an element`;
}
