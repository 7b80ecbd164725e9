import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { meaningOf, readProperty, writeProperty } from "../../../sources/iceberg-rest/properties.ts";
import type { FieldKind } from "../../../src/domain/field.ts";
import type { Json } from "../../../src/domain/json.ts";
import { normalise } from "../../../src/domain/normalise.ts";

const text = fc.string({ unit: "binary", maxLength: 30 });
const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,20}$/);
const principal = fc.stringMatching(/^[^\s,]{1,30}$/);

/** Inputs of each kind; some are no values, and those are left out. */
const INPUTS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  owners: fc.array(
    principal.map((it) => ({ principal: it, role: null })),
    { maxLength: 5 },
  ),
  classifications: fc.array(fc.record({ name, value: fc.option(text) }), { maxLength: 5 }),
  retention: fc.record({
    duration: fc.constantFrom("P7Y", "P30D", "PT1H"),
    basis: fc.option(text),
    legalHold: fc.boolean(),
  }),
  lifecycle: fc.record({ stage: text, note: fc.option(text), replacedBy: fc.option(text) }),
  domain: text,
  description: text,
  sensitivity: text,
  custom: fc.oneof(
    text,
    fc.jsonValue(),
    fc.jsonValue().map((it) => JSON.stringify(it)),
    fc.constantFrom("007", "1.0", "1e5", "null", " 1"),
  ),
};

describe("a property", () => {
  for (const [kind, input] of Object.entries(INPUTS)) {
    test.prop([input])(`holds every value of ${kind} and gives it back`, (it) => {
      const normal = normalise(kind as FieldKind, it);
      fc.pre(normal.ok && normal.value !== null);
      const value = (normal.ok ? normal.value : null) as Json;
      expect(readProperty(kind as FieldKind, writeProperty(kind as FieldKind, value))).toEqual({
        state: "value",
        value,
      });
    });

    test.prop([text])(`with any text is a normal value of ${kind}, none, or malformed`, (it) => {
      const reading = readProperty(kind as FieldKind, it);
      if (reading.state !== "value") expect(reading).toEqual({ state: "absent" });
      else if (!reading.malformed)
        expect(normalise(kind as FieldKind, reading.value)).toEqual({ ok: true, value: reading.value });
      else expect(reading.value).toBe(it.toWellFormed());
    });
  }

  test("of somebody else means nothing", () => {
    for (const it of [
      "owner-note",
      "concordat",
      "concordat.",
      "concordat.custom.",
      "concordat.custom.1x",
      "concordat.columns.x.classifications",
      "concordat.else",
      "__proto__",
    ]) {
      expect(meaningOf(it)).toBeUndefined();
    }
  });
});
