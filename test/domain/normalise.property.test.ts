import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { FIELD_KINDS, type FieldKind } from "../../src/domain/field.ts";
import { equalJson } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";
import { rawValue } from "../support/arbitrary-values.ts";

const kind = fc.constantFrom<FieldKind[]>(...FIELD_KINDS);
const kindAndRaw = kind.chain((it) => rawValue(it).map((raw) => [it, raw] as const));
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  maxDepth: 3,
});

describe("normalise", () => {
  test.prop([kindAndRaw])("normalising twice changes nothing", ([it, raw]) => {
    const once = normalise(it, raw);
    if (!once.ok) throw new Error(once.error);
    expect(normalise(it, once.value)).toEqual(once);
  });

  test.prop([kind, anything])(
    "takes or refuses whatever comes, never throws, and what it takes it takes again unchanged",
    (it, input) => {
      const once = normalise(it, input);
      if (!once.ok) expect(once.error).not.toBe("");
      else expect(normalise(it, once.value)).toEqual(once);
    },
  );

  test.prop([kind, anything])("what it takes survives being stored as JSON", (it, input) => {
    const once = normalise(it, input);
    if (!once.ok) return;
    const text = JSON.stringify(once.value);
    expect(equalJson(JSON.parse(text), once.value)).toBe(true);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])/i);
  });

  test.prop([
    fc
      .constantFrom<FieldKind[]>("owners", "classifications", "columns.classifications")
      .chain((it) => rawValue(it).map((raw) => [it, raw] as const)),
    fc.infiniteStream(fc.nat()),
  ])("the order in which distinct elements are given does not matter", ([it, raw], random) => {
    const distinct = normalise(it, raw);
    if (!distinct.ok || distinct.value === null) return;
    const order = new Map((distinct.value as unknown[]).map((element) => [element, random.next().value]));
    const shuffled = (distinct.value as unknown[]).toSorted(
      (left, right) => (order.get(left) ?? 0) - (order.get(right) ?? 0),
    );
    expect(normalise(it, shuffled)).toEqual(distinct);
  });
});
