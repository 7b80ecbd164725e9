import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Catalog } from "../../../sandbox/iceberg-rest/catalog.ts";
import { CatalogEditor } from "../../../sandbox/iceberg-rest/catalog-editor.ts";
import { currentSchema } from "../../../sandbox/iceberg-rest/metadata.ts";
import { TPCDS_COLUMNS } from "../../../sandbox/tpcds/columns.ts";
import { PLANTED_DIFFERENCES } from "../../../sandbox/tpcds/drift.ts";
import { governanceSeed } from "../../../sandbox/tpcds/governance.ts";
import type { GovernedAsset } from "../../../sandbox/tpcds/governed-asset.ts";
import { seedTpcds } from "../../../sandbox/tpcds/seed.ts";
import { readColumns } from "../../../sources/iceberg-rest/columns.ts";
import { asHeld, toNamespaceSnapshot, toSnapshot } from "../../../sources/iceberg-rest/mapping.ts";
import type { Column } from "../../../src/domain/asset.ts";
import { columnKey, type FieldKey, fieldKindOf, keyToPath } from "../../../src/domain/field.ts";
import type { JsonObject } from "../../../src/domain/json.ts";
import { normalise } from "../../../src/domain/normalise.ts";
import type { FieldReadings, Reading } from "../../../src/domain/reading.ts";

const catalog = new Catalog();
const lakehouse = new CatalogEditor(catalog);
beforeAll(() => seedTpcds(catalog));

/** What the lakehouse holds, as the gateway's own source reads it. */
function inLakehouse({ kind, name }: GovernedAsset): {
  readonly fields: FieldReadings;
  readonly columns: readonly Column[];
} {
  const [namespace, last] = [name.slice(0, -1), name.at(-1) as string];
  if (kind === "NAMESPACE") {
    return { fields: toNamespaceSnapshot(name, catalog.namespaces.get(name).properties).fields, columns: [] };
  }
  const table = kind === "TABLE" ? catalog.tables.get(namespace, last).metadata : undefined;
  const view = kind === "VIEW" ? catalog.views.get(namespace, last).metadata : undefined;
  const schema = JSON.parse(JSON.stringify(table ? currentSchema(table) : view?.schemas[0])) as JsonObject;
  const properties = lakehouse.properties(name.join("."));
  const loaded = {
    uuid: "x",
    metadataLocation: undefined,
    properties,
    schemas: [schema],
    currentSchema: schema,
    lastColumnId: undefined,
  };
  return { ...toSnapshot({ kind, name }, loaded, undefined), columns: readColumns(schema).columns };
}

/** What the governance catalog holds, by field key. */
function inCatalog({ fields, columns = {} }: GovernedAsset, known: readonly Column[]): Record<FieldKey, unknown> {
  const held: Record<string, unknown> = { ...fields };
  for (const [name, { description, classifications }] of Object.entries(columns)) {
    const id = known.find((it) => it.name === name)?.id;
    if (id === undefined) throw new Error(`No column ${name}`);
    if (description !== undefined) held[columnKey(id, "description")] = description;
    if (classifications) held[columnKey(id, "classifications")] = classifications;
  }
  return held;
}

function differences(asset: GovernedAsset): string[] {
  const { fields, columns } = inLakehouse(asset);
  const governed = inCatalog(asset, columns);
  const keys = new Set([...Object.keys(fields), ...Object.keys(governed)] as FieldKey[]);
  keys.delete("schema" as FieldKey);
  return [...keys]
    .filter((key) => JSON.stringify(held(key, fields[key])) !== JSON.stringify(held(key, valueOf(key, governed[key]))))
    .map((key) => `${asset.name.join(".")} ${keyToPath(key, columns)}`);
}

function held(key: FieldKey, reading: Reading | undefined): Reading | undefined {
  return asHeld(fieldKindOf(key), reading);
}

function valueOf(key: FieldKey, input: unknown): Reading {
  const value = normalise(fieldKindOf(key), input);
  if (!value.ok) throw new Error(`${key} of the seed is malformed: ${value.error}`);
  return value.value === null ? { state: "absent" } : { state: "value", value: value.value };
}

describe("the TPC-DS lakehouse", () => {
  test("has the specification's 24 tables with their 425 columns, and two views", () => {
    const tables = [...catalog.namespaces.all()].flatMap((it) => it.tables.names().map((name) => [...it.path, name]));
    expect(tables).toHaveLength(24);
    expect(tables.map((it) => it.at(-1) ?? "").toSorted()).toEqual(Object.keys(TPCDS_COLUMNS).toSorted());
    const columns = tables.flatMap((it) => currentSchema(lakehouse.table(it.join(".")))?.fields ?? []);
    expect(columns).toHaveLength(425);
    expect(new Set(columns.map((it) => it.type))).toEqual(
      new Set(["int", "long", "string", "date", "decimal(7,2)", "decimal(5,2)", "decimal(15,2)"]),
    );
    expect(catalog.namespaces.get(["retail", "reporting"]).views.size).toBe(2);
    expect(catalog.namespaces.find(["retail", "customer", "demographics"])).toBeDefined();
  });

  test("differs from the governance catalog in exactly what was planted", () => {
    const shared = governanceSeed.filter((it) => it.name.join(".") !== "retail.sales.mail_order_sales");
    const planted = PLANTED_DIFFERENCES.filter((it) => it.field).map((it) => `${it.asset} ${it.field}`);
    expect(shared.flatMap(differences).toSorted()).toEqual(planted.toSorted());
    expect(planted).toHaveLength(11);
  });

  test("lacks the table of one record in the governance catalog, and nothing else", () => {
    const missing = governanceSeed.filter(({ kind, name }) => {
      const [namespace, last] = [name.slice(0, -1), name.at(-1) as string];
      if (kind === "NAMESPACE") return !catalog.namespaces.find(name);
      return !(kind === "TABLE" ? catalog.tables : catalog.views).find(namespace, last);
    });
    const orphans = PLANTED_DIFFERENCES.filter((it) => !it.field).map((it) => it.asset);
    expect(missing.map((it) => it.name.join("."))).toEqual(orphans);
    expect(orphans).toHaveLength(1);
  });

  test("every planted difference is told in the README", () => {
    const readme = readFileSync(new URL("../../../sandbox/README.md", import.meta.url), "utf8");
    for (const { asset, field = "the whole record", story } of PLANTED_DIFFERENCES) {
      expect(readme).toContain(
        `| \`${asset}\` | ${field === "the whole record" ? field : `\`${field}\``} | ${story} |`,
      );
    }
  });
});
