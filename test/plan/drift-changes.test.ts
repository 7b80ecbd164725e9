import { describe, expect, test } from "vitest";
import type { Drift } from "../../src/domain/drift.ts";
import { type FieldKey, plainKey } from "../../src/domain/field.ts";
import type { DriftId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import { changeDrifts, type DriftChange, driftEntry } from "../../src/plan/drift-changes.ts";
import type { Finding } from "../../src/plan/plan-field.ts";
import { ASSET, atRest, CATALOG, LAKEHOUSE, openDrift } from "./asset-fixture.ts";

const DOMAIN = plainKey("domain");
const AT = "2026-02-01T00:00:00.000Z";
const FINDING: Finding = {
  kind: "FOREIGN_WRITE",
  state: "REPAIRING",
  rule: "governance",
  authority: CATALOG,
  base: "sales",
  wanted: "sales",
  found: "finance",
};

function change(
  drifts: readonly Drift[],
  finding: Finding | "keep" | undefined,
  now: Json = null,
  retired = false,
): readonly DriftChange[] {
  const { state } = atRest({ domain: "sales" });
  const asset = retired ? { ...state.asset, state: "RETIRED" as const } : state.asset;
  const findings = new Map<FieldKey, Finding | "keep">(finding ? [[DOMAIN, finding]] : []);
  return changeDrifts(
    { ...state, asset, drifts },
    LAKEHOUSE,
    findings,
    () => now,
    AT,
    () => "drift:new" as DriftId,
  );
}

describe("changeDrifts", () => {
  test("a new finding opens a drift that says what, where, by which rule", () => {
    const [opened, ...others] = change([], { ...FINDING, state: "OPEN", because: "lakehouse is in mode observe" });
    expect(others).toEqual([]);
    expect(opened).toMatchObject({
      kind: "DRIFT_OPENED",
      drift: {
        id: "drift:new",
        asset: ASSET,
        key: "domain",
        path: "domain",
        source: LAKEHOUSE,
        authority: CATALOG,
        base: "sales",
        wanted: "sales",
        found: "finance",
        openedAt: AT,
        note: "lakehouse is in mode observe",
      },
    });
  });

  test("without a base none is stated; ABSENT as a base is", () => {
    expect(change([], { ...FINDING, base: undefined })[0]?.drift).not.toHaveProperty("base");
    expect(change([], { ...FINDING, base: null })[0]?.drift.base).toBeNull();
  });

  test("the same finding again is silent", () => {
    const drift = change([], FINDING)[0]?.drift as Drift;
    expect(change([drift], FINDING)).toEqual([]);
    const noted = change([], { ...FINDING, state: "OPEN", because: "held" })[0]?.drift as Drift;
    expect(change([noted], { ...FINDING, state: "OPEN", because: "held" })).toEqual([]);
  });

  test.each<[string, Partial<Finding>]>([
    ["another value", { found: "hr" }],
    ["another demand", { wanted: "hr" }],
    ["another kind", { kind: "CONFLICT" }],
    ["another state", { state: "IN_REVIEW" }],
    ["another reason", { because: "held" }],
    ["another rule", { rule: "other" }],
    ["another authority, by another treaty", { authority: LAKEHOUSE }],
  ])("%s changes the drift, which stays the same one", (_, difference) => {
    const drift = change([], FINDING)[0]?.drift as Drift;
    const changed = change([drift], { ...FINDING, ...difference });
    expect(changed).toMatchObject([{ kind: "DRIFT_CHANGED", drift: { id: drift.id, openedAt: drift.openedAt } }]);
  });

  test("a waived drift is silent as long as it is what was waived; a new value opens the question again", () => {
    const waived = openDrift({ state: "WAIVED", wanted: "sales", found: "finance" });
    expect(change([waived], { ...FINDING, state: "OPEN", because: "held" })).toEqual([]);
    expect(change([waived], { ...FINDING, found: "hr" })).toMatchObject([
      { kind: "DRIFT_CHANGED", drift: { state: "REPAIRING", found: "hr" } },
    ]);
  });

  test("a person's decision stays with the value they saw, and goes with another", () => {
    const decided = openDrift({ state: "IN_REVIEW", decision: "authority", found: "finance" });
    expect(change([decided], FINDING)[0]?.drift.decision).toBe("authority");
    expect(change([decided], { ...FINDING, found: "hr" })[0]?.drift.decision).toBeUndefined();
    expect(change([decided], { ...FINDING, state: "IN_REVIEW" })).toMatchObject([{ kind: "DRIFT_CHANGED" }]);
    expect(change([decided], { ...FINDING, state: "IN_REVIEW" })[0]?.drift.decision).toBeUndefined();
  });

  test("a person's decision goes with another authority, and stays where other elements than those it is about have moved", () => {
    const decided = openDrift({ state: "IN_REVIEW", decision: "mirror", found: "finance" });
    expect(change([decided], { ...FINDING, authority: LAKEHOUSE })[0]?.drift.decision).toBeUndefined();
    const moved: Finding = { ...FINDING, found: "hr", wanted: "law", isAnswered: true };
    const [changed] = change([decided], moved);
    expect(changed?.drift).toMatchObject({ decision: "mirror", found: "hr", wanted: "law" });
    expect(changed?.drift).not.toHaveProperty("isAnswered");
    expect(change([decided], { ...moved, authority: LAKEHOUSE })[0]?.drift.decision).toBeUndefined();
  });

  test("what is not known now keeps the drift, and tells nothing", () => {
    expect(change([openDrift({})], "keep")).toEqual([]);
    expect(change([], "keep")).toEqual([]);
  });

  test("drifts of other mirrors are not touched", () => {
    expect(change([openDrift({ source: CATALOG })], undefined)).toEqual([]);
  });

  test.each<[string, Partial<Drift>, Json, string]>([
    ["put back by the gateway", { state: "REPAIRING" }, "sales", "reverted"],
    ["put back after a decision", { state: "IN_REVIEW", decision: "authority" }, "sales", "reverted"],
    ["put back by somebody else", { state: "OPEN" }, "sales", "converged"],
    ["taken over by the authority", { state: "REPAIRING" }, "finance", "adopted"],
    ["taken over after a decision", { state: "IN_REVIEW", decision: "mirror" }, "finance", "adopted"],
    ["the authority came to the same by itself", { state: "OPEN" }, "finance", "converged"],
    ["both are something else now", { state: "OPEN" }, "hr", "superseded"],
    ["the mirror got it", { kind: "MIRROR_STALE", state: "OPEN" }, "sales", "mirrored"],
    ["first seen, then equal otherwise", { kind: "FIRST_SIGHT", state: "IN_REVIEW" }, "finance", "converged"],
    ["the mirror takes it after all", { kind: "DELIVERY_FAILED", state: "OPEN", note: "no" }, "sales", "mirrored"],
    ["the asset is back", { kind: "MISSING_IN_MIRROR", state: "OPEN" }, null, "restored"],
  ])("%s: the resolution says so", (_, drift, now, resolution) => {
    const changed = change([openDrift(drift)], undefined, now);
    expect(changed).toMatchObject([
      { kind: "DRIFT_RESOLVED", drift: { state: "RESOLVED", resolvedAt: AT, resolution } },
    ]);
    expect(changed[0]?.drift).not.toHaveProperty("note");
  });

  test("of a retired asset every drift ends as retired", () => {
    expect(change([openDrift({})], undefined, "sales", true)[0]?.drift.resolution).toBe("retired");
  });

  test("the log entry of a change holds the whole drift", () => {
    const { state } = atRest({});
    const drift = openDrift({});
    expect(driftEntry(state, { kind: "DRIFT_OPENED", drift }, AT)).toMatchObject({
      kind: "DRIFT_OPENED", asset: ASSET, name: "sales.orders", source: LAKEHOUSE, field: "domain", before: "sales", after: "finance", rule: "governance", drift: drift.id, detail: { ...drift },
    }); // biome-ignore format: one glance
  });

  test("the log entry of the end of a drift tells what stands at the mirror then, not what was found", () => {
    const { state } = atRest({ domain: "sales" });
    const drift = openDrift({ state: "RESOLVED", found: "finance", resolution: "reverted" });
    expect(driftEntry(state, { kind: "DRIFT_RESOLVED", drift }, AT)).toMatchObject({ before: "sales", after: "sales" });
    const lost = openDrift({ kind: "MISSING_IN_MIRROR", found: null, wanted: "sales.orders" });
    expect(driftEntry(state, { kind: "DRIFT_RESOLVED", drift: lost }, AT)).toMatchObject({ after: null });
  });
});
