import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import type { FieldKind } from "../../src/domain/field.ts";
import { equalJson, type Json } from "../../src/domain/json.ts";
import { durationDays, mostRestrictive } from "../../src/domain/restrict.ts";
import { normalisedValue } from "../support/arbitrary-values.ts";

const LEVELS = ["PUBLIC", "INTERNAL", "CONFIDENTIAL", "RESTRICTED"];
const ordered = ["sensitivity", "retention"] as const satisfies readonly FieldKind[];
const tag = fc.record({ name: fc.constant("pii"), value: fc.constantFrom<(string | null)[]>(null, "high") });
const pair = fc.oneof(
  ...ordered.map((kind) => fc.tuple(fc.constant<FieldKind>(kind), present(kind), present(kind))),
  fc.tuple(
    fc.constant<FieldKind>("classifications"),
    fc.option(tag, { nil: undefined }),
    fc.option(tag, { nil: undefined }),
  ),
);

function present(kind: FieldKind): fc.Arbitrary<Json | undefined> {
  const known = kind === "sensitivity" ? fc.constantFrom(null, ...LEVELS) : normalisedValue(kind);
  return known.map((it) => it ?? undefined);
}

describe("mostRestrictive", () => {
  test.prop([pair])("is one of the two", ([kind, left, right]) => {
    const winner = mostRestrictive(kind, left, right, LEVELS);
    expect(equalJson(winner, left) || equalJson(winner, right)).toBe(true);
  });

  test.prop([pair])("with itself is itself, and none never wins over some", ([kind, left, right]) => {
    expect(mostRestrictive(kind, left, left, LEVELS)).toEqual(left);
    if (left !== undefined || right !== undefined) expect(mostRestrictive(kind, left, right, LEVELS)).toBeDefined();
  });

  example.each<[FieldKind, Json, Json]>([
    ["sensitivity", "RESTRICTED", "PUBLIC"],
    [
      "retention",
      { duration: "P7Y", basis: null, legalHold: false },
      { duration: "P30D", basis: null, legalHold: false },
    ],
    [
      "retention",
      { duration: "P1D", basis: null, legalHold: true },
      { duration: "P7Y", basis: null, legalHold: false },
    ],
    ["classifications", { name: "pii", value: "high" }, { name: "pii", value: null }],
  ])("%s: %j wins over %j on either side", (kind, more, less) => {
    expect(mostRestrictive(kind, more, less, LEVELS)).toEqual(more);
    expect(mostRestrictive(kind, less, more, LEVELS)).toEqual(more);
  });

  example.each<[FieldKind, Json, Json]>([
    ["owners", { principal: "a", role: null }, { principal: "a", role: "x" }],
    ["sensitivity", "INTERNAL", "no level"],
    ["sensitivity", "no level", "PUBLIC"],
    ["description", "a", "b"],
    ["classifications", [{ name: "pii", value: null }], [{ name: "ops", value: null }]],
  ])("%s: between %j and %j there is no order", (kind, left, right) => {
    expect(mostRestrictive(kind, left, right, LEVELS)).toBeUndefined();
  });

  example("a retention is compared by its length, not its text", () => {
    expect(durationDays("P1Y")).toBeGreaterThan(durationDays("P51W"));
    expect(durationDays("P1M")).toBeGreaterThan(durationDays("PT10M"));
    expect(durationDays("PT24H")).toBeCloseTo(1);
    expect(durationDays("P1Y2M3W4DT5H6M7.5S")).toBeCloseTo(
      365.2425 + 60.87375 + 21 + 4 + 5 / 24 + 6 / 1440 + 7.5 / 86_400,
    );
  });
});
