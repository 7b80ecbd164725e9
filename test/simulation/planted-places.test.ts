import { expect, test } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { plantedSources } from "./plant.ts";

test("there are bugs enough, each has a name of its own, and what it replaces stands exactly once in its file", () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
  expect(new Set(MUTANTS.map((it) => it.name)).size).toBe(MUTANTS.length);
  for (const it of MUTANTS) expect(() => plantedSources(it), it.name).not.toThrow();
});
