import { describe, expect, test } from "vitest";
import type { Answers } from "./gateway-double.ts";
import { type Asked, runAgainst } from "./run-against.ts";
import { page } from "./sample-graph.ts";

const ID = `review:${"0".repeat(26)}`;
const common = { id: ID, state: "OPEN", source: { name: "lakehouse" }, because: "rule r asks", openedAt: "2026-03-01T12:00:00.000Z", closedAt: null, version: "v1", decided: null }; // biome-ignore format: one glance
const field = {
  __typename: "FieldReview", ...common, kind: "FIELD", asset: { id: "asset:1", name: "finance.orders" }, field: "domain", authority: { name: "catalog" },
  authorityValue: "sales", mirrorValue: "hr", rule: "r",
}; // biome-ignore format: one glance
const count = { changes: 5, assets: 5 };
const guard = { __typename: "GuardReview", ...common, kind: "GUARD", effect: "REMOVAL", spent: count, bound: count, total: 7, listed: 7 }; // biome-ignore format: one glance

describe("concordat reviews", () => {
  test("says of each what is asked", async () => {
    const answers: Answers = { query: { reviews: (args) => page([field, guard], args) } };
    const { code, stdout } = await runAgainst(answers, ["reviews"]);
    expect(code).toBe(0);
    expect(stdout).toContain("finance.orders domain: catalog holds sales, lakehouse hr");
    expect(stdout).toContain("7 removals held back, after 5 of 5");
    expect(stdout).toContain("2 reviews. Answer with: concordat decide");
  });

  test("says so where there is none", async () => {
    const { stdout } = await runAgainst({ query: { reviews: (args) => page([], args) } }, ["reviews"]);
    expect(stdout).toBe("No reviews.\n");
  });
});

describe("concordat decide", () => {
  const seen: Asked[] = [];
  const decided = { ...field, state: "DECIDED", decided: { decision: "VALUE", by: { id: "ann" }, at: "2026-03-01T12:00:00.000Z", reason: null } }; // biome-ignore format: one glance
  const answers: Answers = {
    mutation: {
      decideReviews: (args) => (seen.push(args), { results: [{ review: decided, userErrors: [] }], userErrors: [] }),
    },
  };

  test("hands on the answer, and shows what it came to", async () => {
    const { code, stdout } = await runAgainst(answers, [
      "decide", ID, "value", "--value", '"mine"', "--reason", "because", "--seen", "v1", "--key", "k",
    ]); // biome-ignore format: one glance
    expect(code).toBe(0);
    expect(stdout).toContain("VALUE by ann");
    expect(seen[0]?.["input"]).toEqual({
      decisions: [{ review: ID, decision: "VALUE", value: "mine", reason: "because", expectedVersion: "v1", idempotencyKey: "k" }],
    }); // biome-ignore format: one glance
  });

  test("fails with what the gateway says where somebody was quicker", async () => {
    const userErrors = [{ code: "ALREADY_DECIDED", message: "bob has decided it", path: ["review"] }];
    const refusing = {
      mutation: { decideReviews: () => ({ results: [{ review: null, userErrors }], userErrors: [] }) },
    };
    const { code, stderr } = await runAgainst(refusing, ["decide", ID, "AUTHORITY"]);
    expect(code).toBe(1);
    expect(stderr).toContain("ALREADY_DECIDED: bob has decided it");
  });

  test("without an answer shows what a guard held back", async () => {
    const change = { asset: { id: "asset:1", name: "finance.orders" }, field: "domain", effect: "REMOVAL", before: "sales", after: null }; // biome-ignore format: one glance
    const node = { ...guard, changes: page([change], { first: 50 }) };
    const { code, stdout } = await runAgainst({ query: { node: () => node } }, ["decide", ID]);
    expect(code).toBe(0);
    expect(stdout).toContain("finance.orders");
    expect(stdout).toContain("7 changes listed of 7 held back.");
  });

  test("refuses an answer that is none", async () => {
    const { code, stderr } = await runAgainst({}, ["decide", ID, "maybe"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Expected one of AUTHORITY");
  });
});
