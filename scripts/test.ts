/**
 * Runs the tests and says what ran: which suites were skipped and why, then `N passed, N failed, N skipped` as the last
 * line, counted from Vitest's own report. Fails if a test failed or none ran. Arguments go to Vitest.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { printSummary, summariseTests, type TestReport } from "./test-summary.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const VITEST = join(ROOT, "node_modules/vitest/vitest.mjs");

function runTests(vitestArguments: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), "concordat-test-"));
  try {
    const reportFile = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
    const run = spawnSync(execPath, [VITEST, "run", ...reporters, ...vitestArguments], { cwd: ROOT, stdio: "inherit" });
    const summary = summariseTests(readReport(reportFile), run.status ?? 1);
    console.log(printSummary(summary, ROOT));
    return summary.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): TestReport {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as TestReport;
  } catch (error) {
    console.error(`Vitest left no report: ${String(error)}`);
    return { testResults: [] };
  }
}

process.exitCode = runTests(argv.slice(2));
