import { describe, expect, test } from "vitest";
import type { FieldKind } from "../../src/domain/field.ts";
import { normalise } from "../../src/domain/normalise.ts";

describe("normalise", () => {
  test.each<[FieldKind, unknown, unknown]>([
    [
      "owners",
      ["bob", { principal: "alice", role: " steward " }],
      [
        { principal: "alice", role: "steward" },
        { principal: "bob", role: null },
      ],
    ],
    ["owners", [], null],
    ["owners", ["bob", { principal: "bob", role: "owner" }], [{ principal: "bob", role: "owner" }]],
    [
      "classifications",
      ["pii.email", { name: "ops.tier", value: "" }],
      [
        { name: "ops.tier", value: null },
        { name: "pii.email", value: null },
      ],
    ],
    ["description", "  two words ", "two words"],
    ["description", "   ", null],
    ["retention", "P7Y", { duration: "P7Y", basis: null, legalHold: false }],
    [
      "lifecycle",
      { stage: "deprecated", replacedBy: "sales.orders" },
      { stage: "deprecated", note: null, replacedBy: "sales.orders" },
    ],
    ["custom", { b: 1, a: [{ d: 1, c: 2 }] }, { a: [{ c: 2, d: 1 }], b: 1 }],
    ["custom", undefined, null],
    ["custom", -0, 0],
    ["custom", { "\ud800": ["\udc00x"] }, { "\ufffd": ["\ufffdx"] }],
    ["custom", {}, {}],
  ])("%s %j becomes %j", (kind, input, value) => {
    expect(normalise(kind, input)).toEqual({ ok: true, value });
  });

  test("the keys of a custom object are sorted, so that equal values have equal texts", () => {
    const value = normalise("custom", { b: 1, a: { d: 1, c: 2 } });
    expect(value.ok && JSON.stringify(value.value)).toBe('{"a":{"c":2,"d":1},"b":1}');
  });

  test.each<[FieldKind, unknown, RegExp]>([
    ["owners", "alice", /list of owners/],
    ["owners", ["two words"], /principal/],
    ["owners", [{ principal: "a,b" }], /principal/],
    ["owners", [{ principal: "alice", role: 7 }], /role/],
    ["owners", Array.from({ length: 1_001 }, (_, index) => `p${index}`), /at most 1000 owners, got 1001/],
    ["classifications", ["has space"], /classification's name/],
    ["classifications", [{ name: "a", value: {} }], /classification's value/],
    ["sensitivity", "x".repeat(201), /at most 200 characters, got 201/],
    ["description", 7, /a text/],
    ["retention", "7 years", /ISO 8601/],
    ["retention", { duration: "P" }, /ISO 8601/],
    ["retention", { duration: "P1D", legalHold: "yes" }, /legalHold/],
    ["lifecycle", { note: "n" }, /stage/],
    ["schema", { columns: [{ id: 1 }] }, /column has id/],
    ["custom", Number.NaN, /finite/],
    ["custom", { toJSON: () => undefined }, /JSON can carry/],
    ["custom", { a: "x".repeat(70_000) }, /at most 65536/],
    ["custom", nested(33), /at most 32 levels/],
  ])("%s, case %#: is refused, and says what the field takes", (kind, input, error) => {
    const value = normalise(kind, input);
    expect(value.ok ? undefined : value.error).toMatch(error);
  });
});

function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}
