import { describe, expect, test } from "vitest";
import { parseFieldGlob } from "../../src/domain/field-glob.ts";

describe("a pattern of field paths", () => {
  test.each([
    "owners", "own*", "*", "**", "*s", "custom.costCenter", "custom.*", "cust*", "columns.price.description", "columns.*",
    "columns.address.*.description", "columns.*.classifications", "columns.#4.description", "*.description",
  ])("%s can match a field", (pattern) => {
    expect(parseFieldGlob(pattern).text).toBe(pattern);
  }); // biome-ignore format: one glance

  test.each([
    "owner",
    "Owners",
    "",
    "columns.price",
    "columns.*.owners",
    "colums.*",
    "custom.1st",
    "custom",
    "o*z",
    "owners.*",
  ])("%s can match none, and is refused with the fields that there are", (pattern) => {
    expect(() => parseFieldGlob(pattern)).toThrow(pattern === "" ? /1 to 500 characters/ : /owners.*custom\.\*/);
  });
});
