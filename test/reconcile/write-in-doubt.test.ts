import { expect, test } from "vitest";
import { type AssetId, parseSourceId } from "../../src/domain/ids.ts";
import { lookAgain } from "../../src/reconcile/look-again.ts";
import { reconcileAsset } from "../../src/reconcile/reconcile-asset.ts";
import { CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";
import { DOWN, MemorySource } from "../support/memory-source.ts";

const NEVER = new AbortController().signal;

/** With a write of "first" to the lakehouse that is in doubt, and has not arrived. */
async function openInDoubt(harness: EngineHarness): Promise<void> {
  harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  await harness.sync();
  const write = harness.lakehouse.write.bind(harness.lakehouse);
  harness.lakehouse.write = async () => ({ kind: "unknown", error: { code: "timeout", message: "no answer" } });
  await harness.apply({ field: "domain", edit: { op: "set", value: "first" } });
  await harness.work();
  harness.lakehouse.write = write;
}

test("who finds all at rest, and then that the authority has moved on, looks first: what the mirror shows may be a write in doubt", async () => {
  await using harness = await EngineHarness.open({ rules: rules({ onForeignWrite: "review", onConflict: "review" }) });
  await openInDoubt(harness);
  harness.lakehouse.assets.edit(ORDERS, { domain: "first" }); // it arrives
  await harness.scan(LAKEHOUSE);
  const { asset } = await harness.state();
  const { engine } = harness;
  let isFirst = true;
  const ledger = new Proxy(engine.ledger, {
    get: (target, name, receiver) =>
      name === "loadStates" && isFirst
        ? async (ids: readonly AssetId[]) => {
            isFirst = false;
            const states = await target.loadStates(ids);
            harness.catalog.assets.edit(ORDERS, { domain: "second" });
            await harness.scan(CATALOG);
            return states;
          }
        : Reflect.get(target, name, receiver),
  });
  await harness.ledger.markDirty([{ asset: asset.id, source: LAKEHOUSE, reread: false }]);
  const [item] = await harness.ledger.claimWork(LAKEHOUSE, engine.holder, harness.clock.now(), 1_000, 1);
  if (!item) throw new Error("nothing to claim");
  expect(await reconcileAsset({ ...engine, ledger }, { ...item, reread: false }, NEVER)).toMatchObject({
    kind: "again",
  });
  await harness.clock.advance(60_000);
  await harness.rest();
  expect([heldBy(harness.catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["second", "second"]);
  expect(await harness.log("DRIFT_OPENED")).toEqual([]);
});

test("a mirror that shows what an older write in doubt brought is not taken for somebody's edit", async () => {
  await using harness = await EngineHarness.open({
    rules: rules({ onForeignWrite: "adopt", onConflict: "newest-at-authority" }),
  });
  await openInDoubt(harness);
  await harness.apply({ field: "domain", edit: { op: "set", value: "second" } });
  await harness.scan(LAKEHOUSE); // it shows neither yet
  harness.lakehouse.assets.edit(ORDERS, { domain: "first" }); // the write in doubt arrives
  await harness.clock.advance(20_000);
  await harness.work();
  expect(await harness.ledger.listIntents({})).toHaveLength(1);
  expect(heldBy(harness.catalog, "domain")).toBe("second");
  await harness.rest();
  expect([heldBy(harness.catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["second", "second"]);
  expect(await harness.log("DRIFT_OPENED")).toEqual([]);
});

test("one to what was an authority by an older treaty keeps nobody waiting who has nothing to do with that any more (P12)", async () => {
  const third = new MemorySource({ id: parseSourceId("third"), role: "catalog" });
  const all = { fields: ["*"], mode: "enforce", onForeignWrite: "revert", onConflict: "authority" } as const;
  const before = {
    ...all,
    name: "before",
    authority: "third",
    mirrors: ["lakehouse"],
    onFirstSight: "authority",
  } as const;
  await using harness = await EngineHarness.open({ rules: [before], more: [third] });
  for (const { assets } of [harness.lakehouse, harness.catalog, third])
    assets.put({ ...ORDERS, fields: { domain: "sales" } });
  await harness.sync();
  third.write = async () => ({ kind: "unknown", error: { code: "timeout", message: "no answer" } });
  await harness.apply({ field: "domain", edit: { op: "set", value: "first" } });
  third.down = DOWN;
  harness.catalog.assets.edit(ORDERS, { domain: "finance" });
  await harness.startWith([{ ...before, name: "after", authority: "catalog" }]);
  await lookAgain(harness.engine);
  await harness.scan(CATALOG);
  await harness.work();
  expect((await harness.ledger.counts()).openIntents).toBe(1);
  expect(heldBy(harness.lakehouse, "domain")).toBe("finance");
});
