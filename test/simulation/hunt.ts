import { readFileSync, writeFileSync } from "node:fs";
import { playHistory } from "./history.ts";
import type { Mutant } from "./mutants.ts";
import { huntMutant, runToldTest } from "./run-seeds.ts";

/** Which seed told each planted bug when they were hunted last: where the next hunt begins. */
const FILE = new URL("./caught-by.json", import.meta.url);

export interface Caught {
  /** Undefined where a test told it. */
  readonly seed?: number;
  readonly by: string;
}

export function recordedSeeds(): Readonly<Record<string, number>> {
  return JSON.parse(readFileSync(FILE, "utf8")) as Record<string, number>;
}

export function recordSeed(name: string, seed: number): void {
  const seeds = Object.entries({ ...recordedSeeds(), [name]: seed }).sort(([left], [right]) => (left < right ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(seeds), null, 2)}\n`);
}

/** The first seed that tells the planted bug, the recorded one before all others; undefined if none of `count` does, nor its test. */
export async function hunt(mutant: Mutant, count: number): Promise<Caught | undefined> {
  if (mutant.told) return huntByTest(mutant.told.test, mutant);
  const recorded = recordedSeeds()[mutant.name];
  const known = recorded === undefined ? undefined : await huntFrom(mutant, recorded, 1);
  return known ?? huntFrom(mutant, 1, count);
}

async function huntFrom(mutant: Mutant, from: number, count: number): Promise<Caught | undefined> {
  for (let next = from; next < from + count; ) {
    const failure = await huntMutant(mutant, next, from + count - next);
    if (!failure) return undefined;
    const { seed, violations } = failure;
    // What goes wrong without the bug too tells nothing of it.
    if ((await playHistory(seed)).violations.length === 0) return { seed, by: violations[0] ?? "" };
    next = seed + 1;
  }
  return undefined;
}

/** By that test alone: what fails with the bug because it cannot even be loaded tells nothing either. */
async function huntByTest(test: string, mutant: Mutant): Promise<Caught | undefined> {
  const failed = await runToldTest(mutant);
  return failed.some((it) => it === test) ? { by: `the test "${test}"` } : undefined;
}
