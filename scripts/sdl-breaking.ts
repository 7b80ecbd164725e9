/**
 * Holds the graph's contract against that of the last release: exit code 1 if a client of that release could break.
 *
 *   node scripts/sdl-breaking.ts            compares schema/*.graphql with docs/released-schema.graphql
 *   node scripts/sdl-breaking.ts --release  writes that file, as part of a release
 */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSchema, findBreakingChanges, lexicographicSortSchema, printSchema } from "graphql";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RELEASED = join(ROOT, "docs/released-schema.graphql");

/**
 * @param released and `current`: SDL.
 * @returns what a client of `released` may have used and `current` lacks or demands, one sentence each.
 * @throws GraphQLError if either is not valid SDL.
 */
export function findSdlBreaks(released: string, current: string): readonly string[] {
  return findBreakingChanges(buildSchema(released), buildSchema(current)).map((it) => it.description);
}

function readCurrent(): string {
  const files = globSync("schema/*.graphql", { cwd: ROOT });
  if (files.length === 0) throw new Error("Nothing was checked: there is no schema/*.graphql");
  return files
    .toSorted()
    .map((it) => readFileSync(join(ROOT, it), "utf8"))
    .join("\n");
}

function checkSdl(): number {
  const current = readCurrent();
  if (argv.includes("--release")) {
    writeFileSync(RELEASED, `${printSchema(lexicographicSortSchema(buildSchema(current)))}\n`);
    return 0;
  }
  if (!existsSync(RELEASED)) {
    const types = Object.keys(buildSchema(current).getTypeMap()).length;
    console.log(`The schema is valid (${types} types); nothing to compare it with before the first release`);
    return 0;
  }
  const breaks = findSdlBreaks(readFileSync(RELEASED, "utf8"), current);
  for (const it of breaks) console.error(`Breaks clients of the last release: ${it}`);
  console.log(`${breaks.length} breaking changes since the last release`);
  return breaks.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) process.exitCode = checkSdl();
