import type { AssetKind, Column } from "./asset.ts";
import type { Brand } from "./ids.ts";

/**
 * The stable key of one governed field of an asset: "owners", "custom.costCenter", "columns.#4.description".
 * A column stands with its id, so that its rename keeps the field.
 */
export type FieldKey = Brand<"FieldKey">;
/** The public path: like the key, but a column stands with its name: "columns.price.description". */
export type FieldPath = Brand<"FieldPath">;

export const PLAIN_FIELDS = [
  "owners", "classifications", "sensitivity", "retention", "domain", "description", "lifecycle", "schema",
] as const; // biome-ignore format: one glance
export type PlainField = (typeof PLAIN_FIELDS)[number];
export const COLUMN_FIELDS = ["description", "classifications"] as const;
export type ColumnField = (typeof COLUMN_FIELDS)[number];
/** What decides a field's shape, normaliser and merge. */
export type FieldKind = PlainField | "custom" | "columns.description" | "columns.classifications";
export const FIELD_KINDS = [
  ...PLAIN_FIELDS, "custom", "columns.description", "columns.classifications",
] as const satisfies readonly FieldKind[]; // biome-ignore format: one glance

export type ParsedField =
  | { readonly kind: PlainField }
  | { readonly kind: "custom"; readonly name: string }
  | { readonly kind: "columns.description" | "columns.classifications"; readonly column: string };

/** The same keys come again with every asset: texts made anew each time would have to be compared letter by letter. */
const columnKeysById = new Map<string, Readonly<Record<ColumnField, FieldKey>>>();
const splitByText = new Map<string, ParsedField | undefined>();
const MAX_REMEMBERED = 20_000;
const MAX_REMEMBERED_LENGTH = 200;

const CUSTOM_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

export function customKey(name: string): FieldKey {
  if (!CUSTOM_NAME.test(name)) {
    throw new TypeError(`Not a custom field name: "${name}". Use a letter, then up to 62 letters, digits, "_" or "-".`);
  }
  return `custom.${name}` as FieldKey;
}

export function plainKey(field: PlainField): FieldKey {
  return field as string as FieldKey;
}

/** `columnId` is the column's stable id, without "#". */
export function columnKey(columnId: string, field: ColumnField): FieldKey {
  const known = columnKeysById.get(columnId);
  if (known) return known[field];
  if (columnId === "") throw new TypeError("A column id is not empty.");
  const keyOf = (it: ColumnField): FieldKey => `columns.#${columnId}.${it}` as FieldKey;
  const keys = { description: keyOf("description"), classifications: keyOf("classifications") };
  if (columnKeysById.size >= MAX_REMEMBERED) columnKeysById.clear();
  if (columnId.length <= MAX_REMEMBERED_LENGTH) columnKeysById.set(columnId, keys);
  return keys[field];
}

/** Splits a key or a path; for a key `column` is "#" and the id, for a path the column's name. Undefined if it is neither. */
export function splitField(text: string): ParsedField | undefined {
  const known = splitByText.get(text);
  if (known || text.length > MAX_REMEMBERED_LENGTH) return known ?? split(text);
  if (splitByText.size >= MAX_REMEMBERED) splitByText.clear();
  const parsed = split(text);
  splitByText.set(text, parsed);
  return parsed;
}

function split(text: string): ParsedField | undefined {
  if ((PLAIN_FIELDS as readonly string[]).includes(text)) return { kind: text as PlainField };
  if (text.startsWith("custom.")) {
    const name = text.slice(7);
    return CUSTOM_NAME.test(name) ? { kind: "custom", name } : undefined;
  }
  const found = /^columns\.(.+)\.(description|classifications)$/s.exec(text);
  return found ? { kind: `columns.${found[2] as ColumnField}`, column: found[1] as string } : undefined;
}

/** @throws TypeError if `text` is no field key. */
export function parseFieldKey(text: string): FieldKey {
  const split = splitField(text);
  if (!split || ("column" in split && !/^#.+$/.test(split.column))) throw new TypeError(`Not a field key: "${text}"`);
  return text as FieldKey;
}

/** The kind of a valid key. */
export function fieldKindOf(key: FieldKey): FieldKind {
  const split = splitField(key);
  if (!split) throw new TypeError(`Not a field key: "${key}"`);
  return split.kind;
}

/** The id of the column that `key` belongs to, or undefined where it is no column's field. */
export function columnIdOf(key: FieldKey): string | undefined {
  const split = splitField(key);
  return split && "column" in split ? split.column.slice(1) : undefined;
}

/** Key → public path. A column that `columns` does not know keeps its "#id". */
export function keyToPath(key: FieldKey, columns: readonly Column[]): FieldPath {
  const split = splitField(key);
  if (!split || !("column" in split)) return key as string as FieldPath;
  const column = columns.find((it) => `#${it.id}` === split.column);
  return `columns.${column?.name ?? split.column}.${split.kind.slice(8)}` as FieldPath;
}

/** Public path → key, or undefined where the path is malformed or names no column of `columns`. */
export function pathToKey(path: string, columns: readonly Column[]): FieldKey | undefined {
  const split = splitField(path);
  if (!split) return undefined;
  if (!("column" in split)) return path as FieldKey;
  const column = columns.find((it) => it.name === split.column) ?? columns.find((it) => `#${it.id}` === split.column);
  return column && columnKey(column.id, split.kind.slice(8) as ColumnField);
}

/** Namespaces have neither schema nor columns; every other kind of field is on every kind of asset. */
export function isFieldOn(kind: AssetKind, field: FieldKind): boolean {
  return kind !== "NAMESPACE" || (field !== "schema" && !field.startsWith("columns."));
}
