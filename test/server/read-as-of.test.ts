import { expect, test } from "vitest";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { createAsOfLoader } from "../../src/server/read-as-of.ts";
import { accept, asset, assetId, change, fieldKey, LAKE, newAsset } from "../support/ledger-fixtures.ts";

const LENGTH = 2_500;

/** One asset whose domain is "2" after the second entry, "3" after the third, … */
async function openLong(): Promise<Ledger> {
  const ledger = await openSqliteLedger({ path: ":memory:" });
  const ref = { kind: "TABLE", name: ["t"], stableId: null };
  const of = { asset: assetId(1), name: "t", source: LAKE };
  await accept(ledger, {
    assets: [newAsset(1, { asset: { labels: { tier: "gold" } } }), newAsset(2)],
    changes: [
      change({ ...of, kind: "ASSET_FOUND", after: { ref, fields: {} } }),
      ...Array.from({ length: LENGTH - 1 }, (_, n) =>
        change({ ...of, key: fieldKey("domain"), before: n === 0 ? null : `${n + 1}`, after: `${n + 2}` }),
      ),
    ],
  });
  return ledger;
}

test("a long history is read page by page up to the position, and no further", async () => {
  await using ledger = await openLong();
  let pages = 0;
  const counted = {
    loadStates: ledger.loadStates,
    pageChanges: (...args: Parameters<Ledger["pageChanges"]>) => {
      pages += 1;
      return ledger.pageChanges(...args);
    },
  };
  const loader = createAsOfLoader(counted);
  const state = await loader.load({ asset: assetId(1), position: 2_345 });
  expect(state?.bindings[0]?.fields).toMatchObject({ domain: { value: "2345" } });
  expect(state).toMatchObject({ asOf: 2_345, asset: { labels: asset(1, { labels: { tier: "gold" } }).labels } });
  expect(pages).toBe(3);
  pages = 0;
  expect((await loader.load({ asset: assetId(1), position: 17 }))?.bindings[0]?.fields).toMatchObject({
    domain: { value: "17" },
  });
  expect(pages).toBe(1);
});

test("a history longer than a request may cost is refused; what lies after the position does not count", async () => {
  await using ledger = await openLong();
  const loader = createAsOfLoader(ledger, 1_000);
  await expect(loader.load({ asset: assetId(1), position: LENGTH })).rejects.toMatchObject({
    message: expect.stringMatching(/more than 1000 entries of sales.table_1/),
    extensions: { code: "BAD_USER_INPUT" },
  });
  expect(await loader.load({ asset: assetId(1), position: 1_000 })).toBeDefined();
});

test("an asset that is not known, or was not found yet, is none", async () => {
  await using ledger = await openLong();
  const loader = createAsOfLoader(ledger);
  expect(await loader.load({ asset: assetId(3), position: 9 })).toBeUndefined();
  expect(await loader.load({ asset: assetId(2), position: 9 })).toBeUndefined();
  expect(await loader.load({ asset: assetId(1), position: 0 })).toBeUndefined();
});
