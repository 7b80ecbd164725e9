import { expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import { EngineHarness, ORDERS } from "../support/engine-harness.ts";
import { MemorySource } from "../support/memory-source.ts";

const EMAIL = { name: "pii.email", value: null };
const TIER = { name: "ops.tier", value: null };
const TEAM = { name: "ops.team", value: null };

/** The lakehouse decides on classifications, but for those of `ops.*`: the catalog does, which can make no records. */
async function open(
  atLakehouse: readonly object[] = [EMAIL],
  atThird: readonly object[] = [EMAIL, TIER],
): Promise<{ readonly harness: EngineHarness; readonly third: MemorySource }> {
  const third = new MemorySource({
    id: parseSourceId("third"),
    role: "catalog",
    capabilities: { provesExistence: false },
  });
  const all = {
    mirrors: ["third"], mode: "enforce",
    onForeignWrite: "revert", onConflict: "authority", onFirstSight: "authority",
  } as const; // biome-ignore format: one glance
  const rules = [
    { ...all, name: "all", fields: ["*"], authority: "lakehouse" },
    { ...all, name: "ops", fields: ["classifications"], authority: "catalog", elements: ["ops.*"] },
  ];
  const harness = await EngineHarness.open({ rules, more: [third], catalog: { createsAssets: false } });
  for (const [source, classifications] of [
    [harness.lakehouse, atLakehouse],
    [third, atThird],
  ] as const)
    source.assets.put({ ...ORDERS, fields: { classifications } });
  await harness.sync();
  return { harness, third };
}

function tagsIn(source: MemorySource): unknown {
  const held = source.assets.list().find((it) => it.ref.kind === "TABLE")?.fields;
  return Object.values(held ?? {})[0];
}

const held = (...value: readonly object[]) =>
  expect.objectContaining({ value: value.map((it) => expect.objectContaining(it)) });

test("what a mirror holds of a part whose authority comes to know the asset later is a first sight: nothing is taken away (P7)", async () => {
  const { harness, third } = await open();
  await using _ = harness;
  harness.catalog.assets.put({ ...ORDERS, fields: { classifications: [TEAM] } });
  await harness.sync();
  expect(tagsIn(third)).toEqual(held(TEAM, TIER, EMAIL));
  const [drift, ...more] = (await harness.log()).filter((it) => it.kind === "DRIFT_OPENED");
  expect(more).toEqual([]);
  expect(drift).toMatchObject({ source: "third", detail: { kind: "FIRST_SIGHT", state: "IN_REVIEW" } });

  // The other part was compared long ago: what its authority takes away goes.
  harness.lakehouse.assets.edit(ORDERS, { classifications: null });
  await harness.sync();
  expect(tagsIn(third)).toEqual(held(TEAM, TIER));
});

test("once both held the same of that part, what its authority takes away goes at the mirror", async () => {
  const { harness, third } = await open();
  await using _ = harness;
  harness.catalog.assets.put({ ...ORDERS, fields: { classifications: [TIER] } });
  await harness.sync();
  harness.catalog.assets.edit(ORDERS, { classifications: null });
  await harness.sync();
  expect(tagsIn(third)).toEqual(held(EMAIL));
});

test("that both sides held nothing at all says nothing of that part", async () => {
  const { harness, third } = await open([], []);
  await using _ = harness;
  harness.lakehouse.assets.edit(ORDERS, { classifications: [EMAIL] });
  await harness.sync();
  third.assets.edit(ORDERS, { classifications: [EMAIL, TIER] });
  await harness.sync();
  harness.catalog.assets.put({ ...ORDERS, fields: { classifications: [TEAM] } });
  await harness.sync();
  expect(tagsIn(third)).toEqual(held(TEAM, TIER, EMAIL));
});
