import { fc, test } from "@fast-check/vitest";
import stringWidth from "string-width";
import { describe, expect } from "vitest";
import { formatTable } from "../../src/cli/table.ts";

const plain = (_style: string, text: string): string => text;
const cell = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.string({ unit: "binary", maxLength: 60 }));
const rows = fc
  .integer({ min: 1, max: 6 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
const toColumns = (table: readonly (readonly string[])[]) =>
  (table[0] ?? []).map((_, index) => ({ title: `T${index}` }));

describe("A table", () => {
  test.prop([rows, fc.integer({ min: 60, max: 200 })])(
    "is never wider than the terminal, and keeps a line a row",
    (table, width) => {
      const lines = formatTable(toColumns(table), table, width, plain);
      expect(lines).toHaveLength(table.length + 1);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    },
  );

  test.prop([rows])("lets nothing through that is no printable text", (table) => {
    for (const line of formatTable(toColumns(table), table, undefined, plain))
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  test.prop([rows])("cuts nothing where there is no terminal", (table) => {
    const columns = toColumns(table);
    const wide = formatTable(columns, table, undefined, plain);
    expect(formatTable(columns, table, 100_000, plain)).toEqual(wide);
  });

  test.prop([fc.array(fc.stringMatching(/^[a-z0-9]{30}$/), { minLength: 1, maxLength: 4 })])(
    "never cuts a column that people copy",
    (ids) => {
      const lines = formatTable(
        [{ title: "CURSOR", whole: true }, { title: "TEXT" }],
        ids.map((it) => [it, "x".repeat(100)]),
        60,
        plain,
      );
      for (const [index, id] of ids.entries()) expect(lines[index + 1]).toContain(id);
    },
  );
});
