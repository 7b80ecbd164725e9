import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { findBrokenRules } from "../../scripts/source-rules.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LONG = Array.from({ length: 60 }, (_, index) => `  it += ${index};`).join("\n");

/** Each breaks one rule: the rule, the file, its text. */
const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["typescript(no-floating-promises)", "src/cli/a.ts", "Promise.resolve(1);"],
  ["typescript(no-misused-promises)", "src/cli/b.ts", "[1].forEach(async () => {});"],
  [
    "typescript(switch-exhaustiveness-check)",
    "src/cli/c.ts",
    'export function f(it: "a" | "b"): void {\n  switch (it) {\n    case "a":\n      break;\n  }\n}',
  ],
  ["typescript(no-explicit-any)", "src/cli/d.ts", "export const it: any = 1;"],
  ["typescript(ban-ts-comment)", "src/cli/e.ts", "// @ts-ignore\nexport const it = 1;"],
  ["import(no-cycle)", "src/cli/f.ts", 'import { g } from "./g.ts";\nexport const f = (): unknown => g;'],
  ["import(no-cycle)", "src/cli/g.ts", 'import { f } from "./f.ts";\nexport const g = (): unknown => f;'],
  ["import(no-default-export)", "src/cli/h.ts", "export default 1;"],
  ["oxc(no-barrel-file)", "src/cli/i.ts", 'export * from "./f.ts";'],
  ["unicorn(prefer-node-protocol)", "src/cli/j.ts", 'import { join } from "path";\nexport const it = join;'],
  ["unicorn(filename-case)", "src/cli/camelCase.ts", "export const it = 1;"],
  ["eslint(max-lines)", "src/cli/k.ts", "export const it = 1;\n".concat("\n// more".repeat(400))],
  ["eslint(max-lines-per-function)", "src/cli/l.ts", `export function f(it: number): void {\n${LONG}\n}`],
  ["eslint(no-restricted-properties)", "src/cli/m.ts", 'export const it = process.env["HOME"];'],
  ["eslint(no-restricted-imports)", "src/cli/n.ts", 'import { env } from "node:process";\nexport const it = env;'],
  ["eslint(no-restricted-properties)", "src/domain/a.ts", "export const it = Date.now();"],
  ["eslint(no-restricted-properties)", "src/treaty/b.ts", "export const it = Math.random();"],
  ["eslint(no-restricted-globals)", "src/route/c.ts", "setTimeout(() => undefined, 1);"],
  ["eslint(no-restricted-globals)", "src/reconcile/d.ts", "setInterval(() => undefined, 1);"],
  ["eslint(no-restricted-globals)", "src/log/e.ts", 'export const it = globalThis.fetch("https://example.org");'],
  ["eslint(no-restricted-globals)", "src/access/f.ts", 'export const it = process.env["HOME"];'],
  ["eslint(no-restricted-globals)", "src/plan/g.ts", "export const it = crypto.randomUUID();"],
  ["eslint(no-restricted-globals)", "src/delivery/h.ts", "export const it = performance.now();"],
  ["eslint(no-restricted-imports)", "src/ingest/i.ts", 'import { randomUUID } from "node:crypto";\nrandomUUID();'],
];

/** @returns `rule file` for each problem that the project's own configuration finds in the planted files. */
async function lintPlanted(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "concordat-lint-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  const compilerOptions = { strict: true, target: "es2024", module: "nodenext", types: [], noEmit: true };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  for (const [, file, text] of PLANTED) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  }
  const oxlint = join(ROOT, "node_modules/oxlint/bin/oxlint");
  const run = promisify(execFile)(process.execPath, [oxlint, "--type-aware", "--format=json"], { cwd: folder });
  const { stdout } = await run.catch((failure: { readonly stdout: string }) => failure);
  const report = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  return report.diagnostics.map((it) => `${it.code} ${it.filename}`);
}

describe("The linter", () => {
  test("finds one violation planted for each rule of the style", async () => {
    const found = await lintPlanted();
    expect(PLANTED.map(([rule, file]) => `${rule} ${file}`).filter((it) => !found.includes(it))).toEqual([]);
  });

  test("is joined by a search for clock reads in the core, which lets a given time be converted", () => {
    const source = 'const a = new Date(0);\n// é\nconst b = new Date();\nconst c = new Date;\nconst d = Date() + "";\n';
    expect(findBrokenRules("src/route/a.ts", source).map((it) => it.line)).toEqual([3, 4, 5]);
    expect(findBrokenRules("src/server/a.ts", source)).toEqual([]);
  });

  test("is joined by a search for syntax that Node 22.18 cannot run", () => {
    const source = "export async function f(): Promise<void> {\n  using a = b;\n  await using c = d;\n}\n";
    expect(findBrokenRules("src/cli/a.ts", source).map((it) => it.line)).toEqual([2, 3]);
  });
});
