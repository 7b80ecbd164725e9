import { describe, expect, test } from "vitest";
import { type FieldKey, parseFieldKey } from "../../src/domain/field.ts";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { FieldMutation } from "../../src/ports/gateway.ts";
import { decideReview } from "../../src/route/decide-review.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";
import { DOWN, MemorySource } from "../support/memory-source.ts";

const ANN = { principal: "ann", role: null };
const BOB = { principal: "bob", role: null };

/** What the lakehouse, a mirror, gets; what the catalog takes over from it; and how somebody undoes that there. */
const CASES: readonly {
  readonly field: string;
  readonly edited: Json;
  readonly undo: FieldMutation["edit"];
  readonly undone: Json;
}[] = [
  { field: "owners", edited: [ANN, BOB], undo: { op: "remove", keys: ["bob"] }, undone: [ANN] },
  { field: "domain", edited: "finance", undo: { op: "set", value: "sales" }, undone: "sales" },
  { field: "custom.note", edited: "by hand", undo: { op: "set", value: null }, undone: null },
];

async function open(onForeignWrite: "adopt" | "review" = "adopt"): Promise<EngineHarness> {
  const harness = await EngineHarness.open({ rules: rules({ onForeignWrite }) });
  for (const { assets } of [harness.lakehouse, harness.catalog])
    assets.put({ ...ORDERS, fields: { domain: "sales", owners: [ANN] } });
  await harness.sync();
  return harness;
}

async function answerMirror({ clock, engine, ledger, route }: EngineHarness): Promise<void> {
  const [review] = (await ledger.pageReviews({}, { limit: 1 })).items;
  const decision = { review: review?.item.id ?? "", answer: "MIRROR" as const };
  const signal = new AbortController().signal;
  const decided = await clock.run(decideReview(engine, route, decision, ALICE, signal));
  expect(decided.userErrors).toEqual([]);
}

/** As where the ledger was restored from a backup. */
async function loseBase(harness: EngineHarness, key: FieldKey): Promise<void> {
  const { agreed, asset, revision } = await harness.state();
  const lost = agreed.map((it) => ({ ...it, lost: [key] }));
  await harness.ledger.commit({ assets: [{ id: asset.id, expectedRevision: revision, agreed: lost }] });
}

/** As soon as it is recorded that the catalog has taken it over. */
function undoAtOnce({ ledger, route }: EngineHarness, it: Pick<(typeof CASES)[0], "field" | "undo">): void {
  const commit = ledger.commit.bind(ledger);
  ledger.commit = async (...all) => {
    const result = await commit(...all);
    if (!all[0].changes?.some(({ kind, source }) => kind === "WRITE_APPLIED" && source === CATALOG)) return result;
    ledger.commit = commit;
    const undo = { asset: { name: "sales.orders" }, field: it.field, edit: it.undo };
    const outcome = await route.apply(undo, ALICE, new AbortController().signal);
    expect(outcome.userErrors).toEqual([]);
    return result;
  };
}

async function expectUndone(harness: EngineHarness, { edited, field, undone }: (typeof CASES)[0]): Promise<void> {
  const taken = (await harness.log("FIELD_CHANGED")).filter((it) => it.field === field);
  expect(taken.map((it) => it.after)).toEqual([edited, undone]);
  await harness.sync();
  expect([heldBy(harness.catalog, field), heldBy(harness.lakehouse, field)]).toEqual([undone, undone]);
  expect(await harness.drifts()).toEqual([]);
}

