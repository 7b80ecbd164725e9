import { describe, expect, test } from "vitest";
import type { Column } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import { indexOf } from "../../src/plan/asset-index.ts";
import { mirrorStatus } from "../../src/plan/field-status.ts";
import { viewField, viewFields } from "../../src/plan/view.ts";
import type { FieldView } from "../../src/ports/gateway.ts";
import { atRest, CATALOG, facts, History, LAKEHOUSE, openDrift, snapshot, table, treatyOf } from "./asset-fixture.ts";

const COLUMNS: readonly Column[] = [{ id: "1", name: "price", type: "int", required: false }];

function view(history: History, key: string): FieldView {
  return viewField(history, history.state, key as FieldKey);
}

describe("the status of a field", () => {
  test("is IN_SYNC where every mirror holds what the authority says", () => {
    expect(view(atRest({ domain: "sales" }), "domain")).toMatchObject({
      status: "IN_SYNC",
      value: "sales",
      authority: CATALOG,
      mirrors: [LAKEHOUSE],
      rule: "governance",
    });
    expect(view(atRest({}), "domain")).toMatchObject({ status: "IN_SYNC", value: null });
  });

  test("is PENDING while a mirror has not got the authority's value yet", () => {
    const history = atRest({ domain: "sales" });
    history.look(CATALOG, snapshot({ domain: "finance" }, { stableId: "record-1" }));
    expect(view(history, "domain").status).toBe("PENDING");
  });

  test("is UNKNOWN where the authority could not be read, holds no value of the field, is paused or lost the asset", () => {
    const history = atRest({ domain: "sales" });
    history.look(
      CATALOG,
      snapshot({ domain: { unknown: "timeout" }, lifecycle: { malformed: "?" } }, { stableId: "record-1" }),
    );
    expect(view(history, "domain")).toMatchObject({
      status: "UNKNOWN",
      value: undefined,
      observations: [{ source: CATALOG, state: "UNKNOWN", note: "timeout" }, {}],
    });
    expect(view(history, "lifecycle")).toMatchObject({ status: "UNKNOWN", value: undefined });
    const paused = atRest({ domain: "sales" });
    paused.sources = table(facts(CATALOG, { mode: "pause" }));
    expect(view(paused, "domain").status).toBe("UNKNOWN");
  });

  test.each([
    [[openDrift({})], "DRIFTED"],
    [[openDrift({ kind: "CONFLICT" })], "CONFLICT"],
    [[openDrift({ state: "IN_REVIEW" })], "DRIFTED"],
    [[openDrift({ state: "WAIVED" })], "IN_SYNC"],
  ] as const)("follows the open drift, case %#", (drifts, status) => {
    expect(view(atRest({ domain: "sales" }).with({ drifts }), "domain").status).toBe(status);
  });

  test("is WAIVED where the only difference is one that a person accepted", () => {
    const history = atRest({ domain: "sales" });
    history.look(LAKEHOUSE, snapshot({ domain: "finance" }));
    history.with({ drifts: [openDrift({ state: "WAIVED" })] });
    expect(view(history, "domain").status).toBe("WAIVED");
  });

  test("does not count what a mirror cannot hold", () => {
    const history = new History(snapshot({ owners: [{ principal: "alice", role: null }] }));
    history.look(CATALOG, snapshot({ owners: [{ principal: "alice", role: "steward" }] }, { stableId: "record-1" }));
    expect(view(history, "owners")).toMatchObject({
      status: "IN_SYNC",
      value: [{ principal: "alice", role: "steward" }],
    });
  });

  test("does not count elements that the mirror need not carry", () => {
    const rules = treatyOf({}).parsedRules.length;
    expect(rules).toBeGreaterThan(0);
    const history = atRest({ classifications: [{ name: "pii", value: null }] });
    history.look(
      LAKEHOUSE,
      snapshot({
        classifications: [
          { name: "pii", value: null },
          { name: "ops.tier", value: null },
        ],
      }),
    );
    expect(mirrorStatus(history, history.state, "classifications" as FieldKey, LAKEHOUSE)).toBe("IN_SYNC");
    expect(mirrorStatus(history, history.state, "classifications" as FieldKey, CATALOG)).toBe("PENDING");
    expect(view(history, "classifications").value).toEqual([
      { name: "ops.tier", value: null },
      { name: "pii", value: null },
    ]);
  });

  test("of a mirror that is only seeded is never PENDING", () => {
    const history = atRest({ domain: "sales" }, treatyOf({ mode: "seed-once" }));
    history.look(CATALOG, snapshot({ domain: "finance" }, { stableId: "record-1" }));
    expect(view(history, "domain").status).toBe("IN_SYNC");
  });

  test("can be asked of a value that is not there yet", () => {
    const history = atRest({ domain: "sales" });
    expect(mirrorStatus(history, history.state, "domain" as FieldKey, LAKEHOUSE, "finance")).toBe("PENDING");
    expect(mirrorStatus(history, history.state, "domain" as FieldKey, LAKEHOUSE, "sales")).toBe("IN_SYNC");
    expect(mirrorStatus(history, history.state, "domain" as FieldKey, LAKEHOUSE, null)).toBe("PENDING");
  });
});

