import { describe, expect, test } from "vitest";
import type { Answers } from "./gateway-double.ts";
import { runAgainst } from "./run-against.ts";
import { explanation, ORDERS_ID } from "./sample-graph.ts";

describe("concordat explain", () => {
  const answers: Answers = {
    query: {
      asset: (args) => (args["name"] === "finance.orders" ? { id: ORDERS_ID } : null),
      explain: (args) => {
        if (args["field"] !== "owners") throw new Error("no such field");
        return explanation;
      },
    },
  };

  test("says who decides, what each source holds, by which rule and since when", async () => {
    const { code, stdout } = await runAgainst(answers, ["explain", "finance.orders", "owners"]);
    expect(code).toBe(0);
    expect(stdout).toContain("finance.orders owners  DRIFTED");
    expect(stdout).toContain(explanation.decision);
    expect(stdout).toContain("Last changed 2026-03-01 12:00:00 by alice in catalog: left the team (cursor c7).");
    expect(stdout).toMatch(/lakehouse\s+mirror\s+OBSERVE\s+none\s+none/);
    expect(stdout).toMatch(/owners-from-catalog\s+yes/);
    expect(stdout).toMatch(/the-rest\s+no/);
  });

  test("prints it as JSON, and takes an id as well as a name", async () => {
    const { stdout } = await runAgainst(answers, ["explain", ORDERS_ID, "owners", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      asset: { id: ORDERS_ID },
      field: { authority: "catalog", mirrors: ["lakehouse"] },
    });
  });

  test("ends with 1 for an asset that there is not", async () => {
    const { code, stderr } = await runAgainst(answers, ["explain", "finance.nothing", "owners"]);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no asset "finance.nothing".');
  });
});
