import { expect, test } from "vitest";
import { updateAsset } from "../../src/delivery/update-asset.ts";
import type { NewChange } from "../../src/domain/change.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { EngineHarness, ORDERS } from "../support/engine-harness.ts";

test("what is told of an asset is worked out anew where the asset changed meanwhile, even if it changes nothing itself", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, columns: [], fields: {} });
  await harness.sync();
  const { asset } = await harness.state();
  const overtake = async (): Promise<void> => {
    await updateAsset(harness.engine, asset.id, (state) => ({
      next: { ...state, asset: { ...state.asset, labels: { changed: "meanwhile" } } },
      value: undefined,
    }));
  };
  let overtaken = false;
  const ledger: Ledger = Object.create(harness.ledger, {
    loadStates: {
      value: async (ids: Parameters<Ledger["loadStates"]>[0]) => {
        const states = await harness.ledger.loadStates(ids);
        if (!overtaken) await overtake();
        overtaken = true;
        return states;
      },
    },
  });
  const seen: object[] = [];
  await updateAsset({ ...harness.engine, ledger }, asset.id, (state) => {
    seen.push(state.asset.labels);
    const change: NewChange = {
      kind: "WRITE_INTENDED",
      at: "2026-01-01T00:00:00.000Z",
      actor: { kind: "gateway", id: "concordat" },
      asset: asset.id,
      before: JSON.stringify(state.asset.labels),
    };
    return { next: state, commit: { changes: [change] }, value: undefined };
  });
  expect(seen).toEqual([{}, { changed: "meanwhile" }]);
  const told = await harness.log("WRITE_INTENDED");
  expect(told.map((it) => it.before)).toEqual(['{"changed":"meanwhile"}']);
});
