import { expect, test } from "vitest";
import { printSummary, summariseTests, type TestFileReport } from "../../scripts/test-summary.ts";

function toFile(name: string, status: string, tests: readonly [string, string, ...string[]][]): TestFileReport {
  const assertionResults = tests.map(([title, state, ...ancestorTitles]) => ({
    title,
    status: state,
    ancestorTitles,
    failureMessages: state === "failed" ? ["Error: it did not write\n    at its place"] : [],
  }));
  return { name, status, assertionResults };
}

test("a run ends with its counts, after what failed, and the skipped suites and their reasons", () => {
  const testResults = [
    toFile("/repo/test/a.test.ts", "failed", [
      ["reads", "passed"],
      ["writes", "failed"],
    ]),
    toFile("/repo/test/b.pg.test.ts", "passed", [
      ["stores", "skipped", "Ledger (skipped: no postgres)", "inner"],
      ["finds", "skipped", "Ledger (skipped: no postgres)"],
      ["later", "todo"],
    ]),
    { ...toFile("/repo/test/c.test.ts", "failed", []), message: "Error: no such module\n    at its place" },
  ];
  expect(printSummary(summariseTests({ testResults }, 1), "/repo").split("\n")).toEqual([
    "",
    "Failed:",
    "  test/a.test.ts: writes",
    "    Error: it did not write",
    "  test/c.test.ts: did not run",
    "    Error: no such module",
    "",
    "",
    "Skipped:",
    "  Ledger (skipped: no postgres): 2 tests in test/b.pg.test.ts",
    "  later: 1 test in test/b.pg.test.ts",
    "",
    "1 passed, 2 failed, 3 skipped",
  ]);
});

test("a file that does not load is a failure although it has no test", () => {
  const testResults = [toFile("/a.test.ts", "passed", [["reads", "passed"]]), toFile("/b.test.ts", "failed", [])];
  expect(summariseTests({ testResults }, 1)).toMatchObject({ passed: 1, failed: 1 });
});

test("an error outside of every file is a failure although each test passed", () => {
  const testResults = [toFile("/a.test.ts", "passed", [["reads", "passed"]])];
  expect(summariseTests({ testResults }, 1).failed).toBe(1);
  expect(summariseTests({ testResults }, 0).failed).toBe(0);
});

test("a run without tests, or with skipped ones alone, is a failure", () => {
  expect(summariseTests({ testResults: [] }, 0).failed).toBe(1);
  const testResults = [toFile("/a.test.ts", "passed", [["reads", "skipped"]])];
  expect(summariseTests({ testResults }, 0)).toMatchObject({ passed: 0, failed: 1, skipped: 1 });
});
