import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutants.ts";

const ROOT = new URL("../../", import.meta.url);

type Place = Pick<Mutant, "file" | "find" | "replace">;

/**
 * The files of a bug as they are with the bug in them, by address.
 *
 * @throws Error if what the bug replaces does not stand in its file exactly once.
 */
export function plantedSources({ also, name, ...first }: Mutant): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { file, find, replace } of [first, ...(also ? [also] : [])] satisfies Place[]) {
    const url = new URL(file, ROOT).href;
    const parts = (sources.get(url) ?? readFileSync(fileURLToPath(url), "utf8")).split(find);
    if (parts.length !== 2) throw new Error(`"${name}": its place stands ${parts.length - 1} times in ${file}.`);
    sources.set(url, parts.join(replace));
  }
  return sources;
}

/** From now on, whoever imports its files in this thread gets them with the bug in them. */
export function plant(mutant: Mutant): void {
  const sources = plantedSources(mutant);
  registerHooks({
    load: (loaded, context, next) => {
      const source = sources.get(loaded);
      return source === undefined ? next(loaded, context) : { format: "module-typescript", source, shortCircuit: true };
    },
  });
}
