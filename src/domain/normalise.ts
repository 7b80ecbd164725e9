import type { FieldKind } from "./field.ts";
import { isJsonObject, type Json } from "./json.ts";
import { err, ok, type Result } from "./result.ts";

/** Principals: `alice@example.com`, `group:finance`. One role each, or none. */
export type Owner = { readonly principal: string; readonly role: string | null };
/** A tag: `pii.email`, or with a value `ops.tier` = `gold`. One value each, or none. */
export type Classification = { readonly name: string; readonly value: string | null };
/** `duration` is ISO 8601 ("P7Y"). */
type Retention = { readonly duration: string; readonly basis: string | null; readonly legalHold: boolean };
type Lifecycle = { readonly stage: string; readonly note: string | null; readonly replacedBy: string | null };

/** A normalised value, or null for "none": an empty list, an empty text. The error says what the field takes. */
export type Normalised = Result<Json | null, string>;

const CLASSIFICATION = /^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,199}$/;
const DURATION = /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;
const MAX_TEXT = 65_536;
const MAX_ELEMENTS = 1_000;
/** Of a custom value: whoever walks through one can do so without a guard. */
const MAX_DEPTH = 32;

/**
 * The one form in which a value of a field is stored, compared and hashed: trimmed, elements sorted by key, every property
 * present. Normalising twice changes nothing. Never throws.
 */
export function normalise(kind: FieldKind, input: unknown): Normalised {
  if (input === null || input === undefined) return ok(null);
  switch (kind) {
    case "owners":
      return elements(input, "owners", "principal", toOwner);
    case "classifications":
    case "columns.classifications":
      return elements(input, "classifications", "name", toClassification);
    case "sensitivity":
    case "domain":
      return text(input, 200);
    case "description":
    case "columns.description":
      return text(input, MAX_TEXT);
    case "retention":
      return toRetention(input);
    case "lifecycle":
      return toLifecycle(input);
    case "schema":
      return toSchema(input);
    case "custom":
      return toCustom(input);
    default:
      return kind satisfies never;
  }
}

function text(input: unknown, max: number): Result<string | null, string> {
  if (typeof input !== "string") return err("Expected a text.");
  const trimmed = input.toWellFormed().trim();
  if (trimmed.length > max) return err(`Expected at most ${max} characters, got ${trimmed.length}.`);
  return ok(trimmed === "" ? null : trimmed);
}

function optionalText(input: unknown, max = 2_000): Result<string | null, string> {
  return input === null || input === undefined ? ok(null) : text(input, max);
}

type Element = { readonly [key: string]: string | null };

function elements(
  input: unknown,
  what: string,
  keyName: string,
  read: (it: unknown) => Result<Element, string>,
): Normalised {
  if (!Array.isArray(input)) return err(`Expected a list of ${what}.`);
  if (input.length > MAX_ELEMENTS) return err(`Expected at most ${MAX_ELEMENTS} ${what}, got ${input.length}.`);
  const byKey = new Map<string, Element>();
  for (const it of input) {
    const element = read(it);
    if (!element.ok) return element;
    byKey.set(element.value[keyName] as string, element.value);
  }
  const sorted = [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, it]) => it);
  return ok(sorted.length === 0 ? null : sorted);
}

function toOwner(input: unknown): Result<Element, string> {
  const object = typeof input === "string" ? { principal: input } : input;
  if (!isJsonObject(object)) return err("An owner is a principal and perhaps a role.");
  const principal = text(object["principal"], 320);
  const role = optionalText(object["role"], 100);
  if (!principal.ok || principal.value === null || /[\s,]/.test(principal.value)) {
    return err("An owner's principal is a text of up to 320 characters without spaces and commas.");
  }
  return role.ok ? ok({ principal: principal.value, role: role.value }) : err(`An owner's role: ${role.error}`);
}

