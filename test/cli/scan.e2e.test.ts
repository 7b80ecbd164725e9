import { describe, expect, test } from "vitest";
import type { Answers } from "./gateway-double.ts";
import { runAgainst } from "./run-against.ts";
import { scanReport } from "./sample-graph.ts";

describe("concordat scan", () => {
  const reportsOf = (...reports: object[]): Answers => ({
    mutation: { scan: () => ({ reports, userErrors: [] }) },
    query: { sources: () => [] },
  });

  test("tells what each scan found", async () => {
    const { code, stdout } = await runAgainst(reportsOf(scanReport()), ["scan"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/lakehouse\s+complete\s+28\s+2\s+0\s+1\s+0\s+1\.2 s/);
  });

  test("ends with 1 and says why where a scan did not see everything", async () => {
    const error = { code: "unreachable", message: "connection refused", retryAfterMs: null };
    const { code, stdout } = await runAgainst(reportsOf(scanReport({ complete: false, error })), ["scan"]);
    expect(code).toBe(1);
    expect(stdout).toContain("lakehouse: unreachable: connection refused");
    expect(stdout).toContain("Nothing was concluded");
  });

  test("prints the reports as JSON", async () => {
    const { stdout } = await runAgainst(reportsOf(scanReport()), ["scan", "lakehouse", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject([{ source: "lakehouse", complete: true, assets: 28, tookMs: 1234 }]);
  });

  test("shows how far it is on one line of a terminal, and takes the line away", async () => {
    const looked = Promise.withResolvers<void>();
    const answers: Answers = {
      mutation: { scan: async () => (await looked.promise, { reports: [scanReport()], userErrors: [] }) },
      query: { sources: () => [{ name: "lakehouse", scanning: true, scanned: 17 }] },
    };
    const onStderr = (text: string) => void (text.includes("17 assets") && looked.resolve());
    const { stderr, stdout } = await runAgainst(answers, ["scan"], { terminal: 120, onStderr });
    expect(stderr).toContain("\r\u001b[2KScanning lakehouse: 17 assets …");
    expect(stderr.endsWith("\r\u001b[2K")).toBe(true);
    expect(stdout).toContain("complete");
  });

  test("writes plain lines into a pipe, without any control character", async () => {
    const { stderr } = await runAgainst(reportsOf(scanReport()), ["scan"]);
    expect(stderr).toBe("Scanning …\n");
  });
});
