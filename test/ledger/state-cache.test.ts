import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StatementSync } from "node:sqlite";
import { describe, expect, test, vi } from "vitest";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { StateCache } from "../../src/ledger/sql/state-cache.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { AssetUpdate, Ledger } from "../../src/ports/ledger.ts";
import {
  accept, asset, assetId, binding, CATALOG, drift, fieldKey, LAKE, newAsset, seconds,
} from "../support/ledger-fixtures.ts"; // biome-ignore format: one glance

const FIRST = "asset:01J00000000000000000000001" as AssetId;
const SECOND = "asset:01J00000000000000000000002" as AssetId;
const EARLY = { source: "lakehouse", observed_at: "2026-01-01T00:00:00.000Z", observed_from: 1 };
const LATE = { source: "lakehouse", observed_at: "2026-01-01T01:00:00.000Z", observed_from: 7 };

function stateOf(id: AssetId, revision = 1): AssetState {
  const asset = {
    id,
    name: "sales.orders",
    kind: "TABLE",
    state: "ACTIVE",
    labels: {},
    createdAt: EARLY.observed_at,
  } as const;
  const binding = {
    source: "lakehouse" as SourceId,
    ref: { kind: "TABLE", name: ["sales", "orders"], stableId: null },
    state: "present",
    misses: 0,
    version: null,
    observedAt: EARLY.observed_at,
    observedFrom: EARLY.observed_from,
    fields: {},
    digest: "",
  } as const;
  return { asset, revision, bindings: [binding], agreed: [], drifts: [] };
}

describe("states that are kept", () => {
  test("are the same object while nothing changed", () => {
    const cache = new StateCache();
    const state = stateOf(FIRST);
    cache.keep(state, 10);
    expect(cache.current(FIRST, 1, [EARLY])).toBe(state);
  });

  test("are not used any more in another revision, or with another number of bindings", () => {
    const cache = new StateCache();
    cache.keep(stateOf(FIRST), 10);
    expect(cache.current(FIRST, 2, [EARLY])).toBeUndefined();
    expect(cache.current(FIRST, 1, [])).toBeUndefined();
    expect(cache.current(SECOND, 1, [EARLY])).toBeUndefined();
  });

  test("tell when they were observed last, although that makes no revision", () => {
    const cache = new StateCache();
    cache.keep(stateOf(FIRST), 10);
    const again = cache.current(FIRST, 1, [LATE]);
    expect(again?.bindings[0]).toMatchObject({ observedAt: LATE.observed_at, observedFrom: 7 });
    expect(cache.current(FIRST, 1, [LATE])).toBe(again);
  });

  test("are forgotten when there are too many, the least used first", () => {
    const cache = new StateCache(1_000);
    const ids = Array.from({ length: 10 }, (_, index) => `asset:${index}` as AssetId);
    for (const id of ids) {
      cache.keep(stateOf(id), 110);
      cache.current(ids[0] as AssetId, 1, [EARLY]);
    }
    const kept = ids.filter((id) => cache.current(id, 1, [EARLY]));
    expect(kept).toEqual([ids[0], ...ids.slice(2)]);
  });

  test("leave out one that would take most of the room", () => {
    const cache = new StateCache(1_000);
    cache.keep(stateOf(FIRST), 10);
    cache.keep(stateOf(SECOND), 500);
    expect(cache.current(SECOND, 1, [EARLY])).toBeUndefined();
    expect(cache.current(FIRST, 1, [EARLY])).toBeDefined();
  });
});

describe("states after a commit", () => {
  const LABELS = { env: "prod" };
  const steps: readonly [string, Omit<AssetUpdate, "id" | "expectedRevision">][] = [
    ["nothing but a touch", {}],
    ["another asset", { asset: asset(1, { name: "sales.renamed", labels: LABELS, missingSince: seconds(2) }) }],
    ["another binding", { bindings: [binding(1, { source: CATALOG, version: null, observedFrom: 3 })] }],
    ["a binding anew", { bindings: [binding(1, { url: "http://lake/t", digest: "odd \u0000 text", misses: 1 })] }],
    ["bases", { agreed: [LAKE, CATALOG].map((mirror) => ({ mirror, fields: {}, none: [fieldKey("domain")] })) }],
    ["a drift", { drifts: [drift(1)] }],
    ["a resolved drift", { drifts: [drift(1, { state: "RESOLVED" })] }],
    ["something unbound", { unbind: [CATALOG] }],
    ["all at once", { asset: asset(1), bindings: [binding(1)], agreed: [{ mirror: LAKE, fields: {}, none: [] }] }],
  ];

  test("are those that a process reads which has just started", async () => {
    const folder = await mkdtemp(join(tmpdir(), "concordat-states-"));
    const path = join(folder, "ledger.db");
    const load = async (ledger: Ledger) => (await ledger.loadStates([assetId(1)]))[0];
    let ledger = await openSqliteLedger({ path });
    try {
      await accept(ledger, { assets: [newAsset(1)] });
      for (const [index, [what, update]] of steps.entries()) {
        await load(ledger); // so that it is kept
        await accept(ledger, { assets: [{ id: assetId(1), expectedRevision: index + 1, ...update }] });
        const kept = await load(ledger);
        await ledger[Symbol.asyncDispose]();
        ledger = await openSqliteLedger({ path });
        expect(kept, what).toEqual(await load(ledger));
        expect(kept?.revision, what).toBe(index + 2);
      }
    } finally {
      await ledger[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    }
  });

  test("are not read again, unless drifts or bindings went", async () => {
    await using ledger = await openSqliteLedger({ path: ":memory:" });
    await accept(ledger, { assets: [newAsset(1)] });
    await ledger.loadStates([assetId(1)]);
    const read = vi.spyOn(StatementSync.prototype, "all");
    for (const [index, [what, update]] of steps.entries()) {
      await accept(ledger, { assets: [{ id: assetId(1), expectedRevision: index + 1, ...update }] });
      read.mockClear();
      await ledger.loadStates([assetId(1)]);
      const isPlain = update.drifts === undefined && update.unbind === undefined;
      expect(read.mock.calls.length === 1, what).toBe(isPlain);
    }
    vi.restoreAllMocks();
  });
});