describe("the version of a field", () => {
  test("changes exactly when the authority's value does", () => {
    const history = atRest({ domain: "sales" });
    const { version } = view(history, "domain");
    history.look(LAKEHOUSE, snapshot({ domain: "finance" }));
    history.look(CATALOG, snapshot({ domain: "sales", description: "other" }, { stableId: "record-1", version: "v2" }));
    expect(view(history, "domain").version).toBe(version);
    history.look(CATALOG, snapshot({ domain: "hr" }, { stableId: "record-1" }));
    const other = view(history, "domain").version;
    expect(other).not.toBe(version);
    history.look(CATALOG, snapshot({}, { stableId: "record-1" }));
    expect([version, other]).not.toContain(view(history, "domain").version);
  });
});

describe("the fields of an asset", () => {
  test("are the plain ones, the custom ones that anybody holds, and the columns'", () => {
    const history = new History(
      snapshot({ "custom.costCenter": "7", "columns.#1.description": "net" }, { columns: COLUMNS }),
    );
    const paths = viewFields(history, history.state).map((it) => it.path);
    expect(paths).toEqual([
      "owners",
      "classifications",
      "sensitivity",
      "retention",
      "domain",
      "description",
      "lifecycle",
      "schema",
      "custom.costCenter",
      "columns.price.description",
      "columns.price.classifications",
    ]);
    expect(
      viewFields(history, history.state, ["columns.price.description", "nonsense", "columns.x.description"]).map(
        (it) => it.value,
      ),
    ).toEqual(["net"]);
  });

  test("of a namespace are neither schema nor columns", () => {
    const history = new History(snapshot({}, { kind: "NAMESPACE", stableId: null, name: ["sales"] }));
    expect(viewFields(history, history.state).map((it) => it.path)).not.toContain("schema");
    expect(viewFields(history, history.state, ["schema"])).toEqual([]);
  });

  test("are observed at the authority first, then at every other source that knows the asset", () => {
    const history = new History(snapshot({ domain: "x" }));
    expect(view(history, "description").observations.map((it) => it.source)).toEqual([LAKEHOUSE]);
    expect(view(history, "domain").observations).toMatchObject([
      { source: CATALOG, state: "ABSENT", observedAt: null },
      { source: LAKEHOUSE, value: "x" },
    ]);
    history.look(CATALOG, snapshot({}, { stableId: "record-1" }));
    expect(view(history, "description").observations.map((it) => it.source)).toEqual([LAKEHOUSE, CATALOG]);
  });
});

describe("what lists filter by", () => {
  test("are the authorities' values, columns' tags included", () => {
    const history = new History(
      snapshot(
        { description: "Orders", "columns.#1.classifications": [{ name: "ops.x", value: null }] },
        { columns: COLUMNS },
      ),
    );
    const tags = [{ name: "pii.card", value: null }];
    history.look(
      CATALOG,
      snapshot(
        {
          owners: [{ principal: "alice", role: "steward" }],
          domain: "sales",
          sensitivity: "RESTRICTED",
          "columns.#1.classifications": tags,
          description: "not the authority's",
        },
        { stableId: "record-1" },
      ),
    );
    expect(indexOf(history, history.state)).toMatchObject({
      owners: ["alice"],
      domain: "sales",
      sensitivity: "RESTRICTED",
      description: "Orders",
      classifications: ["pii.card"],
    });
  });

  test("hold the worst status, and an asset that a source has lost is DRIFTED whatever its kind", () => {
    const history = new History(snapshot({}, { kind: "NAMESPACE", stableId: null, name: ["sales"] }));
    expect(indexOf(history, history.state).status).toBe("IN_SYNC");
    const lost = openDrift({ kind: "MISSING_IN_MIRROR", source: CATALOG, key: "schema" as FieldKey });
    expect(indexOf(history, { ...history.state, drifts: [lost] }).status).toBe("DRIFTED");
  });
});
