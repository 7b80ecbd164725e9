import { describe, expect, test } from "vitest";
import { generatedTable, seedGenerated } from "../../sandbox/generate.ts";
import { Catalog } from "../../sandbox/iceberg-rest/catalog.ts";
import { currentSchema } from "../../sandbox/iceberg-rest/metadata.ts";
import { fieldIds } from "../../sandbox/iceberg-rest/schema-ids.ts";

describe("a generated lakehouse", () => {
  test("has the tables that were asked for, 500 a namespace, every id once", () => {
    const catalog = new Catalog();
    seedGenerated(catalog, 1_250);
    const parts = [...catalog.namespaces.all()].filter((it) => it.path.length === 2);
    expect(parts.map((it) => it.tables.size)).toEqual([500, 500, 250]);
    const uuids = Array.from({ length: 20_000 }, (_, index) => generatedTable(index).uuid);
    expect(new Set(uuids).size).toBe(20_000);
    expect(uuids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("is the same every time, and its tables differ", () => {
    expect(generatedTable(7).metadata()).toEqual(generatedTable(7).metadata());
    const { properties: one } = generatedTable(7).metadata();
    expect(generatedTable(8).metadata().properties).not.toEqual(one);
  });

  test("has twelve columns a table, all names and ids different", () => {
    for (let index = 0; index < 200; index += 1) {
      const metadata = generatedTable(index).metadata();
      const schema = currentSchema(metadata);
      expect(schema && fieldIds(schema).size).toBe(12);
      expect(metadata["last-column-id"]).toBe(12);
    }
  });

  test("a table can be changed like any other", () => {
    const catalog = new Catalog();
    seedGenerated(catalog, 1);
    const path = ["lake", "sales_0000"];
    const name = catalog.namespaces.get(path).tables.names()[0] as string;
    const before = catalog.tables.get(path, name);
    const after = catalog.tables.commit(path, name, {
      requirements: [{ type: "assert-table-uuid", uuid: before.uuid }],
      updates: [{ action: "set-properties", updates: { owner: "me@example.com" } }],
    });
    expect(after.uuid).toBe(before.uuid);
    expect(after.etag).not.toBe(before.etag);
    expect(after.metadata.properties).toEqual({ ...before.metadata.properties, owner: "me@example.com" });
    expect(catalog.tables.body(after).toString()).toContain('"owner":"me@example.com"');
  });

  test("a senseless number of tables is refused", () => {
    expect(() => seedGenerated(new Catalog(), -1)).toThrow(RangeError);
    expect(() => seedGenerated(new Catalog(), 1.5)).toThrow(RangeError);
  });
});
