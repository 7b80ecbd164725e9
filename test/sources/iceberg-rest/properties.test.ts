import { describe, expect, test } from "vitest";
import { readProperty, writeProperty } from "../../../sources/iceberg-rest/properties.ts";

describe("the text of a property", () => {
  test("is what other tools of the lakehouse expect", () => {
    expect(
      writeProperty("owners", [
        { principal: "alice", role: "steward" },
        { principal: "bob", role: null },
      ]),
    ).toBe("alice,bob");
    const tags = [
      { name: "pii", value: null },
      { name: "ops.tier", value: "gold=1" },
    ];
    expect(writeProperty("classifications", tags)).toBe('["ops.tier=gold=1","pii"]');
    expect(writeProperty("retention", { duration: "P7Y", basis: null, legalHold: false })).toBe('{"duration":"P7Y"}');
    expect(writeProperty("custom", "plain text")).toBe("plain text");
    expect(writeProperty("custom", "12")).toBe('"12"');
    expect(writeProperty("custom", 12)).toBe("12");
    expect(writeProperty("custom", "007")).toBe("007");
  });

  test("may be written by hand", () => {
    expect(readProperty("owners", " alice , bob,alice,")).toMatchObject({
      value: [{ principal: "alice" }, { principal: "bob" }],
    });
    expect(readProperty("retention", "P7Y")).toMatchObject({ value: { duration: "P7Y", legalHold: false } });
    expect(readProperty("lifecycle", "deprecated")).toMatchObject({ value: { stage: "deprecated" } });
    expect(readProperty("classifications", '["pii.email","ops=1"]')).toMatchObject({
      value: [{ name: "ops", value: "1" }, { name: "pii.email" }],
    });
    expect(readProperty("custom", "12345678901234567890")).toEqual({ state: "value", value: "12345678901234567890" });
  });

  test("that is no value of its field is kept and marked, and an empty one is none", () => {
    expect(readProperty("classifications", "pii, email")).toEqual({
      state: "value",
      value: "pii, email",
      malformed: true,
    });
    expect(readProperty("owners", "Hank Bendickson")).toEqual({
      state: "value",
      value: "Hank Bendickson",
      malformed: true,
    });
    for (const kind of ["owners", "classifications", "retention", "description", "custom"] as const) {
      expect(readProperty(kind, " ")).toEqual({ state: "absent" });
    }
  });
});
