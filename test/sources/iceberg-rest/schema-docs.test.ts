import { describe, expect, test } from "vitest";
import { parseExact } from "../../../sources/iceberg-rest/exact-json.ts";
import { documentableIds, findSameSchema, withDocs } from "../../../sources/iceberg-rest/schema-docs.ts";
import type { JsonObject } from "../../../src/domain/json.ts";

/** As a server would write it: properties that nobody knows, numbers that JavaScript cannot hold. */
const TEXT =
  '{"type":"struct","schema-id":3,"identifier-field-ids":[1],"x-vendor":{"b":1.0,"a":[1e3]},"fields":[' +
  '{"id":1,"name":"id","required":true,"type":"long","initial-default":9007199254740993,"x-own":null},' +
  '{"id":2,"name":"tags","required":false,"type":{"type":"list","element-id":5,"element":' +
  '{"type":"struct","fields":[{"id":6,"name":"key","required":false,"type":"string","doc":"old"}]},"element-required":false}}]}';
const schema = (): JsonObject => parseExact(TEXT) as JsonObject;

describe("new documentation in a schema", () => {
  test("leaves every other byte as the server wrote it", () => {
    const changed = withDocs(
      schema(),
      new Map([
        ["1", "The key"],
        ["6", "new"],
      ]),
    );
    const expected = TEXT.replace('"x-own":null', '"x-own":null,"doc":"The key"').replace('"doc":"old"', '"doc":"new"');
    expect(JSON.stringify(changed)).toBe(expected);
    expect(JSON.stringify(withDocs(schema(), new Map()))).toBe(TEXT);
  });

  test("is removed with its key", () => {
    expect(JSON.stringify(withDocs(schema(), new Map([["6", undefined]])))).toBe(TEXT.replace(',"doc":"old"', ""));
  });

  test("finds the schema that says the same already, and no other", () => {
    const other = withDocs(schema(), new Map([["6", "other"]]));
    const known = [
      { ...other, "schema-id": 0 },
      { ...schema(), "schema-id": 1 },
    ];
    expect(findSameSchema(known, schema())).toBe(1);
    expect(findSameSchema([{ ...other, "schema-id": 0 }], schema())).toBeUndefined();
    const nearby = parseExact(TEXT.replace("9007199254740993", "9007199254740992")) as JsonObject;
    expect(findSameSchema([{ ...nearby, "schema-id": 0 }], schema())).toBeUndefined();
  });

  test("is possible on fields at any depth, not on elements", () => {
    expect([...documentableIds(schema())]).toEqual(["1", "2", "6"]);
  });
});
