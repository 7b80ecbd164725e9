/**
 * The one check, for people and CI: runs every step, also after one has failed, and says at the end which failed.
 * With --no-tests it leaves out the tests that take time, for who has just run them.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { argv, execPath } from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A part of the tests that costs nothing: a change of the sources can leave a planted bug without its place. */
const PLANTED = "planted bugs fit the sources";

/** What is checked, and the Node program with its arguments that does: a package's own, by path, or one of ours. */
const STEPS: readonly (readonly [title: string, program: string, ...programArguments: string[]])[] = [
  ["format and import order", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  ["lint", "node_modules/oxlint/bin/oxlint", "--type-aware", "--deny-warnings"],
  ["what the linter cannot tell", "scripts/source-rules.ts"],
  ["types", "node_modules/typescript/bin/tsc", "--noEmit"],
  ["boundaries", "scripts/boundaries.ts"],
  ["dead code and dependencies", "node_modules/knip/bin/knip.js", "--no-progress", "--no-config-hints"],
  ["generated resolver types are current", "node_modules/@graphql-codegen/cli/esm/bin.js", "--check"],
  ["generated JSON Schemas are current", "scripts/config-schema.ts", "--check"],
  ["no breaking change of the graph", "scripts/sdl-breaking.ts"],
  ["lock file names every platform", "scripts/lock-platforms.ts", "--check"],
  [PLANTED, "node_modules/vitest/vitest.mjs", "run", "test/simulation/planted-places.test.ts"],
  ["tests", "scripts/test.ts"],
];

function runSteps(withTests: boolean): readonly string[] {
  const failed: string[] = [];
  for (const [title, program, ...programArguments] of STEPS) {
    if ((title === "tests" && !withTests) || (title === PLANTED && withTests)) continue;
    console.log(`\n— ${title}`);
    const run = spawnSync(execPath, [join(ROOT, program), ...programArguments], { cwd: ROOT, stdio: "inherit" });
    if (run.status !== 0) failed.push(title);
  }
  return failed;
}

const failed = runSteps(!argv.includes("--no-tests"));
console.log(failed.length === 0 ? "\nAll checks passed" : `\nFailed: ${failed.join("; ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
