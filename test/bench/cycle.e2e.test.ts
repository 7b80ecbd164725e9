import { expect, test } from "vitest";
import { checkCycles, runCycles } from "../../bench/cycle.ts";

/** The smaller sister of `npm run bench -- cycle`. */
const TABLES = 2_000;
const DRIFTS = 200;

test("a cycle finds every drift and nothing else, writes nothing at rest, and costs what changed", async () => {
  const cycles = await runCycles(TABLES, DRIFTS);
  checkCycles(cycles);
  expect(cycles.found.toSorted()).toEqual(cycles.planted.toSorted());
  expect(cycles.found).toHaveLength(DRIFTS);
  // What scans note at rest: when each binding was seen last, and how the two scans ended.
  expect(cycles.rest.bookkeeping["source"]).toBe(2);
  expect(cycles.ten.peakMb).toBeLessThan(512);
}, 600_000);
