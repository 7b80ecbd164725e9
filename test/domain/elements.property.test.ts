import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { equalElements } from "../../src/domain/diff.ts";
import { fromElements, projectElements, toElements } from "../../src/domain/elements.ts";
import { FIELD_KINDS, type FieldKind } from "../../src/domain/field.ts";
import { equalJson, isJsonObject } from "../../src/domain/json.ts";
import { normalisedValue } from "../support/arbitrary-values.ts";

const kindAndValue = fc
  .constantFrom<FieldKind[]>(...FIELD_KINDS)
  .chain((it) => normalisedValue(it).map((value) => [it, value] as const));
const holds = fc.record({
  cardinality: fc.constantFrom("one" as const, "many" as const),
  omits: fc.constantFrom([], ["role" as const]),
});

describe("elements", () => {
  test.prop([kindAndValue])("a value taken as a whole comes back as it was", ([kind, value]) => {
    expect(equalJson(fromElements(kind, toElements(kind, value, true), true), value)).toBe(true);
  });

  test.prop([kindAndValue])("a value taken apart and put together is as it was", ([kind, value]) => {
    expect(equalJson(fromElements(kind, toElements(kind, value, false), false), value)).toBe(true);
  });

  test.prop([kindAndValue])("none has no elements, and nothing else has none", ([kind, value]) => {
    expect(toElements(kind, value, false).size === 0).toBe(value === null);
    expect(toElements(kind, value, true).size === 0).toBe(value === null);
  });

  test.prop([kindAndValue, holds])("projecting twice is projecting once, and adds no element", ([kind, value], it) => {
    const elements = toElements(kind, value, false);
    const projected = projectElements(elements, it);
    expect(equalElements(projectElements(projected, it), projected)).toBe(true);
    expect([...projected.keys()].every((key) => elements.has(key))).toBe(true);
    if (it.cardinality === "one") expect(projected.size).toBeLessThanOrEqual(1);
    else expect(projected.size).toBe(elements.size);
    if (it.omits.length > 0)
      for (const element of projected.values())
        expect(isJsonObject(element) ? (element["role"] ?? null) : null).toBe(null);
  });
});
