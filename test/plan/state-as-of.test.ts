import { describe, expect, test } from "vitest";
import type { Change, NewChange } from "../../src/domain/change.ts";
import { type FieldKey, plainKey } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { driftEntry } from "../../src/plan/drift-changes.ts";
import { EXISTENCE_KEY } from "../../src/plan/plan-existence.ts";
import { bindingOf } from "../../src/plan/source-facts.ts";
import { stateAsOf } from "../../src/plan/state-as-of.ts";
import { ASSET, atRest, CATALOG, LAKEHOUSE, openDrift } from "./asset-fixture.ts";

const at = (position: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, position)).toISOString();

/** A log of one asset: each entry a second after the one before it. */
function log(...entries: readonly Partial<NewChange>[]): Change[] {
  return entries.map((it, index) => ({
    kind: "FIELD_CHANGED",
    actor: { kind: "source", id: "lakehouse" },
    asset: ASSET,
    name: "sales.orders",
    at: at(index + 1),
    ...it,
    causedBy: 1,
    position: index + 1,
  }));
}

function seen(kind: "ASSET_FOUND" | "ASSET_BOUND", source: SourceId, fields: Record<string, Json>): Partial<NewChange> {
  const ref = { kind: "TABLE", name: ["orders"], stableId: "uuid-1" };
  return { kind, source, name: "sales.orders", before: null, after: { ref, fields } };
}

function changed(source: SourceId, key: string, before: Json, after: Json): Partial<NewChange> {
  return { source, key: key as FieldKey, before, after };
}

function values(state: AssetState | undefined, source: SourceId): Record<string, unknown> {
  const fields = (state && bindingOf(state, source)?.fields) ?? {};
  return Object.fromEntries(Object.entries(fields).map(([key, it]) => [key, it.state === "value" ? it.value : it]));
}

describe("the asset as its log tells it", () => {
  test("before it was found there is none", () => {
    expect(stateAsOf([])).toBeUndefined();
    expect(stateAsOf(log(changed(LAKEHOUSE, "domain", null, "sales")))).toBeUndefined();
  });

  test("it is found with its kind, name and values, observed when the entry was made", () => {
    expect(stateAsOf(log(seen("ASSET_FOUND", LAKEHOUSE, { description: "Orders" })))).toMatchObject({
      asset: { id: ASSET, name: "sales.orders", kind: "TABLE", state: "ACTIVE", createdAt: at(1) },
      bindings: [
        {
          source: LAKEHOUSE, ref: { name: ["orders"], stableId: "uuid-1" }, state: "present", observedAt: at(1), observedFrom: 1,
          fields: { description: { state: "value", value: "Orders", by: 1 } },
        },
      ],
      drifts: [],
    }); // biome-ignore format: one glance
  });

  test("of a field with several authorities a change takes and sets only the elements of one of them", () => {
    const tag = (name: string, value: string | null = null): Json => ({ name, value });
    const state = stateAsOf(
      log(
        seen("ASSET_FOUND", LAKEHOUSE, { classifications: [tag("ops.a"), tag("ops.b"), tag("pii")] }),
        changed(LAKEHOUSE, "classifications", [tag("ops.a"), tag("ops.b")], [tag("ops.a", "gold"), tag("ops.c")]),
      ),
    );
    expect(values(state, LAKEHOUSE)).toEqual({ classifications: [tag("ops.a", "gold"), tag("ops.c"), tag("pii")] });
  });

  test("a field that could be read again is what it then is; what its parts tell together stands together", () => {
    const tags = (...names: string[]): Json => names.map((name) => ({ name, value: null }));
    const again = (after: Json): Partial<NewChange> => ({
      source: CATALOG,
      key: plainKey("classifications"),
      after,
      at: at(9),
    });
    const before = seen("ASSET_FOUND", CATALOG, { classifications: tags("a", "b", "c") });
    expect(values(stateAsOf(log(before, again(tags("a")))), CATALOG)).toEqual({ classifications: tags("a") });
    expect(values(stateAsOf(log(before, again(tags("a", "b", "c")), again(tags("d")))), CATALOG)).toEqual({
      classifications: tags("a", "b", "c", "d"),
    });
  });

  test("a change to nothing takes the value away", () => {
    const state = stateAsOf(
      log(seen("ASSET_FOUND", LAKEHOUSE, { domain: "hr" }), changed(LAKEHOUSE, "domain", "hr", null)),
    );
    expect(values(state, LAKEHOUSE)).toEqual({});
  });

  test("a source that the gateway made it known to holds what was written, and what it held besides", () => {
    const state = stateAsOf(
      log(
        seen("ASSET_FOUND", LAKEHOUSE, {}),
        { kind: "WRITE_INTENDED", source: CATALOG, after: { domain: "sales" } },
        { kind: "WRITE_APPLIED", source: CATALOG, after: { domain: "sales", description: null } },
        seen("ASSET_BOUND", CATALOG, { description: "Orders" }),
        { kind: "WRITE_FAILED", source: CATALOG, after: { domain: "finance" } },
      ),
    );
    expect(values(state, CATALOG)).toEqual({ domain: "sales", description: "Orders" });
    expect(state && bindingOf(state, CATALOG)).toMatchObject({ ref: { name: ["orders"] }, observedAt: at(4) });
  });

  test("what is no value of its field is malformed", () => {
    const state = stateAsOf(log(seen("ASSET_FOUND", LAKEHOUSE, { retention: "for ever", domain: "sales" })));
    expect(state?.bindings[0]?.fields).toMatchObject({ retention: { value: "for ever", malformed: true } });
    expect(state?.bindings[0]?.fields[plainKey("domain")]).not.toHaveProperty("malformed");
  });

  test("a rename moves the native name in the source that made it, below the prefix of canonical names", () => {
    const state = stateAsOf(
      log(seen("ASSET_FOUND", LAKEHOUSE, {}), seen("ASSET_BOUND", CATALOG, {}), {
        kind: "ASSET_RENAMED",
        source: LAKEHOUSE,
        name: 'sales."orders v2"',
        before: "sales.orders",
        after: 'sales."orders v2"',
      }),
    );
    expect(state?.asset.name).toBe('sales."orders v2"');
    expect(state && bindingOf(state, LAKEHOUSE)?.ref.name).toEqual(["orders v2"]);
    expect(state && bindingOf(state, CATALOG)?.ref.name).toEqual(["orders"]);
  });

  test("a mirror that follows names has the new one when it was written to", () => {
    const state = stateAsOf(
      log(
        seen("ASSET_FOUND", LAKEHOUSE, {}),
        seen("ASSET_BOUND", CATALOG, {}),
        { kind: "ASSET_RENAMED", source: LAKEHOUSE, before: "sales.orders", after: "sales.bills" },
        { kind: "WRITE_APPLIED", source: CATALOG, name: "sales.bills", after: {} },
      ),
    );
    expect(state && bindingOf(state, CATALOG)?.ref.name).toEqual(["bills"]);
  });
});

