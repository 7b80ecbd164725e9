import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type Glob, globMatcher, parseNameGlob, parseTextGlob } from "../../src/domain/glob.ts";
import { intersectGlobs } from "../../src/domain/glob-intersection.ts";
import { formatName, parseName } from "../../src/domain/name.ts";

const piece = fc.constantFrom("a", "b", "*", "**", "ab", "a*", "*b", "**a", "a**b", "*a*");
const namePattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((it) => it.join("."));
const textPattern = fc
  .array(fc.constantFrom("a", "b", ".", "*"), { minLength: 1, maxLength: 6 })
  .map((it) => it.join(""));
const name = fc
  .array(
    fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 3 }).map((it) => it.join("")),
    { minLength: 1, maxLength: 5 },
  )
  .map((it) => it.join("."));
const oddName = fc.array(fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom("a", ".", '"', " ", "*") }), {
  minLength: 1,
  maxLength: 4,
});

/** The plainest reading of the language, by a regular expression. */
function toRegExp(pattern: string, within: string): RegExp {
  const source = pattern.replaceAll(/\*+|\./g, (it) => (it === "." ? "\\." : it === "*" ? within : "[^]*"));
  return new RegExp(`^${source}$`);
}

/** Every name over a and b of up to `length` characters. */
function* namesUpTo(length: number, prefix = ""): Generator<string> {
  if (prefix !== "" && !prefix.endsWith(".")) yield prefix;
  if (prefix.length === length) return;
  for (const next of prefix === "" || prefix.endsWith(".") ? "ab" : "ab.") yield* namesUpTo(length, prefix + next);
}
const UNIVERSE = [...namesUpTo(7)];

describe("Matching", () => {
  test.prop([namePattern, name])("agrees with the regular expression of a pattern of names", (pattern, subject) => {
    expect(globMatcher(parseNameGlob(pattern))(subject)).toBe(toRegExp(pattern, "[^.]*").test(subject));
  });

  test.prop([textPattern, name])(
    "agrees with the regular expression of a pattern of other texts",
    (pattern, subject) => {
      expect(globMatcher(parseTextGlob(pattern))(subject)).toBe(toRegExp(pattern, "[^]*").test(subject));
    },
  );

  test.prop([oddName])("every name matches itself as a pattern, quoted", (segments) => {
    const quoted = segments.map((it) => `"${it.replaceAll('"', '""')}"`).join(".");
    expect(globMatcher(parseNameGlob(quoted))(formatName(segments))).toBe(true);
    expect(globMatcher(parseNameGlob(segments.map(() => "*").join(".")))(formatName(segments))).toBe(true);
  });
});

describe("Intersection", () => {
  test.prop([namePattern, namePattern], { numRuns: 300 })(
    "is found exactly where a name matches both, and is a shortest one",
    (left, right) => {
      const [a, b]: [Glob, Glob] = [parseNameGlob(left), parseNameGlob(right)];
      const [isA, isB] = [globMatcher(a), globMatcher(b)];
      const witness = intersectGlobs(a, b);
      const shortest = UNIVERSE.filter((it) => isA(it) && isB(it)).sort((x, y) => x.length - y.length)[0];
      if (witness === undefined) expect(shortest).toBeUndefined();
      else {
        expect([isA(witness), isB(witness), formatName(parseName(witness))]).toEqual([true, true, witness]);
        if (shortest !== undefined) expect(witness.length).toBeLessThanOrEqual(shortest.length);
      }
    },
  );

  test.prop([textPattern, textPattern])("of other texts keeps within the bounds", (left, right) => {
    const bounds = { maxLength: 8, begins: (it: string) => it !== "." };
    const [a, b] = [parseTextGlob(left), parseTextGlob(right)];
    const [isA, isB] = [globMatcher(a), globMatcher(b)];
    const witness = intersectGlobs(a, b, bounds);
    if (witness === undefined) expect(UNIVERSE.some((it) => isA(it) && isB(it))).toBe(false);
    else expect(isA(witness) && isB(witness) && witness.length <= 8 && !witness.startsWith(".")).toBe(true);
  });

  test.prop([oddName, namePattern])("of a quoted name and a pattern is that name, or nothing", (segments, pattern) => {
    const quoted = segments.map((it) => `"${it.replaceAll('"', '""')}"`).join(".");
    const witness = intersectGlobs(parseNameGlob(quoted), parseNameGlob(pattern));
    expect(witness).toBe(globMatcher(parseNameGlob(pattern))(formatName(segments)) ? formatName(segments) : undefined);
  });
});
