import { expect, test } from "vitest";
import type { Json } from "../../src/domain/json.ts";
import { CATALOG, EngineHarness, heldBy, ORDERS } from "../support/engine-harness.ts";

const [EMAIL, TIER] = ["pii.email", "ops.tier"].map((name) => ({ name, value: null })) as [Json, Json];

test("what its authority takes away by one rule does not come back while another rule of the same authority asks about a first sight (P5)", async () => {
  const all = { mode: "enforce", authority: "catalog", mirrors: ["lakehouse"], onForeignWrite: "revert" } as const;
  await using harness = await EngineHarness.open({
    rules: [
      { ...all, name: "all", fields: ["*"], onConflict: "authority", onFirstSight: "union" },
      {
        ...all,
        name: "ops",
        fields: ["classifications"],
        elements: ["ops.*"],
        onConflict: "authority",
        onFirstSight: "review",
      },
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
