/** Holds every import against the rows of .dependency-cruiser.mjs; exit code 1 if one is not allowed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["src", "resolvers", "sources", "sandbox", "bench", "scripts", "test"];

export interface Boundaries {
  /** Our own files that were read, and the imports found in them. */
  readonly files: number;
  readonly imports: number;
  /** One line each: rule, importing file, imported file. */
  readonly violations: readonly string[];
}

/**
 * @param root the folder that holds src, resolvers and so on.
 * @throws Error if no file or no import was found: then the parser did not read TypeScript, and nothing was checked.
 */
export async function checkBoundaries(root: string): Promise<Boundaries> {
  const options = await extractOptions(join(ROOT, ".dependency-cruiser.mjs"));
  const folders = FOLDERS.filter((it) => existsSync(join(root, it)));
  const { output } = await cruise(folders, { ...options, validate: true, baseDir: root });
  if (typeof output === "string") throw new Error("dependency-cruiser answered with text in place of its result");
  return toBoundaries(output);
}

function toBoundaries({ modules, summary }: ICruiseResult): Boundaries {
  const own = modules.filter((it) => it.source.endsWith(".ts") && !it.source.startsWith("node_modules/"));
  const imports = own.reduce((sum, it) => sum + it.dependencies.length, 0);
  if (own.length === 0 || imports === 0) {
    throw new Error(
      `Nothing was checked: ${own.length} TypeScript files, ${imports} imports found. Is @swc/core there?`,
    );
  }
  const violations = summary.violations.map((it) => `${it.rule.name}: ${it.from} → ${it.to}`);
  return { files: own.length, imports, violations };
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const { files, imports, violations } = await checkBoundaries(ROOT);
  for (const it of violations) console.error(it);
  console.log(`${violations.length} imports out of bounds, of ${imports} in ${files} files`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
