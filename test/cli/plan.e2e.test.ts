import { describe, expect, test } from "vitest";
import type { Answers } from "./gateway-double.ts";
import { type Asked, runAgainst } from "./run-against.ts";
import { ORDERS_ID, planItem } from "./sample-graph.ts";

describe("concordat plan", () => {
  const planOf = (items: object[], more = 0, seen: Asked[] = []): Answers => ({
    query: { plan: (args) => (seen.push(args), { assetsExamined: 61, items, more }) },
  });

  test("ends with 0 where there is nothing to do", async () => {
    const { code, stdout } = await runAgainst(planOf([]), ["plan"]);
    expect(code).toBe(0);
    expect(stdout).toBe("61 assets examined: nothing to do, 0 held back.\n");
  });

  test("ends with 2 where reconcile would write, and says what, where and by which rule", async () => {
    const { code, stdout } = await runAgainst(planOf([planItem("REVERT")]), ["plan"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /REVERT\s+finance\.orders\s+owners\s+lakehouse\s+bob\s+alice \(steward\)\s+owners-from-catalog/,
    );
  });

  test.each(["HOLD", "REVIEW"])("counts %s as nothing to do, and says why nothing is written", async (action) => {
    const { code, stdout } = await runAgainst(planOf([planItem(action, { because: "lakehouse is in mode observe" })]), [
      "plan",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("Would not write 1 value: lakehouse is in mode observe");
  });

  test("does not say that there is nothing to do when it does not know all items", async () => {
    const { code, stdout } = await runAgainst(planOf([planItem("HOLD", { because: "paused" })], 3), [
      "plan",
      "--limit",
      "1",
    ]);
    expect(code).toBe(2);
    expect(stdout).toContain("3 more items left out");
  });

  test("hands on which assets and sources it is about", async () => {
    const seen: Asked[] = [];
    await runAgainst(planOf([], 0, seen), ["plan", ORDERS_ID, "finance.**", "--source", "lakehouse", "--limit", "7"]);
    expect(seen).toEqual([{ scope: { assets: [ORDERS_ID], names: ["finance.**"], sources: ["lakehouse"] }, first: 7 }]);
  });

  test("prints the plan as one JSON document", async () => {
    const { code, stdout } = await runAgainst(planOf([planItem("MIRROR")]), ["plan", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      assetsExamined: 61,
      more: 0,
      items: [
        {
          asset: { id: ORDERS_ID, name: "finance.orders" },
          field: "owners",
          source: "lakehouse",
          authority: "catalog",
          action: "MIRROR",
        },
      ],
    });
  });
});
