import { describe, expect, test } from "vitest";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { StateCache } from "../../src/ledger/sql/state-cache.ts";

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
