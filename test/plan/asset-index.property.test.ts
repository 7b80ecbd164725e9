import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Column } from "../../src/domain/asset.ts";
import type { Drift } from "../../src/domain/drift.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import { isJsonObject, type Json } from "../../src/domain/json.ts";
import { worstStatus } from "../../src/domain/status.ts";
import { indexOf } from "../../src/plan/asset-index.ts";
import { mirrorStatus } from "../../src/plan/field-status.ts";
import { viewFields } from "../../src/plan/view.ts";
import type { RuleText } from "../../src/treaty/treaty-text.ts";
import { compile } from "../treaty/treaty-fixture.ts";
import {
  CATALOG,
  type Contents,
  facts,
  History,
  LAKEHOUSE,
  openDrift,
  RULES,
  snapshot,
  table,
} from "./asset-fixture.ts";

const COLUMNS: readonly Column[] = ["price", "name", "pii_mail", "note"].map((name, index) => ({
  id: String(index + 1),
  name,
  type: "string",
  required: false,
}));
const LAKEHOUSE_ALONE: readonly RuleText[] = [{ name: "all", fields: ["*"], authority: "lakehouse" }];
const PII_COLUMNS: RuleText = {
  name: "pii-columns",
  fields: ["columns.pii_*.classifications"],
  authority: "catalog",
  assets: { names: ["sales.**"] },
  mode: "observe",
};

const tags = fc.subarray(["pii.card", "pii.mail", "ops.tier"]).map((it) => it.map((name) => ({ name, value: null })));
const odd = fc.constantFrom({ unknown: "no answer" }, { malformed: "###" });
const readings: fc.Arbitrary<Contents> = fc
  .record(
    {
      domain: fc.oneof(fc.constantFrom("sales", "finance"), odd),
      description: fc.constantFrom("Orders", "Invoices"),
      owners: fc.constantFrom([{ principal: "alice", role: null }], [{ principal: "bob", role: null }]),
      classifications: tags,
      "custom.costCenter": fc.constantFrom("a", "b"),
      "columns.#1.description": fc.oneof(fc.constantFrom("Net", "Gross"), odd),
      "columns.#3.classifications": tags,
    },
    { requiredKeys: [] },
  )
  .map((it) => Object.fromEntries(Object.entries(it).filter(([, value]) => !Array.isArray(value) || value.length > 0)));
const drifts: fc.Arbitrary<Drift[]> = fc.uniqueArray(
  fc
    .record({
      key: fc.constantFrom("domain", "columns.#2.description", "schema") as fc.Arbitrary<FieldKey>,
      state: fc.constantFrom("OPEN", "WAIVED", "IN_REVIEW"),
      kind: fc.constantFrom("FOREIGN_WRITE", "CONFLICT", "MISSING_IN_MIRROR"),
    })
    .map(openDrift),
  { selector: (it) => it.key, maxLength: 2 },
);
const history = fc
  .record({
    lakehouse: readings,
    catalog: fc.option(readings),
    rules: fc.constantFrom(RULES, LAKEHOUSE_ALONE),
    scoped: fc.boolean(),
    kind: fc.constantFrom("TABLE", "NAMESPACE"),
    mode: fc.constantFrom("enforce", "observe", "seed-once", "pause"),
    createsAssets: fc.boolean(),
    drifts,
  })
  .map((it) => {
    const columns = it.kind === "TABLE" ? { columns: COLUMNS } : {};
    const made = new History(
      snapshot(it.lakehouse, { kind: it.kind as "TABLE", ...columns }),
      compile([...it.rules, ...(it.scoped ? [PII_COLUMNS] : [])]),
      table(facts(CATALOG, { mode: it.mode as "pause" }, { createsAssets: it.createsAssets })),
      LAKEHOUSE,
    );
    if (it.catalog) made.look(CATALOG, snapshot(it.catalog, { kind: it.kind as "TABLE", stableId: "record-1" }));
    return made.with({ drifts: it.drifts });
  });

function namesOf(value: Json | undefined, name: string): string[] {
  return Array.isArray(value) ? (value as Json[]).map((it) => String(isJsonObject(it) && it[name])) : [];
}

describe("what lists filter by", () => {
  test.prop([history])("is what the views of all fields say", (it) => {
    const views = viewFields(it, it.state);
    const valueOf = (path: string): Json => views.find((view) => view.path === path)?.value ?? null;
    const isLost = it.state.drifts.some((drift) => drift.key === "schema" && drift.state !== "WAIVED");
    const tagged = views.filter(({ kind }) => kind.endsWith("classifications"));
    expect(indexOf(it, it.state)).toEqual({
      status: worstStatus([...views.map((view) => view.status), ...(isLost ? (["DRIFTED"] as const) : [])]),
      owners: namesOf(valueOf("owners"), "principal"),
      classifications: [...new Set(tagged.flatMap(({ value }) => namesOf(value, "name")))],
      sensitivity: null,
      domain: valueOf("domain"),
      description: valueOf("description"),
    });
  });
});

describe("the status of a field that nobody drifted from", () => {
  test.prop([history])("is that of the mirror that is worst off", (it) => {
    for (const view of viewFields(it, it.state)) {
      if (view.drifts.length > 0 || view.value === undefined) continue;
      const atMirrors = view.mirrors.map((mirror) => mirrorStatus(it, it.state, view.key, mirror));
      expect(`${view.path} ${view.status}`).toBe(`${view.path} ${worstStatus(atMirrors)}`);
    }
  });
});
