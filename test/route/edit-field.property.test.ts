import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import { fromElements, toElements } from "../../src/domain/elements.ts";
import { FIELD_KINDS, type FieldKind } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";
import { cannotHold, editField, partsOfEdit } from "../../src/route/edit-field.ts";
import type { Part } from "../../src/treaty/decision.ts";
import { CATALOG, LAKEHOUSE, rule } from "../plan/field-case-fixture.ts";
import { normalisedValue, rawValue } from "../support/arbitrary-values.ts";

const ONE: readonly Part[] = [{ rule: rule({ name: "one" }) }];
const isOps = (key: string): boolean => key.startsWith("ops.");
const TWO: readonly [Part, Part] = [
  { rule: rule({ name: "ops", authority: LAKEHOUSE }), claims: isOps },
  { rule: rule({ name: "rest", authority: CATALOG }) },
];
const tags = normalisedValue("classifications");
const settable = FIELD_KINDS.filter((it) => it !== "schema");
const kindAndValues = fc
  .constantFrom<FieldKind[]>(...settable)
  .chain((kind) => fc.tuple(fc.constant(kind), normalisedValue(kind), rawValue(kind)));
const elementKind = fc
  .constantFrom<FieldKind[]>("owners", "classifications")
  .chain((kind) => fc.tuple(fc.constant(kind), normalisedValue(kind), rawValue(kind) as fc.Arbitrary<unknown[]>));

function edited(
  kind: FieldKind,
  edit: Parameters<typeof editField>[1],
  parts: readonly Part[],
  current: readonly Json[],
) {
  const result = editField(kind, edit, parts, current);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function union(...values: readonly Json[]): Json {
  return fromElements(
    "classifications",
    new Map(values.flatMap((it) => [...toElements("classifications", it, false)])),
    false,
  );
}

describe("editField with one authority", () => {
  test.prop([kindAndValues])(
    "set gives the normalised value, and says whether that changes anything",
    ([kind, current, raw]) => {
      const { isChange, value } = edited(kind, { op: "set", value: raw }, ONE, [current]);
      const wanted = normalise(kind, raw);
      expect(wanted.ok && wanted.value).toEqual(value);
      expect(isChange).toBe(JSON.stringify(value) !== JSON.stringify(current));
    },
  );

  test.prop([elementKind])(
    "add keeps what is there, replaces by key, and done twice is done once",
    ([kind, current, elements]) => {
      const first = edited(kind, { op: "add", elements }, ONE, [current]);
      const before = toElements(kind, current, false);
      const added = normalise(kind, elements);
      const wanted = new Map([...before, ...toElements(kind, added.ok ? added.value : null, false)]);
      expect(first.value).toEqual(fromElements(kind, wanted, false));
      expect(edited(kind, { op: "add", elements }, ONE, [first.value])).toMatchObject({
        isChange: false,
        value: first.value,
      });
    },
  );

  test.prop([elementKind, fc.nat(3)])(
    "remove takes away exactly the keys named, and done twice is done once",
    ([kind, current], at) => {
      const keys = [...toElements(kind, current, false).keys()];
      const gone = [` ${keys[at % Math.max(1, keys.length)] ?? "nobody"} `, "nobody"];
      const first = edited(kind, { op: "remove", keys: gone }, ONE, [current]);
      expect([...toElements(kind, first.value, false).keys()]).toEqual(keys.filter((it) => it !== gone[0]?.trim()));
      expect(edited(kind, { op: "remove", keys: gone }, ONE, [first.value]).isChange).toBe(false);
    },
  );

  example("removing the last element leaves none", () => {
    expect(edited("owners", { op: "remove", keys: ["a"] }, ONE, [[{ principal: "a", role: null }]])).toMatchObject({
      value: null,
      isChange: true,
    });
  });

  example("more elements than a field may have are refused", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ principal: `p${index}`, role: null }));
    const result = editField("owners", { op: "add", elements: ["one-more"] }, ONE, [many]);
    expect(result).toMatchObject({ ok: false, error: { code: "INVALID_VALUE" } });
  });
});

describe("editField with several authorities", () => {
  test.prop([tags, tags, tags])(
    "set changes one authority's elements, or is refused because it would change both",
    (ops, rest, wanted) => {
      const result = editField("classifications", { op: "set", value: wanted ?? [] }, TWO, [ops, rest]);
      const mine = (value: Json, whose: boolean): string =>
        JSON.stringify([...toElements("classifications", value, false)].filter(([key]) => isOps(key) === whose));
      const changes = [mine(wanted, true) !== mine(ops, true), mine(wanted, false) !== mine(rest, false)];
      if (changes[0] && changes[1]) {
        expect(result).toMatchObject({ ok: false, error: { code: "INVALID_INPUT" } });
        return;
      }
      if (!result.ok) throw new Error(result.error.message);
      const { part, value, isChange, composed } = result.value;
      expect(isChange).toBe(changes[0] || changes[1]);
      if (isChange) expect(part).toBe(changes[0] ? TWO[0] : TWO[1]);
      const whose = part === TWO[0];
      expect(mine(value, whose)).toBe(mine(wanted, whose));
      expect(mine(value, !whose)).toBe(mine(whose ? ops : rest, !whose));
      expect(composed).toEqual(wanted);
    },
  );

  test.prop([tags, tags])("what a source holds of the other's elements is left as it is", (ops, rest) => {
    const { part, value } = edited("classifications", { op: "add", elements: ["ops.new"] }, TWO, [ops, rest]);
    expect(part.rule.name).toBe("ops");
    expect(value).toEqual(union(ops, [{ name: "ops.new", value: null }]));
    expect(edited("classifications", { op: "add", elements: [{ name: "new" }] }, TWO, [ops, rest]).part.rule.name).toBe(
      "rest",
    );
  });

  example("names whose authorities must answer: those of the elements named, else all", () => {
    expect(partsOfEdit({ op: "add", elements: ["ops.x"] }, TWO)).toEqual([TWO[0]]);
    expect(partsOfEdit({ op: "add", elements: [{ name: "pii" }] }, TWO)).toEqual([TWO[1]]);
    expect(partsOfEdit({ op: "remove", keys: [" ops.x ", "pii"] }, TWO)).toEqual(TWO);
    expect(partsOfEdit({ op: "set", value: ["ops.x"] }, TWO)).toEqual(TWO);
    expect(partsOfEdit({ op: "add", elements: [7] }, TWO)).toEqual(TWO);
    expect(partsOfEdit({ op: "remove", keys: [] }, TWO)).toEqual(TWO);
  });
});

describe("cannotHold", () => {
  example.each<[Json, "one" | "many", readonly "role"[], RegExp | undefined]>([
    [[{ principal: "a", role: null }], "one", ["role"], undefined],
    [[{ principal: "a", role: "x" }], "many", [], undefined],
    [[{ principal: "a", role: "x" }], "many", ["role"], /role/],
    [
      [
        { principal: "a", role: null },
        { principal: "b", role: null },
      ],
      "one",
      [],
      /one element/,
    ],
    [null, "one", ["role"], undefined],
  ])("%j in a source with room for %s that omits %j", (value, cardinality, omits, because) => {
    const found = cannotHold("owners", value, { field: "owners", kinds: ["TABLE"], write: true, cardinality, omits });
    if (because) expect(found).toMatch(because);
    else expect(found).toBeUndefined();
  });
});
