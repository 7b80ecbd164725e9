import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { diffElement, equalElements, rebase } from "../../src/domain/diff.ts";
import type { Elements } from "../../src/domain/elements.ts";
import { equalJson, type Json } from "../../src/domain/json.ts";

/** Few values, so that equal ones are common; objects with their keys in either order are equal. */
const value: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  "a",
  "b",
  1,
  { x: 1, y: "b" },
  { y: "b", x: 1 },
  ["a"],
  false,
);
const reading = fc.option(value, { nil: undefined, freq: 2 });
const elements: fc.Arbitrary<Elements> = fc
  .dictionary(fc.constantFrom("k", "l", "m"), value, { noNullPrototype: true })
  .map((it) => new Map(Object.entries(it)));

describe("diffElement", () => {
  test.prop([reading, value])("is in sync or converged where both sides are equal, whatever the base", (base, side) => {
    expect(["in-sync", "converged"]).toContain(diffElement(base, side, side));
    expect(diffElement(base, undefined, undefined)).toBe(base === undefined ? "in-sync" : "converged");
  });

  test.prop([reading, reading, reading])("swaps what each side did when the sides are swapped", (base, left, right) => {
    const swapped = { "authority-changed": "foreign-write", "foreign-write": "authority-changed" } as const;
    const diff = diffElement(base, left, right);
    const expected = diff === "authority-changed" || diff === "foreign-write" ? swapped[diff] : diff;
    expect(diffElement(base, right, left)).toBe(expected);
  });

  test.prop([reading, reading, reading])("names the one row of the table that holds", (base, authority, mirror) => {
    const moved = [!equalJson(base, authority), !equalJson(base, mirror)].join();
    const rows: Readonly<Record<string, string>> = {
      "false,false": "in-sync",
      "true,false": "authority-changed",
      "false,true": "foreign-write",
      "true,true": equalJson(authority, mirror) ? "converged" : "conflict",
    };
    expect(diffElement(base, authority, mirror)).toBe(rows[moved]);
  });
});

describe("rebase", () => {
  test.prop([elements, elements, elements])(
    "takes nothing that neither was the base nor stands on both sides",
    (base, left, right) => {
      const next = rebase(base, left, right);
      for (const key of new Set([...base.keys(), ...left.keys(), ...right.keys(), ...next.keys()])) {
        const isAgreed = equalJson(left.get(key), right.get(key));
        expect(equalJson(next.get(key), isAgreed ? left.get(key) : base.get(key))).toBe(true);
      }
    },
  );

  test.prop([elements, elements, elements])(
    "done twice is done once, and the sides may be swapped",
    (base, left, right) => {
      const next = rebase(base, left, right);
      expect(equalElements(rebase(next, left, right), next)).toBe(true);
      expect(equalElements(rebase(base, right, left), next)).toBe(true);
    },
  );

  test.prop([elements, elements])("with equal sides is what both hold", (base, side) => {
    expect(equalElements(rebase(base, side, side), side)).toBe(true);
  });
});

describe("equalElements", () => {
  test.prop([elements, elements])("is equality of keys and values", (left, right) => {
    const keys = new Set([...left.keys(), ...right.keys()]);
    const isEqual = [...keys].every(
      (key) => left.has(key) && right.has(key) && equalJson(left.get(key), right.get(key)),
    );
    expect(equalElements(left, right)).toBe(isEqual);
    expect(equalElements(right, left)).toBe(isEqual);
  });
});
