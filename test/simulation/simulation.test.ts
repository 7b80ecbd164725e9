import { describe, expect, test } from "vitest";
import { playCrashes } from "./crashes.ts";
import { playHistory } from "./history.ts";
import { formatCrashPoints, parseOverrides } from "./overrides.ts";
import { REGRESSIONS } from "./regressions.ts";
import { missingEvents, replayCommand, runSeeds } from "./run-seeds.ts";

const CRASHES = [
  { seed: 5, only: "actions=2,tables=1,replicas=1", what: "one process" },
  { seed: 8, only: "actions=2,tables=1,replicas=2", what: "two processes" },
];

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
    const { events, failures, histories } = await runSeeds({ from: 1, count: 300, enough: 3 });
    expect(failures.map((it) => [replayCommand(it.seed), ...it.violations])).toEqual([]);
    expect(histories).toBe(300);
    expect(missingEvents(events)).toEqual([]);
  });

  test.for(CRASHES)(
    "each process dies once at every step that makes a difference: $what",
    {
      timeout: 240_000,
    },
    async ({ only, seed }) => {
      const overrides = parseOverrides(only);
      const { failures, played } = await playCrashes(seed, overrides);
      const told = failures.map(({ crashAt, violations }) => [
        `${replayCommand(seed, overrides)} --crash-at ${formatCrashPoints(crashAt)}`,
        ...violations,
      ]);
      expect(told).toEqual([]);
      expect(played).toBeGreaterThan(50);
    },
  );
});
