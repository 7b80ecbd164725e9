/** The part of Vitest's JSON report that counts. */
export interface TestReport {
  readonly testResults: readonly TestFileReport[];
}
export interface TestFileReport {
  readonly name: string;
  readonly status: string;
  /** What went wrong outside of its tests. */
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly ancestorTitles: readonly string[];
    readonly title: string;
    readonly status: string;
    readonly failureMessages?: readonly string[];
  }[];
}
export interface SkippedSuite {
  readonly file: string;
  readonly title: string;
  readonly tests: number;
}
export interface FailedTest {
  readonly file: string;
  readonly title: string;
  /** The first line of what went wrong. */
  readonly message: string;
}
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failedTests: readonly FailedTest[];
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
  const failedTests = report.testResults.flatMap(findFailed);
  return { passed, failed: failed + unexplained, skipped: tests.filter(isSkipped).length, failedTests, skippedSuites };
}

/** What failed, the skipped suites with the reason that their titles give, then the counts, which are the last line. */
export function printSummary(summary: TestSummary, root: string): string {
  const within = (file: string): string =>
    file.startsWith(root) ? file.slice(root.length).replace(/^[\\/]/, "") : file;
  const failed = summary.failedTests.map((it) => `  ${within(it.file)}: ${it.title}\n    ${it.message}`);
  const skipped = summary.skippedSuites.map(
    (it) => `  ${it.title}: ${it.tests} ${it.tests === 1 ? "test" : "tests"} in ${within(it.file)}`,
  );
  const counts = `${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`;
  return [...toList("Failed:", failed), ...toList("Skipped:", skipped), counts].join("\n");
}

function toList(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines, ""];
}

function findFailed(file: TestFileReport): readonly FailedTest[] {
  if (isBroken(file)) return [{ file: file.name, title: "did not run", message: firstLine(file.message) }];
  return file.assertionResults
    .filter((it) => it.status === "failed")
    .map(({ ancestorTitles, failureMessages, title }) => ({
      file: file.name,
      title: [...ancestorTitles, title].join(" > "),
      message: firstLine(failureMessages?.[0]),
    }));
}

function firstLine(message = ""): string {
  return message.split("\n", 1)[0] ?? "";
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
