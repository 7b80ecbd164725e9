import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";

const LAUNCHER = fileURLToPath(new URL("../../bin/concordat.js", import.meta.url));
/** Stands for the command line: says what ran it and how. */
const MAIN = "console.log(JSON.stringify({ main: import.meta.filename, told: process.argv.slice(2) }));";
/** Makes the Node that runs the launcher say that it is an old one. */
const OLD_NODE = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"})`;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lays out `files` and the launcher in `packageFolder` of a new temporary folder. */
function layOut(packageFolder: string, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "concordat-launcher-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, packageFolder, "bin/concordat.js");
  mkdirSync(dirname(bin), { recursive: true });
  copyFileSync(LAUNCHER, bin);
  writeFileSync(join(root, packageFolder, "package.json"), '{ "type": "module" }');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, packageFolder, path)), { recursive: true });
    writeFileSync(join(root, packageFolder, path), text);
  }
  return root;
}

function installNode(folder: string): void {
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(process.execPath, join(folder, "node_modules/.bin/node"));
}

function launch(bin: string, nodeArguments: readonly string[] = []): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...nodeArguments, bin, "drift", "--json"], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("The command concordat", () => {
  test("runs the sources in a clone, even beside an old build, and passes on arguments and exit code", async () => {
    const root = layOut("", {
      "src/cli/main.ts": `${MAIN} process.exitCode = 2 as number;`,
      "dist/src/cli/main.js": "",
    });
    const run = await launch(join(root, "bin/concordat.js"));
    expect(JSON.parse(run.stdout)).toMatchObject({ told: ["drift", "--json"] });
    expect(run).toMatchObject({ code: 2, stderr: "" });
  });

  test("runs what was built where it is installed as a package", async () => {
    const root = layOut("node_modules/concordat", { "dist/src/cli/main.js": MAIN });
    const run = await launch(join(root, "node_modules/concordat/bin/concordat.js"));
    expect(run.stdout).toContain("dist/src/cli/main.js");
  });

  test("hands over to the Node that npm installed when it is started on an old one", async () => {
    const root = layOut("node_modules/concordat", { "dist/src/cli/main.js": `${MAIN} process.exitCode = 3;` });
    installNode(root);
    const run = await launch(join(root, "node_modules/concordat/bin/concordat.js"), ["--import", OLD_NODE]);
    expect(JSON.parse(run.stdout)).toMatchObject({ told: ["drift", "--json"] });
    expect(run).toMatchObject({ code: 3, stderr: "" });
  });

  test("says in one line what is needed where there is only an old Node", async () => {
    const root = layOut("", { "src/cli/main.ts": MAIN });
    const run = await launch(join(root, "bin/concordat.js"), ["--import", OLD_NODE]);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^Concordat needs Node 22\.18 .* is 20\.20\.2\./),
    ]);
  });

  test("does not hand over in circles where the installed Node is an old one too", async () => {
    const root = layOut("", { "src/cli/main.ts": MAIN });
    mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
    const old = `#!/bin/sh\nexec "${process.execPath}" --import '${OLD_NODE}' "$@"\n`;
    writeFileSync(join(root, "node_modules/.bin/node"), old, { mode: 0o755 });
    const run = await launch(join(root, "bin/concordat.js"), ["--import", OLD_NODE]);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("Concordat needs Node");
  });
});
