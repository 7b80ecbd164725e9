import type { Catalog } from "../iceberg-rest/catalog.ts";
import { CatalogEditor } from "../iceberg-rest/catalog-editor.ts";
import { type TpcdsTable, tpcdsColumns } from "./columns.ts";
import { PLANTED_DIFFERENCES } from "./drift.ts";
import { AGREED_GOVERNANCE } from "./governance.ts";
import type { GovernedAsset } from "./governed-asset.ts";
import { toColumnProperties, toProperties } from "./properties.ts";
import { TPCDS_VIEWS } from "./views.ts";

/** Labels that only the lakehouse knows, by the namespace they hold for. */
const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "retail.sales": { "concordat.label.tier": "gold" },
  "retail.reporting": { "concordat.label.tier": "silver" },
};

/**
 * Fills an empty catalog with the TPC-DS retail lakehouse: its 24 tables, two views, and, unless `agreed`, the differences
 * of `drift.ts`.
 */
export function seedTpcds(catalog: Catalog, agreed = false): void {
  const editor = new CatalogEditor(catalog);
  for (const asset of AGREED_GOVERNANCE) {
    const properties = { ...toProperties(asset), ...LABELS[asset.name.slice(0, 2).join(".")] };
    if (asset.kind === "NAMESPACE") editor.createNamespace(asset.name.join("."), properties);
    else if (asset.kind === "TABLE") createTable(editor, asset, properties);
    else createView(catalog, asset, properties);
  }
  if (!agreed) plantDifferences(editor);
}

/** What people and jobs did in the lakehouse behind everybody's back: see `drift.ts`. */
export function plantDifferences(editor: CatalogEditor): void {
  for (const { edit } of PLANTED_DIFFERENCES) edit?.(editor);
}

function createTable(editor: CatalogEditor, asset: GovernedAsset, properties: Readonly<Record<string, string>>): void {
  const columns = tpcdsColumns(asset.name.at(-1) as TpcdsTable);
  const fieldIds = new Map(columns.map((it, index) => [it.name, index + 1]));
  const documented = columns.map((it) => ({ ...it, ...docOf(asset, it.name) }));
  const all = { ...properties, ...toColumnProperties(asset.columns ?? {}, fieldIds) };
  editor.createTable(asset.name.join("."), documented, all);
}

function createView(catalog: Catalog, asset: GovernedAsset, properties: Readonly<Record<string, string>>): void {
  const name = asset.name.at(-1) as string;
  const source = TPCDS_VIEWS[name];
  if (!source) throw new Error(`The seed has no query for the view ${name}`);
  const fields = source.columns.map(([column, type], index) => {
    return { id: index + 1, name: column, type, required: false, ...docOf(asset, column) };
  });
  const fieldIds = new Map(fields.map((it) => [it.name, it.id]));
  catalog.views.create(asset.name.slice(0, -1), {
    name,
    schema: { type: "struct", "schema-id": 0, fields },
    "view-version": {
      "version-id": 1,
      "timestamp-ms": 1_767_225_600_000,
      "schema-id": 0,
      summary: { "engine-name": "spark" },
      representations: [{ type: "sql", sql: source.sql, dialect: "spark" }],
      "default-namespace": ["retail"],
    },
    properties: { ...properties, ...toColumnProperties(asset.columns ?? {}, fieldIds) },
  });
}

function docOf(asset: GovernedAsset, column: string): { doc?: string } {
  const doc = asset.columns?.[column]?.description;
  return doc === undefined ? {} : { doc };
}
