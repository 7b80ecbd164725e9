import { beforeEach, describe, expect, test } from "vitest";
import { Catalog } from "../../../sandbox/iceberg-rest/catalog.ts";
import { CatalogEditor } from "../../../sandbox/iceberg-rest/catalog-editor.ts";
import { CatalogError } from "../../../sandbox/iceberg-rest/catalog-error.ts";
import { currentSchema } from "../../../sandbox/iceberg-rest/metadata.ts";
import type { TableRequirement, TableUpdate } from "../../../sandbox/iceberg-rest/requests.ts";

let catalog: Catalog;
let edit: CatalogEditor;
beforeEach(() => {
  catalog = new Catalog();
  edit = new CatalogEditor(catalog);
  edit.createNamespace("shop");
  edit.createTable("shop.orders", [
    { name: "id", type: "long", required: true },
    { name: "price", type: "decimal(7,2)" },
  ]);
});

function commit(updates: TableUpdate[], requirements: TableRequirement[] = []): void {
  catalog.tables.commit(["shop"], "orders", { requirements, updates });
}

function statusOf(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof CatalogError ? [error.status, error.type] : error;
  }
  return "accepted";
}

describe("requirements", () => {
  const CURRENT: TableRequirement[] = [
    { type: "assert-ref-snapshot-id", ref: "main", "snapshot-id": null },
    { type: "assert-last-assigned-field-id", "last-assigned-field-id": 2 },
    { type: "assert-current-schema-id", "current-schema-id": 0 },
    { type: "assert-last-assigned-partition-id", "last-assigned-partition-id": 999 },
    { type: "assert-default-spec-id", "default-spec-id": 0 },
    { type: "assert-default-sort-order-id", "default-sort-order-id": 0 },
  ];
  const STALE: TableRequirement[] = [
    { type: "assert-create" },
    { type: "assert-table-uuid", uuid: "00000000-0000-4000-8000-000000000000" },
    { type: "assert-ref-snapshot-id", ref: "main", "snapshot-id": 5 },
    { type: "assert-last-assigned-field-id", "last-assigned-field-id": 1 },
    { type: "assert-current-schema-id", "current-schema-id": 1 },
    { type: "assert-last-assigned-partition-id", "last-assigned-partition-id": 1000 },
    { type: "assert-default-spec-id", "default-spec-id": 1 },
    { type: "assert-default-sort-order-id", "default-sort-order-id": 1 },
  ];
  const update: TableUpdate = { action: "set-properties", updates: { comment: "changed" } };

  test("a commit whose requirements all hold is applied", () => {
    const uuid = edit.table("shop.orders")["table-uuid"];
    commit([update], [{ type: "assert-table-uuid", uuid: uuid.toUpperCase() }, ...CURRENT]);
    expect(edit.properties("shop.orders")).toEqual({ comment: "changed" });
  });

  test.each(STALE)("a commit is refused, and nothing applied, where $type does not hold", (requirement) => {
    expect(statusOf(() => commit([update], [...CURRENT, requirement]))).toEqual([409, "CommitFailedException"]);
    expect(edit.properties("shop.orders")).toEqual({});
  });

  test("a commit on a table that is not there is 404, unless it means to create it", () => {
    const request = { requirements: [], updates: [update] };
    expect(statusOf(() => catalog.tables.commit(["shop"], "none", request))).toEqual([404, "NoSuchTableException"]);
  });
});

