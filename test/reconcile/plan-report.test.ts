import { afterEach, describe, expect, test } from "vitest";
import type { PlanReport, Scope } from "../../src/ports/gateway.ts";
import { reportPlan } from "../../src/reconcile/plan-report.ts";
import type { RuleText } from "../../src/treaty/treaty-text.ts";
import { CATALOG, EngineHarness, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";

const RETURNS = { kind: "TABLE" as const, name: ["sales", "returns"] };
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

/** Two tables at rest, in the first of which both sides have then been edited. */
async function open(change: Partial<RuleText> = {}): Promise<void> {
  harness = await EngineHarness.open({ rules: rules(change) });
  for (const ref of [ORDERS, RETURNS]) {
    harness.lakehouse.assets.put({ ...ref, fields: { domain: "sales" } });
    harness.catalog.assets.put({ ...ref, fields: { domain: "sales" } });
  }
  await harness.sync();
  harness.catalog.assets.edit(ORDERS, { lifecycle: "active" });
  harness.lakehouse.assets.edit(ORDERS, { domain: "by hand" });
  await harness.scanAll();
}

function plan(scope: Scope = {}, limit = 100): Promise<PlanReport> {
  return reportPlan(harness.engine, scope, limit, new AbortController().signal);
}

describe("what reconcile would do", () => {
  test("is listed field by field with the rule, and nothing is read or written for it", async () => {
    await open();
    const calls = [{ ...harness.catalog.calls }, { ...harness.lakehouse.calls }, await harness.ledger.head()];
    const report = await plan();
    expect(report).toMatchObject({ assetsExamined: 3, more: 0 });
    expect(report.items.toSorted((left, right) => (left.path < right.path ? -1 : 1))).toMatchObject([
      {
        name: "sales.orders",
        path: "domain",
        source: LAKEHOUSE,
        authority: CATALOG,
        action: "REVERT",
        drift: "FOREIGN_WRITE",
        before: "by hand",
        after: "sales",
        rule: "governance",
      },
      {
        name: "sales.orders",
        path: "lifecycle",
        source: LAKEHOUSE,
        action: "MIRROR",
        drift: null,
        before: null,
        after: { stage: "active" },
      },
    ]);
    expect([harness.catalog.calls, harness.lakehouse.calls, await harness.ledger.head()]).toEqual(calls);
    await harness.rest();
    expect((await plan()).items).toEqual([]);
  });

  test.each<[Partial<RuleText>, object]>([
    [{ onForeignWrite: "adopt" }, { action: "ADOPT", source: CATALOG, before: "sales", after: "by hand" }],
    [{ onForeignWrite: "review" }, { action: "REVIEW", source: LAKEHOUSE, because: expect.stringContaining("review") }],
    [{ mode: "observe" }, { action: "HOLD", source: LAKEHOUSE, because: expect.stringContaining("observe") }],
  ])("under %j says what would come of the foreign write", async (change, item) => {
    await open(change);
    expect((await plan()).items.find((it) => it.path === "domain")).toMatchObject(item);
  });

  test("names the authority that would take a value over, were it not only observed", async () => {
    await open({ onForeignWrite: "adopt", mode: { [LAKEHOUSE]: "enforce", [CATALOG]: "observe" } });
    expect((await plan()).items.find((it) => it.path === "domain")).toMatchObject({
      action: "HOLD",
      source: CATALOG,
      before: "sales",
      after: "by hand",
      because: expect.stringContaining("observe"),
    });
  });

  test("is kept to what was asked for, and to a bound", async () => {
    await open();
    expect(await plan({ sources: [CATALOG] })).toMatchObject({ items: [], assetsExamined: 3 });
    expect(await plan({ names: ["sales.returns"] })).toMatchObject({ items: [], assetsExamined: 1 });
    expect((await plan({ assets: [(await harness.state()).asset.id] })).items).toHaveLength(2);
    expect(await plan({}, 1)).toMatchObject({ items: [{}], more: 1 });
  });

  test("tells orphans, of which nothing is written", async () => {
    await open();
    harness.catalog.assets.put({ kind: "TABLE", name: ["old", "table"] });
    await harness.scan(CATALOG);
    await harness.scan(LAKEHOUSE);
    expect((await plan({ names: ["old.**"] })).items).toMatchObject([
      { action: "HOLD", drift: "ORPHAN", source: CATALOG, before: "old.table", after: null },
    ]);
  });
});
