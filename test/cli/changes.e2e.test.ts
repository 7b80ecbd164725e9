import { describe, expect, test } from "vitest";
import type { Answers } from "./gateway-double.ts";
import { runAgainst } from "./run-against.ts";
import { change, page } from "./sample-graph.ts";

describe("concordat changes", () => {
  const all = Array.from({ length: 1_203 }, (_, index) => change(index + 1));
  const answers: Answers = { query: { changes: (args) => page(all, args) } };
  const positions = (stdout: string) =>
    (JSON.parse(stdout) as { changes: { cursor: string }[] }).changes.map((it) => it.cursor);

  test("lists the newest entries in their order, across pages", async () => {
    const { stdout } = await runAgainst(answers, ["changes", "--json", "--limit", "700"]);
    expect(positions(stdout)).toEqual(all.slice(503).map((_, index) => `c${index + 504}`));
    expect(JSON.parse(stdout)).toMatchObject({ cursor: "c1203", more: true });
  });

  test("lists what came after a cursor, and says where to go on", async () => {
    const { stdout } = await runAgainst(answers, ["changes", "--after", "c3", "--limit", "2"]);
    expect(stdout).toMatch(/c4 .*text 4/);
    expect(stdout).toMatch(/c5 .*text 5/);
    expect(stdout).toContain("go on with --after c5");
  });

  test("shows what should stand and what does where an entry is about drift, and bare values where it is about a write", async () => {
    const entries = [
      change(1, { kind: "DRIFT_OPENED", before: "finance", after: "sales" }),
      change(2, { kind: "WRITE_APPLIED", before: { description: "old" }, after: { description: "new" } }),
    ];
    const { stdout } = await runAgainst({ query: { changes: (args) => page(entries, args) } }, ["changes"]);
    expect(stdout).toMatch(/DRIFT_OPENED .* wanted finance\s+found sales/);
    expect(stdout).toMatch(/WRITE_APPLIED .* old\s+new/);
  });
});
