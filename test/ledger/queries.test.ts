import { DatabaseSync, StatementSync } from "node:sqlite";
import { afterEach, expect, test, vi } from "vitest";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import {
  accept,
  assetId,
  binding,
  change,
  drift,
  driftId,
  fieldKey,
  intentId,
  LAKE,
  newAsset,
  seconds,
} from "../support/ledger-fixtures.ts";

afterEach(() => void vi.restoreAllMocks());

const range = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const BY_NAME = { by: "name", direction: "asc" } as const;

/** Each does its work on the first `n` of everything. */
const METHODS: Readonly<Record<string, (ledger: Ledger, n: number) => Promise<unknown>>> = {
  "commit of assets": (it, n) => accept(it, { assets: range(n).map((i) => newAsset(1_000 * n + i, { drifts: [drift(1_000 * n + i)] })), changes: range(n).map(() => change()) }),
  "commit of marks": (it, n) => accept(it, { dirty: range(n).map((i) => ({ asset: assetId(i), source: LAKE, reread: true })) }),
  claimWork: (it, n) => it.claimWork(LAKE, "w", 0, 0, n),
  renewLeases: async (it, n) => it.renewLeases("w", { work: await it.claimWork(LAKE, "w", 0, 9, n), intents: range(n).map(intentId), leases: [{ name: "x", token: 1 }] }, 99),
  markDirty: (it, n) => it.markDirty(range(n).map((i) => ({ asset: assetId(i), source: LAKE, reread: true }))),
  loadStates: (it, n) => it.loadStates(range(n).map(assetId)),
  findBindings: (it, n) => it.findBindings(LAKE, range(n).flatMap((i) => [binding(i).ref, { ...binding(i).ref, stableId: null }])),
  findAssets: (it, n) => it.findAssets(range(n).map((i) => ({ name: `sales.table_${i}` })), false),
  touchBindings: (it, n) => it.touchBindings(LAKE, range(n).map(assetId), seconds(1), 1),
  listUnseen: (it, n) => it.listUnseen(LAKE, seconds(99), undefined, n),
  listAssetIds: (it, n) => it.listAssetIds(undefined, n),
  readLog: (it, n) => it.readLog(0, n),
  readLogBytes: (it, n) => it.readLogBytes(1, n),
  readChanges: (it, n) => it.readChanges(range(n)),
  lastChanges: (it, n) => it.lastChanges(range(n).map((i) => ({ asset: assetId(i), key: fieldKey("owners") }))),
  pageChanges: (it, n) => it.pageChanges({ assets: range(n).map(assetId) }, { limit: n }),
  pageChangesOf: (it, n) => it.pageChangesOf(range(n).map(assetId), { upTo: 9_999 }, { limit: 2, after: "1" }),
  pageAssets: (it, n) => it.pageAssets({ ids: range(n).map(assetId), names: range(n).map((i) => `sales.table_${i}`) }, BY_NAME, { limit: n }),
  pageDrifts: (it, n) => it.pageDrifts({ assets: range(n).map(assetId) }, { limit: n }),
  loadDrifts: (it, n) => it.loadDrifts(range(n).map(driftId)),
}; // biome-ignore format: one glance

test.for(Object.entries(METHODS))("%s takes as many statements for three hundred as for three", async ([, call]) => {
  await using ledger = await openSqliteLedger({ path: ":memory:" });
  const all = range(300);
  await accept(ledger, {
    assets: all.map((n) => newAsset(n, { drifts: [drift(n, { asset: assetId(n) })] })),
    changes: all.map((n) => change({ asset: assetId(n), key: fieldKey("owners") })),
    dirty: all.map((n) => ({ asset: assetId(n), source: LAKE, reread: false })),
  });
  let statements = 0;
  for (const method of ["all", "run", "get"] as const) {
    const original = StatementSync.prototype[method] as (...args: unknown[]) => unknown;
    vi.spyOn(StatementSync.prototype, method).mockImplementation(function (this: StatementSync, ...args: unknown[]) {
      statements++;
      return original.apply(this, args) as never;
    });
  }
  const exec = vi.spyOn(DatabaseSync.prototype, "exec");
  const counts: number[] = [];
  for (const n of [3, 300]) {
    statements = 0;
    await call(ledger, n);
    counts.push(statements);
  }
  expect(exec).not.toHaveBeenCalled();
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBe(counts[0]);
});
