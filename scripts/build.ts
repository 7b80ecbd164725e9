/**
 * Builds what a published package runs, into dist or the folder that is named: the sources as JavaScript, and beside
 * them, each in its place, the files that they read. A clone needs none of it. That the types are right is
 * npm run check's to say.
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { argv, execPath } from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = resolve(ROOT, argv[2] ?? "dist");
const PROJECT = join(ROOT, "tsconfig.build.json");
const FOLDERS = "{src,resolvers,sources,sandbox,schema,examples}";

rmSync(DIST, { recursive: true, force: true });
const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
const emit = spawnSync(execPath, [tsc, "--project", PROJECT, "--outDir", DIST], { stdio: "inherit" });
if (emit.status === 0) {
  copyWhatIsRead();
  writePackageFile();
} else {
  process.exitCode = 1;
}

function copyWhatIsRead(): void {
  const files = globSync(`${FOLDERS}/**/*`, { cwd: ROOT, withFileTypes: true, exclude: ["**/*.ts", "**/*.md"] });
  for (const it of files.filter((entry) => entry.isFile())) {
    const path = join(it.parentPath, it.name);
    cpSync(path, join(DIST, relative(ROOT, path)));
  }
}

/** The version that `concordat --version` says, and that the files beside it are modules. */
function writePackageFile(): void {
  const { name, version, type } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  writeFileSync(join(DIST, "package.json"), `${JSON.stringify({ name, version, type, private: true }, null, 2)}\n`);
}
