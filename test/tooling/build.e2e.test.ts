import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

test("a package built from the sources runs without them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "concordat-build-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await run(process.execPath, [join(ROOT, "scripts/build.ts"), join(folder, "dist")]);
  for (const file of ["bin", "package.json"]) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const concordat = (...told: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, [join(folder, "bin/concordat.js"), ...told], { cwd: folder });
  expect((await concordat("--version")).stdout.trim()).toBe(packageJson.version);
  expect((await concordat("check", "--config", join(ROOT, "examples/demo/concordat.yaml"))).stdout).toContain("owners");
}, 120_000);
