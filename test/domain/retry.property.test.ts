import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import { retryDelayMs } from "../../src/domain/retry.ts";

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("retryDelayMs", () => {
  test.prop([
    fc.integer({ min: 1, max: 2_000 }),
    random,
    fc.integer({ min: 1, max: 10_000 }),
    fc.integer({ min: 1, max: 100_000 }),
  ])("lies below the cap and below the doubled base, however often it was tried", (attempt, it, baseMs, capMs) => {
    const delay = retryDelayMs(attempt, it, baseMs, capMs);
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThan(Math.min(capMs, baseMs * 2 ** (attempt - 1)));
  });

  example("spreads over the whole of a window that doubles with every attempt", () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelayMs(attempt, 0.5))).toEqual([250, 500, 1_000, 2_000]);
    expect(retryDelayMs(3, 0)).toBe(0);
    expect(retryDelayMs(60, 0.999)).toBeCloseTo(59_940);
  });

  example.each([
    [0, 0.5],
    [-1, 0.5],
    [Number.NaN, 0.5],
    [1, 1],
    [1, -0.1],
    [1, Number.NaN],
  ])("refuses attempt %d with randomness %d", (attempt, it) => {
    expect(() => retryDelayMs(attempt, it)).toThrow(RangeError);
  });
});
