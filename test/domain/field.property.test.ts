import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import type { Column } from "../../src/domain/asset.ts";
import {
  COLUMN_FIELDS, columnIdOf, columnKey, customKey, FIELD_KINDS, fieldKindOf, isFieldOn, keyToPath, PLAIN_FIELDS, parseFieldKey, pathToKey, plainKey, splitField,
} from "../../src/domain/field.ts"; // biome-ignore format: one glance

const columnName = fc.constantFrom("price", "a.b", "a.description", "#1", "x.classifications", "Ü");
const columns: fc.Arbitrary<readonly Column[]> = fc
  .uniqueArray(columnName, { maxLength: 4 })
  .map((names) => names.map((name, index) => ({ id: String(index + 1), name, type: "int", required: false })));
const COLUMNS: readonly Column[] = [{ id: "4", name: "price", type: "int", required: false }];

describe("field keys and paths", () => {
  test.prop([columns, fc.constantFrom(...COLUMN_FIELDS)])(
    "a column's key and public path lead to each other, whatever the column is called",
    (all, field) => {
      for (const column of all) {
        const key = columnKey(column.id, field);
        expect(pathToKey(keyToPath(key, all), all)).toBe(key);
        expect(columnIdOf(key)).toBe(column.id);
        expect(fieldKindOf(key)).toBe(`columns.${field}`);
        expect(parseFieldKey(key)).toBe(key);
      }
    },
  );

  test.prop([columns, fc.string()])("any text is a path or is not, and a path's key has one kind", (all, text) => {
    const key = pathToKey(text, all);
    if (key !== undefined) expect(FIELD_KINDS).toContain(fieldKindOf(key));
    else expect(splitField(text) === undefined || text.startsWith("columns.")).toBe(true);
  });

  example("plain and custom fields stand under their own names", () => {
    for (const field of PLAIN_FIELDS) expect(keyToPath(plainKey(field), [])).toBe(field);
    expect(pathToKey("custom.costCenter", [])).toBe(customKey("costCenter"));
    expect(keyToPath(customKey("costCenter"), [])).toBe("custom.costCenter");
  });

  example("a column that is not known keeps its id in the path, and is found by it while it is known", () => {
    const key = columnKey("4", "description");
    expect(keyToPath(key, [])).toBe("columns.#4.description");
    expect(pathToKey("columns.#4.description", COLUMNS)).toBe(key);
    expect(pathToKey("columns.#5.description", COLUMNS)).toBeUndefined();
    expect(pathToKey("columns.cost.description", COLUMNS)).toBeUndefined();
  });

  example("a rename of a column keeps the field's key", () => {
    const renamed: readonly Column[] = [{ id: "4", name: "amount", type: "int", required: false }];
    expect(pathToKey("columns.amount.description", renamed)).toBe(pathToKey("columns.price.description", COLUMNS));
  });

  example.each([
    "",
    "owner",
    "custom.",
    "custom.1x",
    "custom.a b",
    "columns.price",
    "columns..description",
    "columns.x.owners",
    `custom.${"x".repeat(64)}`,
  ])("%j is no field", (text) => {
    expect(splitField(text)).toBeUndefined();
    expect(() => parseFieldKey(text)).toThrow(TypeError);
  });

  example("bad ids and names are refused where keys are made", () => {
    expect(() => columnKey("", "description")).toThrow(TypeError);
    expect(() => customKey("1x")).toThrow(/letter/);
    expect(() => parseFieldKey("columns.price.description")).toThrow(TypeError);
  });

  example("a namespace has neither schema nor columns", () => {
    expect(FIELD_KINDS.filter((it) => !isFieldOn("NAMESPACE", it))).toEqual([
      "schema",
      "columns.description",
      "columns.classifications",
    ]);
    expect(FIELD_KINDS.every((it) => isFieldOn("TABLE", it) && isFieldOn("VIEW", it))).toBe(true);
  });
});
