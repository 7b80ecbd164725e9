import { describe, expect, test } from "vitest";
import type { Column } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import { EXISTENCE_KEY } from "../../src/plan/plan-existence.ts";
import type { FieldPlan } from "../../src/plan/plan-field.ts";
import { refIn } from "../../src/plan/plan-mirror.ts";
import { compile, SOURCES } from "../treaty/treaty-fixture.ts";
import {
  atRest,
  CATALOG,
  type Contents,
  facts,
  History,
  LAKEHOUSE,
  openDrift,
  RULES,
  snapshot,
  table,
  treatyOf,
} from "./asset-fixture.ts";

const DOMAIN = "domain" as FieldKey;
const PRICE: Column = { id: "1", name: "price", type: "int", required: false };
const TAX: Column = { id: "2", name: "tax", type: "int", required: false };
const doc = (id: string): FieldKey => `columns.#${id}.description` as FieldKey;

describe("planMirror", () => {
  test("at rest there is nothing to write, to tell or to agree anew", () => {
    const history = atRest({ domain: "sales", description: "Orders", owners: [{ principal: "a", role: null }] });
    for (const mirror of [CATALOG, LAKEHOUSE]) {
      const plan = history.plan(mirror);
      expect(plan.writes).toEqual([]);
      expect(plan.findings.size).toBe(0);
      expect(plan.agreed).toEqual(history.state.agreed.find((it) => it.mirror === mirror));
    }
  });

  test("each field goes from its own authority to its mirror, in one write", () => {
    const history = atRest({ domain: "sales", description: "Orders" });
    history.look(
      CATALOG,
      snapshot(
        { domain: "finance", description: "Orders", lifecycle: { stage: "active", note: null, replacedBy: null } },
        { stableId: "record-1" },
      ),
    );
    const plan = history.plan(LAKEHOUSE);
    expect(plan.writes).toHaveLength(1);
    expect(plan.writes[0]).toMatchObject({ source: LAKEHOUSE, create: false, purpose: "mirror" });
    expect([...(plan.writes[0]?.fields.keys() ?? [])].toSorted()).toEqual(["domain", "lifecycle"]);
    expect(plan.writes[0]?.rules.get(DOMAIN)).toBe("governance");
    expect(history.plan(CATALOG).writes).toEqual([]);
  });

  test("an adopted value is written to the authority, not to the mirror", () => {
    const history = atRest({ domain: "sales" }, treatyOf({ onForeignWrite: "adopt" }));
    history.look(LAKEHOUSE, snapshot({ domain: "finance" }));
    expect(history.plan(LAKEHOUSE).writes).toMatchObject([{ source: CATALOG, purpose: "adopt" }]);
  });

  test("a mirror that does not know the asset takes it if it can, and is passed over if it cannot", () => {
    const rules = RULES.map((it) => ({ ...it, authority: "lakehouse", mirrors: ["catalog"] }));
    const history = new History(snapshot({ domain: "sales" }), compile(rules));
    expect(history.plan(CATALOG).writes).toMatchObject([
      { source: CATALOG, create: true, ref: { name: ["sales", "orders"], stableId: null } },
    ]);
    history.sources = table(facts(CATALOG, {}, { createsAssets: false }));
    expect(history.plan(CATALOG)).toMatchObject({ writes: [] });
    expect(history.plan(CATALOG).findings.size).toBe(0);
  });

  test("a mirror that follows names is told the new one", () => {
    const history = atRest({ domain: "sales" });
    history.look(LAKEHOUSE, snapshot({ domain: "sales" }, { name: ["sales", "all_orders"] }));
    expect(history.plan(CATALOG).writes).toMatchObject([
      { source: CATALOG, ref: { name: ["sales", "all_orders"], stableId: "record-1" } },
    ]);
    expect(history.plan(CATALOG).writes[0]?.fields.size).toBe(0);
    history.sources = table(facts(CATALOG, { mode: "observe" }));
    expect(history.plan(CATALOG).writes).toEqual([]);
    history.sources = table(facts(CATALOG, {}, { followsNames: false }));
    expect(history.plan(CATALOG).writes).toEqual([]);
  });

  test("an ephemeral asset is held back until it has lived long enough", () => {
    const history = new History(
      snapshot({ domain: "x" }),
      treatyOf({}, { ephemeral: { names: ["sales.**"], youngerThan: "PT1H" } }),
    );
    const born = Date.parse(history.state.asset.createdAt);
    expect(history.plan(LAKEHOUSE, born + 3_599_000)).toMatchObject({ heldUntil: born + 3_600_000, writes: [] });
    expect(history.plan(LAKEHOUSE, born + 3_600_000).heldUntil).toBeUndefined();
  });

  test("a source that could not be read just now is UNKNOWN: nothing is concluded from what it once said", () => {
    const history = atRest({ domain: "sales" });
    history.look(LAKEHOUSE, snapshot({ domain: "finance" }));
    expect(history.plan(LAKEHOUSE).writes).toHaveLength(1);
    history.sources = table(facts(CATALOG, { unreadable: "down" }));
    const plan = history.plan(LAKEHOUSE);
    expect(plan.writes).toEqual([]);
    expect(plan.findings.get(DOMAIN)).toBe("keep");
    expect(plan.fields.get(DOMAIN)?.base).toBe("sales");
  });
});

