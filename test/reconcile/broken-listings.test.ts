import { afterEach, describe, expect, test } from "vitest";
import { openEmbeddedCatalog } from "../../sources/embedded/source.ts";
import type { ScanPage, Source } from "../../src/ports/source.ts";
import { CATALOG, EngineHarness, LAKEHOUSE } from "../support/engine-harness.ts";
import { countingIds } from "../support/seeded.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

const NAMES = Array.from({ length: 6 }, (_, index) => ["sales", `t${index}`]);
const FORBIDDEN = { complete: false, error: { code: "forbidden", message: "403" } } as const;

type Break = (pages: readonly ScanPage[]) => AsyncGenerator<ScanPage>;
const BREAKS: readonly (readonly [string, Break])[] = [
  ["is empty", async function* () {
    yield { assets: [], end: { complete: true } };
  }],
  ["ends without saying that it was complete", async function* () {
    yield { assets: [] };
  }],
  ["is forbidden", async function* () {
    yield { assets: [], end: FORBIDDEN };
  }],
  ["is truncated, and forbidden from there on", async function* (pages) {
    yield { assets: pages.flatMap((it) => it.assets).slice(0, 2) };
    yield { assets: [], end: FORBIDDEN };
  }],
  ["breaks off half-way", async function* (pages) {
    yield { assets: pages.flatMap((it) => it.assets).slice(0, 2) };
    throw new Error("the connection was cut");
  }],
]; // biome-ignore format: a table

function broken(source: Source, breaks: Break): Source {
  const scan: Source["scan"] = async function* (request, signal) {
    const pages: ScanPage[] = [];
    for await (const page of source.scan(request, signal)) pages.push(page);
    yield* breaks(pages);
  };
  return new Proxy(source, { get: (target, name) => (name === "scan" ? scan : bound(target, name)) });
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}

describe.each([
  ["as they are", {}],
  [
    "as if there were none",
    { maxRemovals: 1e6, maxRemovalPercent: 100, maxRetirements: 1e6, maxRetirementPercent: 100 },
  ],
])("with guards %s", (_guards, guards) => {
  describe.each([
    ["a lakehouse", LAKEHOUSE],
    ["the embedded catalog", CATALOG],
  ])("a listing of %s", (_which, id) => {
    test.each(BREAKS)("that %s takes nothing away, however often it comes", async (_what, breaks) => {
      harness = await EngineHarness.open({
        treaty: { guards, deletion: { misses: 2, gracePeriod: "PT0S" } },
        openCatalog: (ledger, clock) =>
          openEmbeddedCatalog({ id: CATALOG, database: ledger.database, clock, ids: countingIds() }),
      });
      for (const name of NAMES) harness.lakehouse.assets.put({ kind: "TABLE", name, fields: { description: "d" } });
      await harness.sync();
      await harness.start({ ledger: (it) => it, source: (it) => (it.id === id ? broken(it, breaks) : it) });
      const writes = harness.lakehouse.calls.writes;
      for (let scans = 0; scans < 4; scans += 1) {
        expect(await harness.scan(id)).toMatchObject({ complete: false, suspected: 0, retired: 0 });
        await harness.rest();
      }
      for (const name of NAMES) {
        const { asset, bindings } = await harness.state(name.join("."));
        expect([asset.state, bindings.map((it) => it.state)]).toEqual(["ACTIVE", ["present", "present"]]);
      }
      expect(await harness.log("ASSET_SUSPECTED", "ASSET_RETIRED", "GUARD_TRIPPED")).toEqual([]);
      expect(harness.lakehouse.calls.writes).toBe(writes);
    });
  });
});