describe("existence", () => {
  const found = seen("ASSET_FOUND", LAKEHOUSE, { domain: "sales", description: "Orders" });
  const suspected: Partial<NewChange> = { kind: "ASSET_SUSPECTED", source: LAKEHOUSE, after: "SUSPECTED" };
  const retired: Partial<NewChange> = { kind: "ASSET_RETIRED", source: LAKEHOUSE, after: "RETIRED" };

  test("a missed asset is suspected, then retired, with the times of both", () => {
    expect(stateAsOf(log(found, suspected))).toMatchObject({
      asset: { state: "SUSPECTED", missingSince: at(2) },
      bindings: [{ state: "missing", misses: 1 }],
    });
    expect(stateAsOf(log(found, suspected, retired))?.asset).toMatchObject({
      state: "RETIRED",
      missingSince: at(2),
      retiredAt: at(3),
    });
  });

  test("an asset that comes back holds what it comes back with, and nothing from before", () => {
    const back: Partial<NewChange> = {
      kind: "ASSET_RESTORED",
      source: LAKEHOUSE,
      detail: { ref: { kind: "TABLE", name: ["orders"], stableId: "uuid-1" }, fields: { domain: "hr" } },
    };
    const state = stateAsOf(log(found, suspected, retired, back));
    expect(state?.asset).toEqual({
      id: ASSET,
      name: "sales.orders",
      kind: "TABLE",
      state: "ACTIVE",
      labels: {},
      createdAt: at(1),
    });
    expect(state?.bindings).toMatchObject([{ state: "present", misses: 0 }]);
    expect(values(state, LAKEHOUSE)).toEqual({ domain: "hr" });
  });

  test("a mirror that lost the asset is missing it until that drift is over, and its schema is no field's value", () => {
    const drift = openDrift({ kind: "MISSING_IN_MIRROR", key: EXISTENCE_KEY, source: CATALOG, found: null });
    const entry = (kind: "DRIFT_OPENED" | "DRIFT_RESOLVED"): Partial<NewChange> =>
      driftEntry(atRest({}).state, { kind, drift }, at(3));
    const lost = log(found, seen("ASSET_BOUND", CATALOG, {}), entry("DRIFT_OPENED"));
    expect(stateAsOf(lost)).toMatchObject({ drifts: [{ id: drift.id }] });
    expect(bindingOf(stateAsOf(lost) as AssetState, CATALOG)).toMatchObject({ state: "missing", fields: {} });
    const back = log(found, seen("ASSET_BOUND", CATALOG, {}), entry("DRIFT_OPENED"), entry("DRIFT_RESOLVED"));
    expect(stateAsOf(back)).toMatchObject({ drifts: [] });
    expect(bindingOf(stateAsOf(back) as AssetState, CATALOG)).toMatchObject({ state: "present" });
  });
});

describe("drift", () => {
  const { state: held } = atRest({ domain: "sales" });
  const begin = [
    seen("ASSET_FOUND", LAKEHOUSE, { domain: "sales" }),
    seen("ASSET_BOUND", CATALOG, { domain: "sales" }),
  ];
  const entry = (kind: "DRIFT_OPENED" | "DRIFT_CHANGED" | "DRIFT_RESOLVED", found: Json): Partial<NewChange> =>
    driftEntry(held, { kind, drift: openDrift({ found }) }, at(9));

  test("what was found stands at the mirror while the drift is open; the authority's value stays", () => {
    const state = stateAsOf(log(...begin, entry("DRIFT_OPENED", "hr"), entry("DRIFT_CHANGED", "finance")));
    expect(state?.drifts).toEqual([openDrift({ found: "finance" })]);
    expect([values(state, LAKEHOUSE), values(state, CATALOG)]).toEqual([{ domain: "finance" }, { domain: "sales" }]);
  });

  test("when it is over the mirror holds what it then held", () => {
    const state = stateAsOf(log(...begin, entry("DRIFT_OPENED", "hr"), entry("DRIFT_RESOLVED", "hr")));
    expect(state?.drifts).toEqual([]);
    expect(values(state, LAKEHOUSE)).toEqual({ domain: "sales" });
  });
});
