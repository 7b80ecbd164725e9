import { describe, expect, test } from "vitest";
import { type Asked, runAgainst } from "./run-against.ts";
import {} from "./sample-graph.ts";

describe("concordat reconcile", () => {
  const payload = { marked: 2, settled: true, userErrors: [] };

  test("waits until the work has come to rest", async () => {
    const seen: Asked[] = [];
    const { code, stdout } = await runAgainst({ mutation: { reconcile: (args) => (seen.push(args), payload) } }, [
      "reconcile",
      "finance.*",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("2 assets reconciled");
    expect(seen).toEqual([{ input: { scope: { names: ["finance.*"] }, wait: true } }]);
  });

  test("ends with 1 where not all came to rest in time", async () => {
    const { code, stdout } = await runAgainst({ mutation: { reconcile: () => ({ ...payload, settled: false }) } }, [
      "reconcile",
      "--json",
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ marked: 2, settled: false });
  });

  test("does not wait where it is told so", async () => {
    const { code, stdout } = await runAgainst({ mutation: { reconcile: () => ({ ...payload, settled: null }) } }, [
      "reconcile",
      "--no-wait",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("2 assets marked");
  });

  test("tells a refusal with its code and ends with 1", async () => {
    const userErrors = [
      { code: "SOURCE_NOT_FOUND", message: 'There is no source "nowhere".', path: ["scope", "sources", "0"] },
    ];
    const { code, stdout, stderr } = await runAgainst({ mutation: { reconcile: () => ({ ...payload, userErrors }) } }, [
      "reconcile",
    ]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain('SOURCE_NOT_FOUND: There is no source "nowhere". (scope.sources.0)');
  });
});