describe("updates", () => {
  test("a column's doc changes by a new schema that keeps the ids", () => {
    edit.setColumnDoc("shop.orders", "price", "In euro.");
    const table = edit.table("shop.orders");
    expect(table["current-schema-id"]).toBe(1);
    expect(currentSchema(table)?.fields[1]).toMatchObject({ id: 2, name: "price", doc: "In euro." });
    edit.setColumnDoc("shop.orders", "price", null);
    expect(edit.table("shop.orders")["current-schema-id"]).toBe(0);
    expect(edit.table("shop.orders").schemas).toHaveLength(2);
  });

  test("a renamed column keeps its id, and a new one gets an id that none had before", () => {
    edit.renameColumn("shop.orders", "price", "amount");
    edit.dropColumn("shop.orders", "amount");
    edit.addColumn("shop.orders", { name: "price", type: "decimal(9,2)" });
    const fields = currentSchema(edit.table("shop.orders"))?.fields;
    expect(fields?.map((it) => [it.id, it.name])).toEqual([
      [1, "id"],
      [3, "price"],
    ]);
    expect(edit.table("shop.orders")["last-column-id"]).toBe(3);
  });

  test("specs, orders, location and format version change as the specification has it", () => {
    commit([
      { action: "add-spec", spec: { fields: [{ "source-id": 2, transform: "identity", name: "price" }] } },
      { action: "set-default-spec", "spec-id": -1 },
      {
        action: "add-sort-order",
        "sort-order": {
          fields: [{ "source-id": 1, transform: "identity", direction: "asc", "null-order": "nulls-first" }],
        },
      },
      { action: "set-default-sort-order", "sort-order-id": -1 },
      { action: "set-location", location: "s3://elsewhere/orders/" },
      { action: "upgrade-format-version", "format-version": 3 },
    ]);
    expect(edit.table("shop.orders")).toMatchObject({
      "default-spec-id": 1,
      "last-partition-id": 1000,
      "default-sort-order-id": 1,
      location: "s3://elsewhere/orders",
      "format-version": 3,
      "next-row-id": 0,
    });
  });

  const REFUSED: [string, TableUpdate][] = [
    ["another UUID", { action: "assign-uuid", uuid: "00000000-0000-4000-8000-000000000000" }],
    ["an older format", { action: "upgrade-format-version", "format-version": 1 }],
    ["a format that does not exist", { action: "upgrade-format-version", "format-version": 4 }],
    ["an unknown schema", { action: "set-current-schema", "schema-id": 7 }],
    ["the last added schema, where none was added", { action: "set-current-schema", "schema-id": -1 }],
    ["the removal of the current schema", { action: "remove-schemas", "schema-ids": [0] }],
    ["an unknown spec", { action: "set-default-spec", "spec-id": 7 }],
    [
      "a spec on a column that is not there",
      { action: "add-spec", spec: { fields: [{ "source-id": 9, transform: "identity", name: "x" }] } },
    ],
    [
      "a branch to an unknown snapshot",
      { action: "set-snapshot-ref", "ref-name": "main", type: "branch", "snapshot-id": 5 },
    ],
    [
      "two columns of one name",
      {
        action: "add-schema",
        schema: {
          type: "struct",
          fields: [
            { id: 1, name: "a", type: "int", required: false },
            { id: 2, name: "a", type: "int", required: false },
          ],
        },
      },
    ],
  ];
  test.each(REFUSED)("%s is refused, with the updates before it", (_what, update) => {
    const first: TableUpdate = { action: "set-properties", updates: { comment: "changed" } };
    expect(statusOf(() => commit([first, update]))).toEqual([400, "BadRequestException"]);
    expect(edit.properties("shop.orders")).toEqual({});
  });

  test("each commit adds the metadata it replaces to the log, which stays bounded", () => {
    edit.setProperties("shop.orders", { "write.metadata.previous-versions-max": "2" });
    for (let round = 0; round < 5; round += 1) edit.setProperties("shop.orders", { round: String(round) });
    expect(edit.table("shop.orders")["metadata-log"]).toHaveLength(2);
    expect(catalog.tables.get(["shop"], "orders").version).toBe(6);
  });

  test("properties named like parts of an object are only properties", () => {
    const updates = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    commit([{ action: "set-properties", updates }]);
    expect(JSON.stringify(edit.properties("shop.orders"))).toBe('{"__proto__":"x","constructor":"y"}');
  });
});
