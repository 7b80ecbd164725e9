import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hunt, recordedSeeds } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";

/** Seeds within which each bug must be told; each is by the one that is recorded, unless the histories have changed since. */
const SEEDS = 2_000;

test("every planted bug is told by some history, or by its test where the simulation does not play what it is in", {
  timeout: 900_000,
}, async () => {
  const recorded = recordedSeeds();
  const histories = MUTANTS.filter((it) => !it.told);
  expect(histories.length).toBeGreaterThanOrEqual(25);
  expect(Object.keys(recorded).sort()).toEqual(histories.map((it) => it.name).sort());
  const queue = [...MUTANTS];
  const survivors: string[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift())
      if (!(await hunt(mutant, SEEDS))) survivors.push(mutant.name);
  };
  await Promise.all([work(), work()]);
  expect(survivors).toEqual([]);
});

test("what judges the engine shares no code with it", () => {
  for (const file of [
    "answer-oracle",
    "base-oracle",
    "elements",
    "existence-oracle",
    "guard-oracle",
    "known-write",
    "landed-oracle",
    "rest-oracle",
    "scan-oracle",
    "subscriber",
    "told-at-rest",
    "told-oracle",
    "treaty-oracle",
    "work-oracle",
    "write-oracle",
  ]) {
    const text = readFileSync(new URL(`./${file}.ts`, import.meta.url), "utf8");
    const imported = [
      ...text.matchAll(/^import (?!type )([^;]*?) from "(\.\.\/\.\.\/(?:src|sources|resolvers)\/[^"]*)"/gm),
    ];
    // The subscriber is the feed under test.
    const judged = file === "subscriber" ? ["../../src/log/change-feed.ts"] : [];
    expect(
      imported.map((it) => it[2]),
      file,
    ).toEqual(judged);
  }
});
