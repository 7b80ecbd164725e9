import type { GovernedAsset, GovernedColumn } from "./governed-asset.ts";

/** Field → property, where the value is text as it stands. */
const PLAIN: Readonly<Record<string, string>> = {
  description: "comment",
  sensitivity: "concordat.sensitivity",
  domain: "concordat.domain",
};

/** The Iceberg properties in which a lakehouse keeps the governed fields of an asset (columns left out). */
export function toProperties({ fields }: GovernedAsset): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => toProperty(field, value)));
}

/** The properties for the classifications of columns; `fieldIds` gives each column's Iceberg field id. */
export function toColumnProperties(
  columns: Readonly<Record<string, GovernedColumn>>,
  fieldIds: ReadonlyMap<string, number>,
): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const [name, { classifications }] of Object.entries(columns)) {
    const id = fieldIds.get(name);
    if (id === undefined) throw new Error(`The seed describes a column that is not there: ${name}`);
    if (classifications)
      properties[`concordat.columns.${id}.classifications`] = JSON.stringify(classifications.toSorted());
  }
  return properties;
}

function toProperty(field: string, value: unknown): [string, string] {
  const plain = PLAIN[field];
  if (plain !== undefined) return [plain, String(value)];
  if (field === "owners") return ["owner", (value as Owner[]).map(principalOf).toSorted().join(",")];
  if (field === "classifications")
    return ["concordat.classifications", JSON.stringify((value as Tag[]).map(textOf).toSorted())];
  if (field === "lifecycle") {
    const { stage, note = null, replacedBy = null } = value as Lifecycle;
    return ["concordat.lifecycle", JSON.stringify({ stage, note, replacedBy })];
  }
  if (field === "retention" || field.startsWith("custom.")) return [`concordat.${field}`, JSON.stringify(value)];
  throw new Error(`The seed has a field that no property holds: ${field}`);
}

type Lifecycle = { readonly stage: string; readonly note?: string | null; readonly replacedBy?: string | null };
type Tag = string | { readonly name: string; readonly value: string };
type Owner = string | { readonly principal: string };

function principalOf(owner: Owner): string {
  return typeof owner === "string" ? owner : owner.principal;
}

function textOf(tag: Tag): string {
  return typeof tag === "string" ? tag : `${tag.name}=${tag.value}`;
}