describe("bases", () => {
  test("a field that both sides lacked has a base: what a mirror then gets is a foreign write", () => {
    const history = atRest({ description: "Orders" });
    history.look(LAKEHOUSE, snapshot({ description: "Orders", domain: "finance" }));
    expect(history.plan(LAKEHOUSE).findings.get(DOMAIN)).toMatchObject({
      kind: "FOREIGN_WRITE",
      wanted: null,
      found: "finance",
    });
  });

  test("a mirror that nobody has looked into yet has agreed to nothing: what it turns out to hold is not taken away (P7)", () => {
    const history = new History(snapshot({ domain: "sales" })).agree(CATALOG, LAKEHOUSE);
    expect(history.state.agreed.some((it) => it.mirror === CATALOG)).toBe(false);
    history.look(CATALOG, snapshot({ description: "written by a steward" }, { stableId: "record-1" }));
    const plan = history.plan(CATALOG);
    expect(plan.fields.get("description" as FieldKey)).toMatchObject({ action: "ADOPT", base: undefined });
    expect(plan.writes.filter((it) => it.source === CATALOG)).toEqual([]);
  });

  test("a mirror that is paused agrees to nothing either", () => {
    const history = new History(snapshot({ domain: "sales" }));
    history.look(CATALOG, snapshot({}, { stableId: "record-1" }));
    history.sources = table(facts(CATALOG, { mode: "pause" }));
    history.agree(CATALOG);
    expect(history.state.agreed).toEqual([]);
  });

  test("a field that a new treaty mirrors is seen for the first time, although others have bases (P7)", () => {
    const narrow = compile([{ ...(RULES[0] as (typeof RULES)[0]), mirrors: [] }, ...RULES.slice(1)]);
    const history = new History(snapshot({ domain: "set in the lakehouse", description: "x" }), narrow);
    history.look(CATALOG, snapshot({ description: "x" }, { stableId: "record-1" }));
    history.agree(CATALOG, LAKEHOUSE);
    const wide = Object.assign(new History(snapshot({}), treatyOf()), { state: history.state });
    expect(wide.plan(LAKEHOUSE).fields.get(DOMAIN)).toMatchObject({ base: undefined, mirrorWrite: undefined });
    expect(wide.plan(LAKEHOUSE).findings.get(DOMAIN)).toMatchObject({ kind: "FIRST_SIGHT" });
  });

  test("an asset that comes under another rule by its new name keeps the bases that it has, and gets no others (P7)", () => {
    const only: (typeof RULES)[0] = {
      ...(RULES[0] as (typeof RULES)[0]),
      name: "finance",
      fields: ["domain"],
      assets: { names: ["finance.**"] },
    };
    const treaty = compile([{ ...(RULES[0] as (typeof RULES)[0]), mirrors: [] }, ...RULES.slice(1), only]);
    const history = new History(snapshot({ domain: "by hand", description: "x" }), treaty);
    history.look(CATALOG, snapshot({ description: "x" }, { stableId: "record-1" }));
    history.agree(CATALOG, LAKEHOUSE);
    history.look(LAKEHOUSE, snapshot({ domain: "by hand", description: "x" }, { name: ["finance", "orders"] }));
    expect(history.plan(LAKEHOUSE).findings.get(DOMAIN)).toMatchObject({ kind: "FIRST_SIGHT" });
    expect(history.plan(CATALOG).fields.get("description" as FieldKey)?.base).toBe("x");
  });

  test("when authority and mirror change places the base of the pair still holds; with a third source it does not", () => {
    const history = atRest({ domain: "sales" });
    const swapped = compile(
      RULES.map((it) => (it.name === "governance" ? { ...it, authority: "lakehouse", mirrors: ["catalog"] } : it)),
    );
    const after = Object.assign(new History(snapshot({}), swapped), { state: history.state });
    after.look(LAKEHOUSE, snapshot({ domain: "finance" }));
    expect(after.plan(CATALOG).fields.get(DOMAIN)).toMatchObject({
      action: "MIRROR",
      base: "sales",
      mirrorWrite: "finance",
    });
  });
});

