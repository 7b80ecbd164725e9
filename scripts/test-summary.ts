/** The part of Vitest's JSON report that counts. */
export interface TestReport {
  readonly testResults: readonly TestFileReport[];
}
export interface TestFileReport {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly {
    readonly ancestorTitles: readonly string[];
    readonly title: string;
    readonly status: string;
  }[];
}
export interface SkippedSuite {
  readonly file: string;
  readonly title: string;
  readonly tests: number;
}
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skippedSuites: readonly SkippedSuite[];
}

/**
 * Counts what ran. A file that failed outside of its tests (it did not load, a hook threw) is one failure more, and so
 * is a run that ended badly with nothing in the report to show for it, or in which no test ran at all.
 */
export function summariseTests(report: TestReport, exitCode: number): TestSummary {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const brokenFiles = report.testResults.filter(isBroken).length;
  const passed = tests.filter((it) => it.status === "passed").length;
  const failed = tests.filter((it) => it.status === "failed").length + brokenFiles;
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : 0;
  const skippedSuites = report.testResults.flatMap(findSkippedSuites);
  return { passed, failed: failed + unexplained, skipped: tests.filter(isSkipped).length, skippedSuites };
}

/** The skipped suites with the reason that their titles give, then the counts, which are the last line. */
export function printSummary(summary: TestSummary, root: string): string {
  const lines = summary.skippedSuites.map((it) => {
    const file = it.file.startsWith(root) ? it.file.slice(root.length).replace(/^[\\/]/, "") : it.file;
    return `  ${it.title}: ${it.tests} ${it.tests === 1 ? "test" : "tests"} in ${file}`;
  });
  const list = lines.length === 0 ? [] : ["", "Skipped:", ...lines, ""];
  return [...list, `${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`].join("\n");
}

function isBroken(file: TestFileReport): boolean {
  return file.status === "failed" && !file.assertionResults.some((it) => it.status === "failed");
}

function isSkipped(test: { readonly status: string }): boolean {
  return test.status !== "passed" && test.status !== "failed";
}

/** One per outermost suite that has skipped tests; a skipped test outside of any suite stands for itself. */
function findSkippedSuites(file: TestFileReport): readonly SkippedSuite[] {
  const countByTitle = new Map<string, number>();
  for (const it of file.assertionResults.filter(isSkipped)) {
    const title = it.ancestorTitles.find((ancestor) => ancestor.includes("(skipped: ")) ?? it.ancestorTitles[0];
    const key = title ?? it.title;
    countByTitle.set(key, (countByTitle.get(key) ?? 0) + 1);
  }
  return [...countByTitle].map(([title, tests]) => ({ file: file.name, title, tests }));
}
