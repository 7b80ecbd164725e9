import { describe, expect, test } from "vitest";
import { playHistory } from "./history.ts";
import { REGRESSIONS } from "./regressions.ts";
import { missingEvents, replayCommand, runSeeds } from "./run-seeds.ts";

describe("simulated histories", () => {
  test("the same seed gives the same history, to the last step", async () => {
    const [first, second] = [await playHistory(11), await playHistory(11)];
    expect(second.hash).toBe(first.hash);
    expect((await playHistory(12)).hash).not.toBe(first.hash);
  });

  test.for(REGRESSIONS)("what once went wrong stays right: $found (seed $seed)", async ({ seed }) => {
    expect((await playHistory(seed)).violations, replayCommand(seed)).toEqual([]);
  });

  test("300 histories hold every invariant, and everything that is to happen in them happens", {
    timeout: 240_000,
  }, async () => {
    const { events, failures, histories } = await runSeeds({ from: 1, count: 300, stride: 1, enough: 3 });
    expect(failures.map((it) => [replayCommand(it.seed), ...it.violations])).toEqual([]);
    expect(histories).toBe(300);
    expect(missingEvents(events)).toEqual([]);
  });

  test("a process may die at any step", { timeout: 120_000 }, async () => {
    for (let crashAt = 1; crashAt < 1_200; crashAt += 23) {
      const { violations } = await playHistory(5, { crashAt });
      expect(violations, `${replayCommand(5)} --crash-at ${crashAt}`).toEqual([]);
    }
  });
});