describe("a field of which one of the authorities comes to know the asset later", () => {
  const THIRD = parseSourceId("third");
  const tags = (...names: readonly string[]): Contents => ({
    classifications: names.map((name) => ({ name, value: null })),
  });
  const connected = [...SOURCES, { id: THIRD, role: "catalog" as const }];

  /** The catalog mirrors `ops.*` of the third, and every other tag of the lakehouse. */
  const compared = (lakehouse: Contents, catalog: Contents): History => {
    const rules = RULES.flatMap((it) =>
      it.name === "texts"
        ? []
        : [
            {
              ...it,
              authority: it.name === "ops" ? "third" : "lakehouse",
              mirrors: ["catalog"],
              onFirstSight: "review" as const,
            },
          ],
    );
    const sources = table(facts(THIRD, {}, { createsAssets: false }));
    const history = new History(snapshot(lakehouse), compile(rules, {}, connected), sources);
    history.look(CATALOG, snapshot(catalog, { stableId: "record-1" }));
    return history.agree(CATALOG);
  };
  const found = (history: History, ...names: readonly string[]): FieldPlan | undefined => {
    history.look(THIRD, snapshot(tags(...names), { stableId: "third-1" }));
    return history.plan(CATALOG).fields.get("classifications" as FieldKey);
  };

  test("is seen there for the first time, and not taken from where it was, although the rest has a base (P7)", () => {
    for (const rest of [["pii.email"], []]) {
      const history = compared(tags(...rest), tags(...rest, "ops.x"));
      expect(found(history)).toMatchObject({
        mirrorWrite: undefined,
        finding: { kind: "FIRST_SIGHT", state: "IN_REVIEW" },
      });
    }
  });

  test("has the base that the rest of it had, so that what was taken away there does not come back", () => {
    const history = compared(tags("pii.email"), tags("pii.email", "ops.x"));
    history.look(LAKEHOUSE, snapshot({}));
    expect(found(history)).toMatchObject({ mirrorWrite: tags("ops.x")["classifications"], action: "REVIEW" });
  });

  test("has a base of all of it once both agree there as well", () => {
    const history = compared(tags("pii.email"), tags("pii.email", "ops.x"));
    expect(found(history, "ops.x")).toMatchObject({ action: null });
    history.agree(CATALOG);
    expect(found(history)).toMatchObject({ mirrorWrite: tags("pii.email")["classifications"], action: "MIRROR" });
  });
});

describe("columns", () => {
  const both = (fields: Record<string, Json>, columns: readonly Column[]): History => {
    const history = new History(snapshot(fields, { columns }));
    history.look(CATALOG, snapshot(fields, { stableId: "record-1" }));
    return history.agree(CATALOG, LAKEHOUSE);
  };

  test("a column's rename writes nothing: its fields stand with its id", () => {
    const history = both({ [doc("1")]: "net" }, [PRICE]);
    history.look(LAKEHOUSE, snapshot({ [doc("1")]: "net" }, { columns: [{ ...PRICE, name: "amount" }] }));
    expect(history.plan(CATALOG).writes).toEqual([]);
    expect(history.plan(LAKEHOUSE).writes).toEqual([]);
  });

  test("what a catalog holds of a dropped column is taken away where the lakehouse was the authority", () => {
    const history = both({ [doc("1")]: "net", [doc("2")]: "VAT" }, [PRICE, TAX]);
    history.look(LAKEHOUSE, snapshot({ [doc("1")]: "net" }, { columns: [PRICE] }));
    const [write] = history.plan(CATALOG).writes;
    expect([...(write?.fields ?? [])]).toEqual([[doc("2"), { state: "absent" }]]);
  });

  test("what a catalog with authority says of a dropped column is not forced on the lakehouse", () => {
    const tags: Json = [{ name: "pii", value: null }];
    const key = "columns.#2.classifications";
    const history = both({ [key]: tags }, [PRICE, TAX]);
    history.look(LAKEHOUSE, snapshot({}, { columns: [PRICE] }));
    expect(history.plan(LAKEHOUSE).writes).toEqual([]);
    expect(history.plan(LAKEHOUSE).findings.size).toBe(0);
  });
});

