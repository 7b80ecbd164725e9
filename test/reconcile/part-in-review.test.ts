import { expect, test } from "vitest";
import type { Json } from "../../src/domain/json.ts";
import { CATALOG, EngineHarness, heldBy, ORDERS } from "../support/engine-harness.ts";

const EMAIL: Json = { name: "pii.email", value: null };
const TIER: Json = { name: "ops.tier", value: null };
const RULE = { mode: "enforce", authority: "catalog", mirrors: ["lakehouse"] } as const;
const MANNERS = { onForeignWrite: "revert", onConflict: "authority" } as const;

test("what its authority takes away by one rule does not come back while another rule of the same authority asks about a first sight (P5)", async () => {
  const ops = { fields: ["classifications"], elements: ["ops.*"] };
  await using harness = await EngineHarness.open({
    rules: [
      { ...RULE, ...MANNERS, name: "all", fields: ["*"], onFirstSight: "union" },
      { ...RULE, ...MANNERS, name: "ops", ...ops, onFirstSight: "review" },
    ],
  });
  harness.lakehouse.assets.put({ ...ORDERS, fields: { classifications: [TIER] } });
  harness.catalog.assets.put({ ...ORDERS, fields: { classifications: [EMAIL] } });
  await harness.sync();
  expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER, EMAIL]);
  harness.catalog.assets.edit(ORDERS, { classifications: null });
  await harness.sync();
  expect(heldBy(harness.catalog, "classifications")).toBeNull();
  expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER]);
  expect((await harness.log("FIELD_CHANGED")).filter((it) => it.source === CATALOG)).toHaveLength(1);
  expect(await harness.drifts()).toMatchObject([{ kind: "FIRST_SIGHT", state: "IN_REVIEW", found: [TIER] }]);
});
