import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import { FIELD_KINDS, type FieldKind } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import { valueInWords } from "../../src/plan/value-words.ts";
import { normalisedValue } from "../support/arbitrary-values.ts";

const owner = (principal: string, role: string | null = null): Json => ({ principal, role });
const tag = (name: string, value: string | null = null): Json => ({ name, value });

describe("a value in words", () => {
  example.each<[FieldKind, Json, string]>([
    ["owners", [owner("alice", "steward"), owner("group:finance")], "alice (steward), group:finance"],
    ["classifications", [tag("pii.email"), tag("ops.tier", "gold")], "pii.email, ops.tier=gold"],
    ["columns.classifications", [tag("pii.email")], "pii.email"],
    ["retention", { duration: "P7Y", basis: "GDPR", legalHold: true }, "P7Y (GDPR, legal hold)"],
    ["retention", { duration: "P7Y", basis: null, legalHold: false }, "P7Y"],
    ["lifecycle", { stage: "deprecated", note: "too slow", replacedBy: "sales.orders" }, "deprecated (too slow, replaced by sales.orders)"],
    ["lifecycle", { stage: "active", note: null, replacedBy: null }, "active"],
    ["schema", { columns: [{ id: "1", name: "id" }, { id: "2", name: "price" }] }, "the columns id, price"],
    ["schema", { columns: [{ id: "1", name: "id" }] }, "the column id"],
    ["sensitivity", "RESTRICTED", "RESTRICTED"],
    ["domain", "sales", '"sales"'],
    ["description", 'What\n"it" is', '"What\\n\\"it\\" is"'],
    ["custom", { cost: 7 }, '{"cost":7}'],
    ["custom", ["a", 1], '"a", 1'],
    ["custom", { principal: "x", duration: "P1D" }, '{"principal":"x","duration":"P1D"}'],
    ["custom", true, "true"],
    ["owners", null, "nothing"],
  ])("%s %j", (kind, value, words) => {
    expect(valueInWords(kind, value)).toBe(words);
  }); // biome-ignore format: a table is read by its columns

  example.each<[FieldKind, Json]>([
    ["owners", "nobody knows"],
    ["retention", "for ever"],
    ["retention", { basis: "GDPR" }],
    ["classifications", [7]],
    ["schema", { columns: "none" }],
  ])("%s %j has not the shape of its field, and stands as it is", (kind, value) => {
    expect(valueInWords(kind, value)).toBe(Array.isArray(value) ? "7" : JSON.stringify(value));
  });

  example("of a long list it says how many more there are", () => {
    const words = valueInWords(
      "owners",
      Array.from({ length: 500 }, (_, n) => owner(`person-${n}`)),
    );
    expect(words).toMatch(/^person-0, person-1, .*, person-\d+ and \d+ more$/);
    const shown = words.split(", ").length;
    expect(words).toContain(`and ${500 - shown} more`);
  });

  test.prop([fc.constantFrom(...FIELD_KINDS).chain((kind) => fc.tuple(fc.constant(kind), normalisedValue(kind)))])(
    "is one line, short, and no JSON where the field has a shape of its own",
    ([kind, value]) => {
      const words = valueInWords(kind, value);
      expect(words).not.toMatch(/[\n\r]/);
      expect(words.length).toBeLessThan(250);
      if (kind !== "custom" && kind !== "description") expect(words).not.toMatch(/[{}[\]]/);
    },
  );
});