describe("existence", () => {
  const SCANNED = { lastCompleteScanAt: "2026-06-01T00:00:00.000Z" };
  const inCatalogOnly = (): History =>
    new History(snapshot({ domain: "x" }, { stableId: "record-1" }), treatyOf(), table(), CATALOG);

  test("an orphan that was told stays one for a process that has not heard of the scan, and ends when a lakehouse has it", () => {
    const history = inCatalogOnly();
    const drift = openDrift({
      kind: "ORPHAN",
      key: EXISTENCE_KEY,
      source: CATALOG,
      wanted: null,
      found: "sales.orders",
    });
    history.with({ drifts: [drift] });
    expect(history.plan(CATALOG).findings.get(EXISTENCE_KEY)).toBe("keep");
    history.look(LAKEHOUSE, snapshot());
    expect(history.plan(CATALOG).findings.has(EXISTENCE_KEY)).toBe(false);
  });

  test("what only a catalog holds is an orphan once every proving source has been scanned completely, and not before", () => {
    const history = inCatalogOnly();
    expect(history.plan(CATALOG).findings.size).toBe(0);
    history.sources = table(facts(LAKEHOUSE, { lastCompleteScanAt: "2025-01-01T00:00:00.000Z" }));
    expect(history.plan(CATALOG).findings.size).toBe(0);
    history.sources = table(facts(LAKEHOUSE, SCANNED));
    expect([...history.plan(CATALOG).findings.values()]).toMatchObject([
      { kind: "ORPHAN", wanted: null, found: "sales.orders" },
    ]);
    expect(history.plan(CATALOG).writes).toEqual([]);
  });

  test("a catalog that lost an asset has a drift, and nothing is put back by itself", () => {
    const history = atRest({ domain: "sales" });
    history.with({
      bindings: history.state.bindings.map((it) => (it.source === CATALOG ? { ...it, state: "missing" as const } : it)),
    });
    const plan = history.plan(CATALOG);
    expect([...plan.findings.values()]).toMatchObject([
      { kind: "MISSING_IN_MIRROR", wanted: "sales.orders", found: null },
    ]);
    expect(plan.writes).toEqual([]);
    expect(plan.agreed).toBeUndefined();
  });

  test("while an asset is SUSPECTED or the mirror has lost it, its open drifts stay open", () => {
    const history = atRest({ domain: "sales" });
    const drifts = [openDrift({ source: CATALOG, key: "description" as FieldKey })];
    const asset = { ...history.state.asset, state: "SUSPECTED" as const };
    expect(history.with({ drifts, asset }).plan(CATALOG).findings).toEqual(new Map([["description", "keep"]]));
    const lost = history.state.bindings.map((it) =>
      it.source === CATALOG ? { ...it, state: "missing" as const } : it,
    );
    history.with({ asset: { ...asset, state: "ACTIVE" }, bindings: lost });
    expect(history.plan(CATALOG).findings.get("description" as FieldKey)).toBe("keep");
  });
});

describe("refIn", () => {
  test("a source that lost the asset is not made to take it again", () => {
    const history = atRest({});
    const lost = {
      ...history.state,
      bindings: history.state.bindings.map((it) => ({ ...it, state: "missing" as const })),
    };
    expect(refIn(lost, history.factsOf(CATALOG))).toBeUndefined();
    expect(refIn(lost, undefined)).toBeUndefined();
  });

  test("a name outside the source's prefix cannot be put there", () => {
    const history = new History(snapshot({}));
    expect(refIn(history.state, facts(CATALOG, { prefix: ["other"] }))).toBeUndefined();
    expect(refIn(history.state, facts(CATALOG, { prefix: ["sales"] }))?.ref.name).toEqual(["orders"]);
  });
});
