import { describe, expect, test } from "vitest";
import type { Change } from "../../src/domain/change.ts";
import type { AssetId } from "../../src/domain/ids.ts";
import type { Ledger, Page, PageRequest } from "../../src/ports/ledger.ts";
import { accept, assetId, change, LAKE } from "../support/ledger-fixtures.ts";
import type { OpenLedger } from "./ledger-contract.ts";

/** Thirty entries in turn of three assets: 1, 4, 7, … are the first one's. */
async function fill(ledger: Ledger): Promise<readonly AssetId[]> {
  const assets = [assetId(1), assetId(2), assetId(3)];
  await accept(ledger, {
    changes: Array.from({ length: 30 }, (_, n) =>
      change({ asset: assets[n % 3] as AssetId, ...(n % 2 === 0 ? { field: "owners" as never, source: LAKE } : {}) }),
    ),
  });
  return assets;
}

function positions(pages: readonly Page<Change>[]): number[][] {
  return pages.map((page) => page.items.map((it) => it.item.position));
}

export function describeChangeLists(open: OpenLedger): void {
  describe("changes of several assets", () => {
    test("each asset has a page of its own changes, in the order asked, also one asked for twice or without any", async () => {
      await using ledger = await open();
      await fill(ledger);
      const asked = [assetId(2), assetId(9), assetId(1), assetId(2)];
      const pages = await ledger.pageChangesOf(asked, {}, { limit: 3 });
      expect(positions(pages)).toEqual([[2, 5, 8], [], [1, 4, 7], [2, 5, 8]]);
      expect(pages.map((it) => it.hasNext)).toEqual([true, false, true, true]);
      expect(pages[0]?.items.map((it) => it.cursor)).toEqual(["2", "5", "8"]);
      expect(await ledger.pageChangesOf([], {}, { limit: 3 })).toEqual([]);
    });

    const requests: readonly PageRequest[] = [
      { limit: 4 },
      { limit: 10 },
      { limit: 4, after: "4" },
      { limit: 4, after: "25" },
      { limit: 4, after: "30" },
      { limit: 0, after: "4" },
      { limit: 4, backwards: true },
      { limit: 4, backwards: true, before: "13" },
      { limit: 4, backwards: true, before: "1" },
      { limit: 4, after: "4", before: "13" },
    ];
    const filters = [{}, { fields: ["own*"], sources: [LAKE] }, { upTo: 17 }, { kinds: [] }];
    test("every page is the same as that of the asset alone, with the same neighbours", async () => {
      await using ledger = await open();
      const assets = await fill(ledger);
      for (const filter of filters) {
        for (const request of requests) {
          const alone = await Promise.all(assets.map((it) => ledger.pageChanges({ ...filter, assets: [it] }, request)));
          expect({ filter, request, pages: await ledger.pageChangesOf(assets, filter, request) }).toEqual({
            filter,
            request,
            pages: alone,
          });
        }
      }
    });

    test("what is no cursor of the log is refused", async () => {
      await using ledger = await open();
      const asked = ledger.pageChangesOf([assetId(1)], {}, { limit: 1, after: "x" });
      await expect(asked).rejects.toThrow(/Not a cursor of the log/);
    });
  });
}
