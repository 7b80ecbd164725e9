import { describe, expect, test } from "vitest";
import { parseDurationMs } from "../../src/domain/duration.ts";

describe("Durations of fixed length", () => {
  test.each([
    ["PT10M", 600_000],
    ["PT1H", 3_600_000],
    ["P1DT12H", 129_600_000],
    ["P2W", 1_209_600_000],
    ["PT0S", 0],
    ["PT1.5S", 1_500],
  ])("%s are %i milliseconds", (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each(["", "P", "PT", "10m", "P1Y", "P1M", "PT1M30", "P-1D", "pt1h", "PT1H ", `P${"9".repeat(20)}D`])(
    "%j is none",
    (text) => {
      expect(parseDurationMs(text)).toBeUndefined();
    },
  );
});
