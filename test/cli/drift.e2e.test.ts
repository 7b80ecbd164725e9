import { describe, expect, test } from "vitest";
import type { Answers } from "./gateway-double.ts";
import { type Asked, runAgainst } from "./run-against.ts";
import { drift, page } from "./sample-graph.ts";

describe("concordat drift", () => {
  const all = Array.from({ length: 1_203 }, (_, index) => drift(index));
  const seen: Asked[] = [];
  const answers: Answers = { query: { drift: (args) => (seen.push(args), page(all, args)) } };

  test("reads as many pages as it takes", async () => {
    const { code, stdout } = await runAgainst(answers, ["drift", "--json", "--limit", "5000"]);
    const printed = JSON.parse(stdout) as { drift: { found: { principal: string }[] }[]; more: boolean };
    expect(code).toBe(0);
    expect(printed.drift.map((it) => it.found[0]?.principal)).toEqual(all.map((_, index) => `bob${index}`));
    expect(printed.more).toBe(false);
  });

  test("stops at its limit and says that there is more", async () => {
    const { stdout } = await runAgainst(answers, ["drift", "--limit", "2"]);
    expect(stdout).toContain("The first 2 drifts: 2 FOREIGN_WRITE.");
    expect(stdout).toContain("There is more");
  });

  test("hands on its filters in the graph's words", async () => {
    seen.length = 0;
    const filters = [
      "--kind",
      "foreign-write",
      "--kind",
      "CONFLICT",
      "--state",
      "open",
      "--field",
      "columns.*",
      "--since",
      "2026-03-01",
    ];
    await runAgainst(answers, ["drift", "finance.**", ...filters, "--limit", "1"]);
    expect(seen[0]?.["filter"]).toEqual({
      names: ["finance.**"],
      kinds: ["FOREIGN_WRITE", "CONFLICT"],
      states: ["OPEN"],
      fields: ["columns.*"],
      since: "2026-03-01T00:00:00.000Z",
    });
  });

  test("says so where there is none", async () => {
    const { stdout } = await runAgainst({ query: { drift: (args) => page([], args) } }, ["drift"]);
    expect(stdout).toBe("No drift.\n");
  });
});