describe("what an authority took over from a mirror and gave up again, before the two were compared anew, does not come back (P5)", () => {
  test.each(CASES)("$field, undone by a mutation that comes at once", async (it) => {
    await using harness = await open();
    harness.lakehouse.assets.edit(ORDERS, { [it.field]: it.edited });
    undoAtOnce(harness, it);
    await harness.scan(LAKEHOUSE);
    await harness.work();
    await expectUndone(harness, it);
  });

  test.each(
    CASES.flatMap((it) => [
      { ...it, when: "" },
      { ...it, when: ", when the base was lost" },
    ]),
  )("$field, taken over because a person had answered so$when, undone by a mutation that comes at once", async (it) => {
    await using harness = await open("review");
    if (it.when !== "") await loseBase(harness, parseFieldKey(it.field));
    harness.lakehouse.assets.edit(ORDERS, { [it.field]: it.edited });
    await harness.sync();
    undoAtOnce(harness, it);
    await answerMirror(harness);
    await harness.work();
    await expectUndone(harness, it);
  });

  test.each(CASES)("$field, of which only the settler found out that it was taken over", async (it) => {
    await using harness = await open();
    harness.lakehouse.assets.edit(ORDERS, { [it.field]: it.edited });
    const { catalog } = harness;
    const write = catalog.write.bind(catalog);
    catalog.write = async (...all) => {
      catalog.write = write;
      await write(...all);
      catalog.down = DOWN;
      return { kind: "unknown", error: { code: "timeout", message: "no answer" } };
    };
    await harness.scan(LAKEHOUSE);
    await harness.work();
    catalog.down = undefined;
    await harness.clock.advance(120_000);
    expect(await harness.settle(CATALOG)).toBe(1);
    catalog.assets.edit(ORDERS, { [it.field]: it.undone });
    await harness.scan(CATALOG);
    await expectUndone(harness, it);
  });
});

test("what an authority took over at first sight and gave up again does not come back from a mirror that may not be written (P5)", async () => {
  await using harness = await EngineHarness.open({ rules: rules({ onForeignWrite: "adopt", onFirstSight: "union" }) });
  harness.lakehouse.assets.put({ ...ORDERS, fields: { owners: [BOB] } });
  harness.catalog.assets.put({ ...ORDERS, fields: { owners: [ANN] } });
  const record = harness.registry.record(LAKEHOUSE);
  await harness.ledger.commit({ sources: [{ ...record, mode: "observe" }] });
  await harness.registry.refresh();
  await harness.sync();
  expect(heldBy(harness.catalog, "owners")).toEqual([ANN, BOB]);
  harness.catalog.assets.edit(ORDERS, { owners: [ANN] });
  await harness.sync();
  expect([heldBy(harness.catalog, "owners"), heldBy(harness.lakehouse, "owners")]).toEqual([[ANN], [BOB]]);
  expect(await harness.drifts()).toMatchObject([{ key: "owners", kind: "MIRROR_STALE", state: "OPEN", found: [BOB] }]);
});

describe("what one of several authorities took over at first sight and gave up again at once, before all were compared anew, does not come back (P5)", () => {
  const [EMAIL, TIER, TEAM] = ["pii.email", "ops.tier", "ops.team"].map((name) => ({ name, value: null }));
  const third = parseSourceId("third");

  test.each([
    ["can be read", "union", undefined],
    ["asks for a review of its own", "review", undefined],
    ["cannot be read", "union", DOWN],
  ] as const)("where the other %s", async (_, onFirstSight, down) => {
    const mirror = new MemorySource({ id: third, role: "catalog", capabilities: { provesExistence: false } });
    const all = { mode: "enforce", onForeignWrite: "revert", onConflict: "authority", mirrors: ["third"] } as const;
    await using harness = await EngineHarness.open({
      rules: [
        { ...all, name: "all", fields: ["*"], authority: "catalog", onFirstSight: "union" },
        { ...all, name: "ops", fields: ["classifications"], elements: ["ops.*"], authority: "lakehouse", onFirstSight },
      ],
      more: [mirror],
    });
    harness.lakehouse.assets.put({ ...ORDERS, fields: { classifications: [TIER] as Json } });
    mirror.assets.put({ ...ORDERS, fields: { classifications: [EMAIL, TEAM] as Json } });
    harness.catalog.assets.put({ ...ORDERS, fields: {} });
    undoAtOnce(harness, { field: "classifications", undo: { op: "remove", keys: ["pii.email"] } });
    await harness.scan(LAKEHOUSE);
    harness.lakehouse.down = down;
    await harness.scan(CATALOG);
    await harness.scan(third);
    await harness.work();
    harness.lakehouse.down = undefined;
    await harness.clock.advance(120_000);
    await harness.sync();
    await harness.sync();
    expect((await harness.log("FIELD_CHANGED")).filter((it) => it.source === CATALOG).map((it) => it.after)).toEqual([
      [EMAIL],
      null,
    ]);
    expect(heldBy(harness.catalog, "classifications")).toBeNull();
    expect(heldBy(mirror, "classifications")).not.toContainEqual(EMAIL);
  });
});
