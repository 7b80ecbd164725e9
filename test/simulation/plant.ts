import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutants.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * From now on, whoever imports the file in this thread gets it with the bug in it.
 *
 * @throws Error if what the bug replaces does not stand in the file exactly once.
 */
export function plant({ file, find, name, replace }: Mutant): void {
  const url = new URL(file, ROOT).href;
  const parts = readFileSync(fileURLToPath(url), "utf8").split(find);
  if (parts.length !== 2) throw new Error(`"${name}": its place stands ${parts.length - 1} times in ${file}.`);
  const source = parts.join(replace);
  registerHooks({
    load: (loaded, context, next) =>
      loaded === url ? { format: "module-typescript", source, shortCircuit: true } : next(loaded, context),
  });
}
