import { fc, test } from "@fast-check/vitest";
import canonicalize from "canonicalize";
import { expect, test as plainTest } from "vitest";
import type { Change } from "../../src/domain/change.ts";
import type { Json } from "../../src/domain/json.ts";
import { decodeChange, encodeChange } from "../../src/domain/log-entry.ts";

const anyText = fc.string({ unit: "binary", maxLength: 8 });
const anyJson = fc.jsonValue({ noUnicodeString: false, stringUnit: "binary" } as never) as fc.Arbitrary<Json>;
const anyChange = (text: fc.Arbitrary<string>): fc.Arbitrary<Change> =>
  fc.record(
    {
      kind: fc.constant("FIELD_CHANGED" as const),
      at: text,
      actor: fc.record({ kind: fc.constant("person" as const), id: text }),
      position: fc.nat(),
      before: anyJson,
      after: anyJson,
      reason: text,
      detail: anyJson,
    },
    { requiredKeys: ["kind", "at", "actor", "position"] },
  );

test.prop([anyChange(anyText)])("an entry is decoded to what was encoded", (entry) => {
  expect(decodeChange(encodeChange(entry))).toEqual(JSON.parse(JSON.stringify(entry)));
});

test.prop([anyChange(anyText)])("equal entries have equal bytes, whatever the order of their properties", (entry) => {
  const shuffled = Object.fromEntries(Object.entries(entry).toReversed()) as object as Change;
  expect(encodeChange(shuffled)).toEqual(encodeChange(entry));
});

test.prop([anyChange(fc.string({ unit: fc.constantFrom("a", "\ud800", "\udc00", "\u0000", "é") }))])(
  "bytes and text agree: encoding what was decoded gives the same bytes",
  (entry) => {
    const bytes = encodeChange(entry);
    expect(encodeChange(decodeChange(bytes))).toEqual(bytes);
  },
);

const text = (entry: object): string => new TextDecoder().decode(encodeChange(entry as Change));

const anyKey = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 4 }),
  fc.constantFrom("10", "9", "1a", "__proto__", "toJSON"),
);
const anyValue = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, -0, 1e21, "é", "\u2028"),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(anyKey, tie("value")), { selector: ([key]) => key, maxLength: 4 }).map(Object.fromEntries),
  ) as fc.Arbitrary<Json>,
})).value;

test.prop([anyValue])("the bytes are those of a known RFC 8785 implementation", (after) => {
  const entry = { kind: "FIELD_CHANGED", position: 1, at: "", actor: { kind: "gateway", id: "g" }, after } as Change;
  expect(new TextDecoder().decode(encodeChange(entry))).toBe(canonicalize(entry));
});

plainTest("the bytes are those of RFC 8785: sorted keys, shortest numbers, no spaces, UTF-8", () => {
  const after = {
    "€": "\u20ac$\u000F\u000aA'\"\\/",
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0],
    "\r": 1,
    a: { c: null, b: true },
  };
  expect(text({ kind: "FIELD_CHANGED", position: 1, after })).toBe(
    '{"after":{"\\r":1,"a":{"b":true,"c":null},"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"€":"€$\\u000f\\nA\'\\"\\\\/"},"kind":"FIELD_CHANGED","position":1}',
  );
});

plainTest("a lone surrogate becomes the replacement character, in keys too", () => {
  expect(text({ kind: "FIELD_CHANGED", position: 1, after: { "k\ud800": ["\udfff"] } })).toContain(
    '{"k\ufffd":["\ufffd"]}',
  );
});

plainTest("what is no entry is told apart", () => {
  expect(() => encodeChange({ kind: "FIELD_CHANGED", position: 1, after: Number.NaN } as object as Change)).toThrow(
    /is no JSON/,
  );
  for (const bad of ["", "{", "[]", "1", '{"kind":"X"}', '{"position":1}']) {
    expect(() => decodeChange(new TextEncoder().encode(bad))).toThrow(TypeError);
  }
  expect(() => decodeChange(Uint8Array.of(0xff, 0x7b))).toThrow(/Not a log entry/);
});
