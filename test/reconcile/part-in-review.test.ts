import { describe, expect, test } from "vitest";
import { updateSource } from "../../src/delivery/update-source.ts";
import type { Json } from "../../src/domain/json.ts";
import { lookAgain } from "../../src/reconcile/look-again.ts";
import type { Mode } from "../../src/treaty/decision.ts";
import type { RuleText } from "../../src/treaty/treaty-text.ts";
import { CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";

const EMAIL: Json = { name: "pii.email", value: null };
const TIER: Json = { name: "ops.tier", value: null };
const RULE = { mode: "enforce", authority: "catalog", mirrors: ["lakehouse"] } as const;
const MANNERS = { onForeignWrite: "revert", onConflict: "authority" } as const;
const ALL = { ...RULE, ...MANNERS, name: "all", fields: ["*"], onFirstSight: "union" } as const;
const OPS = { ...RULE, ...MANNERS, name: "ops", fields: ["classifications"], elements: ["ops.*"] };

/** The lakehouse has a tag of the one rule, which asks about a first sight, and the catalog one of the other. */
async function open(ops: Partial<RuleText> = {}): Promise<EngineHarness> {
  const harness = await EngineHarness.open({ rules: [ALL, { ...OPS, onFirstSight: "review", ...ops }] });
  harness.lakehouse.assets.put({ ...ORDERS, fields: { classifications: [TIER] } });
  harness.catalog.assets.put({ ...ORDERS, fields: { classifications: [EMAIL] } });
  await harness.sync();
  expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER, EMAIL]);
  return harness;
}

test("what its authority takes away by one rule does not come back while another rule of the same authority asks about a first sight (P5)", async () => {
  await using harness = await open();
  harness.catalog.assets.edit(ORDERS, { classifications: null });
  await harness.sync();
  expect(heldBy(harness.catalog, "classifications")).toBeNull();
  expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER]);
  expect((await harness.log("FIELD_CHANGED")).filter((it) => it.source === CATALOG)).toHaveLength(1);
  expect(await harness.drifts()).toMatchObject([{ kind: "FIRST_SIGHT", state: "IN_REVIEW", found: [TIER] }]);
});

describe("what has never been compared is a first sight, whatever else its authority has had of the field (P7)", () => {
  test.each<[string, readonly RuleText[]]>([
    ["its rule is taken out of the treaty", [ALL]],
    ["its rule is for others from now on", [ALL, { ...OPS, elements: ["ops.cost*"] }]],
  ])("where %s", async (_, rules) => {
    await using harness = await open();
    await harness.startWith(rules);
    await lookAgain(harness.engine);
    await harness.sync();
    expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER, EMAIL]);
    expect(heldBy(harness.catalog, "classifications")).toEqual([TIER, EMAIL]);
  });

  test("where it was another authority's, and that one's alone", async () => {
    await using harness = await open({ authority: "lakehouse", mirrors: [] });
    await harness.startWith([ALL]);
    await lookAgain(harness.engine);
    await harness.sync();
    expect(heldBy(harness.catalog, "classifications")).toEqual([TIER, EMAIL]);
  });

  test("where the authority cannot be asked when the treaty changes", async () => {
    await using harness = await open();
    await harness.startWith([ALL]);
    const set = (mode: Mode): Promise<boolean> =>
      updateSource(harness.engine, CATALOG, (it) => ({ record: { ...it, mode } }));
    await set("pause");
    harness.lakehouse.assets.edit(ORDERS, { description: "Orders" });
    await harness.scan(LAKEHOUSE);
    await harness.work();
    await set("enforce");
    await lookAgain(harness.engine);
    await harness.sync();
    expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER, EMAIL]);
  });
});

test("a rule by another name takes over the base of the elements that it takes over", async () => {
  await using harness = await open();
  harness.catalog.assets.edit(ORDERS, { classifications: null });
  await harness.startWith([
    { ...ALL, name: "main" },
    { ...OPS, onFirstSight: "review" },
  ]);
  await lookAgain(harness.engine);
  await harness.sync();
  expect(heldBy(harness.catalog, "classifications")).toBeNull();
  expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER]);
});
