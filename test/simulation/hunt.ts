import { readFileSync, writeFileSync } from "node:fs";
import type { Mutant } from "./mutants.ts";
import { type Failure, huntMutant } from "./run-seeds.ts";

/** Which seed told each planted bug when they were hunted last: where the next hunt begins. */
const FILE = new URL("./caught-by.json", import.meta.url);

export function recordedSeeds(): Readonly<Record<string, number>> {
  return JSON.parse(readFileSync(FILE, "utf8")) as Record<string, number>;
}

export function recordSeed(name: string, seed: number): void {
  const seeds = Object.entries({ ...recordedSeeds(), [name]: seed }).sort(([left], [right]) => (left < right ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(seeds), null, 2)}\n`);
}

/** The first seed that tells the planted bug, the recorded one before all others; undefined if none of `count` does. */
export async function hunt(mutant: Mutant, count: number): Promise<Failure | undefined> {
  const recorded = recordedSeeds()[mutant.name];
  const known = recorded === undefined ? undefined : await huntMutant(mutant, recorded, 1);
  return known ?? huntMutant(mutant, 1, count);
}
