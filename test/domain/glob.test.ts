import { describe, expect, test } from "vitest";
import { compileGlob, globMatcher, parseNameGlob, parseTextGlob } from "../../src/domain/glob.ts";

describe("Patterns of asset names", () => {
  test.each([
    ["finance.orders", "finance.orders", true],
    ["finance.orders", "finance.order", false],
    ["finance.*", "finance.orders", true],
    ["finance.*", "finance.eu.orders", false],
    ["finance.*", "finance", false],
    ["finance.**", "finance.eu.orders", true],
    ["finance.**", "finance", false],
    ["**", "finance.eu.orders", true],
    ["**.tmp_*", "a.b.tmp_1", true],
    ["**.tmp_*", "a.tmp_x.b", false],
    ["*.orders", "a.b.orders", false],
    ["fin*.or*s", "finance.orders", true],
    ["**.eu.*s", "a.eu.b.eu.orders", true],
    ["*a*.b", "xaay.b", true],
    ["Finance.*", "finance.orders", false],
  ])("%s and %s: %s", (pattern, name, expected) => {
    expect(compileGlob(pattern)(name)).toBe(expected);
  });

  test("a dot in a quoted segment is no separator", () => {
    expect(compileGlob("finance.*")('finance."q1.orders"')).toBe(true);
    expect(compileGlob('finance."q1.*"')('finance."q1.*"')).toBe(true);
    expect(compileGlob('finance."q1.*"')('finance."q1.orders"')).toBe(false);
    expect(compileGlob("*.*.*")('finance."q1.orders"')).toBe(false);
    expect(compileGlob("a.q*")('a."q r"')).toBe(true);
    expect(compileGlob("a.*b")('a."q ""b"')).toBe(true);
  });

  test("a separator cannot be forged with a NUL in a name", () => {
    expect(compileGlob("finance.*")('"finance\0x y"')).toBe(false);
  });

  test("a malformed name never throws", () => {
    expect(compileGlob("a.*")('a."')).toBe(true);
  });

  test.each(["", "a..b", ".a", "a.", "a b", 'a"b', '"a', '"a"b'])("%j is refused", (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(TypeError);
  });

  test("many wildcards on a long name take no exponential time", () => {
    const match = compileGlob(`${"*a".repeat(60)}*b`);
    expect(match("a".repeat(20_000))).toBe(false);
    expect(compileGlob(`${"**a".repeat(60)}**b`)("a".repeat(20_000))).toBe(false);
  });
});

describe("Patterns of other texts", () => {
  test.each([
    ["ops.*", "ops.tier", true],
    ["ops.*", "ops.tier.gold", true],
    ["ops.*", "ops", false],
    ["*@example.com", "alice.smith@example.com", true],
    ["*", "a.b c", true],
    ["group:*", "user:a", false],
  ])("%s and %s: %s", (pattern, text, expected) => {
    expect(globMatcher(parseTextGlob(pattern))(text)).toBe(expected);
  });

  test("an empty or endless pattern is refused", () => {
    expect(() => parseTextGlob("")).toThrow(TypeError);
    expect(() => parseNameGlob("a".repeat(501))).toThrow(TypeError);
  });
});