function toClassification(input: unknown): Result<Element, string> {
  const object = typeof input === "string" ? { name: input } : input;
  if (!isJsonObject(object)) return err("A classification is a name and perhaps a value.");
  const name = text(object["name"], 200);
  const value = optionalText(object["value"]);
  if (!name.ok || name.value === null || !CLASSIFICATION.test(name.value)) {
    return err('A classification\'s name has up to 200 letters, digits and "_.:/-", like "pii.email".');
  }
  return value.ok ? ok({ name: name.value, value: value.value }) : err(`A classification's value: ${value.error}`);
}

function toRetention(input: unknown): Normalised {
  const object = typeof input === "string" ? { duration: input } : input;
  if (!isJsonObject(object)) return err("Expected a duration, and perhaps basis and legalHold.");
  const { duration, basis, legalHold = false } = object;
  if (typeof duration !== "string" || !DURATION.test(duration.trim()))
    return err('Expected an ISO 8601 duration, like "P7Y".');
  if (typeof legalHold !== "boolean" && legalHold !== null) return err("Expected true or false for legalHold.");
  const basisText = optionalText(basis);
  if (!basisText.ok) return err(`basis: ${basisText.error}`);
  const value: Retention = { duration: duration.trim(), basis: basisText.value, legalHold: legalHold ?? false };
  return ok(value);
}

function toLifecycle(input: unknown): Normalised {
  const object = typeof input === "string" ? { stage: input } : input;
  if (!isJsonObject(object)) return err("Expected a stage, and perhaps note and replacedBy.");
  const stage = text(object["stage"], 100);
  const note = optionalText(object["note"]);
  const replacedBy = optionalText(object["replacedBy"]);
  if (!stage.ok || stage.value === null) return err('Expected a stage, like "deprecated".');
  if (!note.ok) return err(`note: ${note.error}`);
  if (!replacedBy.ok) return err(`replacedBy: ${replacedBy.error}`);
  const value: Lifecycle = { stage: stage.value, note: note.value, replacedBy: replacedBy.value };
  return ok(value);
}

function toSchema(input: unknown): Normalised {
  const columns = isJsonObject(input) ? input["columns"] : undefined;
  if (!Array.isArray(columns)) return err("Expected columns.");
  const out: Json[] = [];
  for (const it of columns as Json[]) {
    const { id, name, type, required } = isJsonObject(it) ? it : {};
    if (
      typeof id !== "string" ||
      typeof name !== "string" ||
      typeof type !== "string" ||
      typeof required !== "boolean"
    ) {
      return err("A column has id, name, type and required.");
    }
    out.push({ id, name, type, required });
  }
  return ok({ columns: out });
}

/** Object keys are sorted, so that equal values have equal texts. */
function toCustom(input: unknown): Normalised {
  if (input === null) return ok(null);
  if (typeof input === "string") return text(input, MAX_TEXT);
  if (typeof input === "boolean") return ok(input);
  // No JSON text says -0.
  if (typeof input === "number") return Number.isFinite(input) ? ok(input + 0) : err("Expected a finite number.");
  if (typeof input !== "object") return err("Expected a value that JSON can carry.");
  try {
    if (isDeeper(input, MAX_DEPTH)) return err(`Expected at most ${MAX_DEPTH} levels of lists and objects.`);
    const value = sortKeys(JSON.parse(JSON.stringify(input)) as Json);
    if (typeof value !== "object" || value === null) return toCustom(value);
    return JSON.stringify(value).length > MAX_TEXT
      ? err(`Expected at most ${MAX_TEXT} characters of JSON.`)
      : ok(value);
  } catch (error) {
    return err(`Expected a value that JSON can carry: ${(error as Error).message}`);
  }
}

/** Stops at the bound, so that a value of any depth, or one that holds itself, is told in bounded time. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((it) => isDeeper(it, levels - 1));
}

/** Also mends texts that no UTF-8 can carry: the log could not store them. */
function sortKeys(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return (value as Json[]).map(sortKeys);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, it]) => [key.toWellFormed(), sortKeys(it)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
