import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import { formatName, parseName } from "../../src/domain/name.ts";

const segment = fc.string({
  minLength: 1,
  maxLength: 6,
  unit: fc.constantFrom("a", "B", "7", ".", '"', " ", "\n", "é", "_", "-", "*"),
});

describe("names", () => {
  test.prop([fc.array(segment, { minLength: 1, maxLength: 5 })])("what is formatted is parsed back", (segments) => {
    expect(parseName(formatName(segments))).toEqual(segments);
  });

  test.prop([fc.string({ maxLength: 12, unit: fc.constantFrom("a", ".", '"', " ", "b") })])(
    "what can be parsed is formatted to a name of the same segments",
    (text) => {
      let segments: string[];
      try {
        segments = parseName(text);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        return;
      }
      expect(parseName(formatName(segments))).toEqual(segments);
      expect(segments.every((it) => it !== "")).toBe(true);
    },
  );

  example.each(["", ".", "a.", ".a", "a..b", "a b", 'a"b', '"a', '"".b'])(
    "%j is no name, and the error says where",
    (text) => {
      expect(() => parseName(text)).toThrow(/Not a name/);
    },
  );

  example("a plain name stays as it is, an odd segment is quoted", () => {
    expect(formatName(["sales", "orders"])).toBe("sales.orders");
    expect(formatName(["a.b", 'c"d', "e f"])).toBe('"a.b"."c""d"."e f"');
    expect(() => formatName([])).toThrow(TypeError);
    expect(() => formatName(["a", ""])).toThrow(TypeError);
  });
});
