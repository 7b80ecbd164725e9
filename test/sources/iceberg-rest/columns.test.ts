import { describe, expect, test } from "vitest";
import { readColumns } from "../../../sources/iceberg-rest/columns.ts";
import type { Json, JsonObject } from "../../../src/domain/json.ts";

const NESTED: JsonObject = {
  type: "struct",
  "schema-id": 0,
  fields: [
    { id: 1, name: "id", required: true, type: "long", doc: "The key" },
    {
      id: 2,
      name: "tags",
      required: false,
      type: { type: "list", "element-id": 5, element: "string", "element-required": true },
    },
    {
      id: 3,
      name: "places",
      required: false,
      type: {
        type: "map",
        "key-id": 6,
        key: "string",
        "value-id": 7,
        value: { type: "struct", fields: [{ id: 8, name: "city", required: true, type: "string", doc: "Where" }] },
        "value-required": false,
      },
    },
  ],
};

describe("the columns of a schema", () => {
  test("are flattened, each parent before its children, with Iceberg's own types", () => {
    const place = "struct<8: city: required string>";
    expect(readColumns(NESTED).columns).toEqual([
      { id: "1", name: "id", type: "long", required: true },
      { id: "2", name: "tags", type: "list<string>", required: false },
      { id: "5", name: "tags.element", type: "string", required: true },
      { id: "3", name: "places", type: `map<string, ${place}>`, required: false },
      { id: "6", name: "places.key", type: "string", required: true },
      { id: "7", name: "places.value", type: place, required: false },
      { id: "8", name: "places.value.city", type: "string", required: true },
    ]);
  });

  test("bring their documentation apart from the schema, so that a new text is no new schema", () => {
    expect(readColumns(NESTED).docs).toEqual([
      ["1", "The key"],
      ["8", "Where"],
    ]);
  });

  test("of a schema nested beyond all measure are refused, and cost no stack", () => {
    let type: Json = "string";
    for (let depth = 0; depth < 5_000; depth++)
      type = { type: "list", "element-id": depth + 2, element: type, "element-required": false };
    const schema = { type: "struct", fields: [{ id: 1, name: "deep", required: false, type }] };
    expect(() => readColumns(schema)).toThrow(/nested too deeply/);
  });

  test("of a schema that repeats itself into gigabytes are refused", () => {
    const fields = Array.from({ length: 900 }, (_, index) => ({
      id: index + 100,
      name: `n${"x".repeat(1_000)}${index}`,
      required: false,
      type: "long",
    }));
    let type: Json = { type: "struct", fields };
    for (let depth = 0; depth < 40; depth++)
      type = { type: "list", "element-id": depth + 2, element: type, "element-required": false };
    expect(() => readColumns({ type: "struct", fields: [{ id: 1, name: "wide", required: false, type }] })).toThrow(
      /too large/,
    );
  });

  test.each<[string, JsonObject]>([
    ["no fields", { type: "struct" }],
    ["a field without an id", { fields: [{ name: "a", type: "long", required: true }] }],
    ["a field without a name", { fields: [{ id: 1, type: "long", required: true }] }],
    ["a doc that is no text", { fields: [{ id: 1, name: "a", type: "long", required: true, doc: 7 }] }],
    ["a type that is none", { fields: [{ id: 1, name: "a", type: { type: "set" }, required: true }] }],
  ])("are refused where there is %s", (_what, schema) => {
    expect(() => readColumns(schema)).toThrow(/struct has no fields|field|doc|type/);
  });
});
