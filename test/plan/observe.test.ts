import { describe, expect, test } from "vitest";
import type { Column } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import { parseSourceId } from "../../src/domain/ids.ts";
import { digestOf, observe } from "../../src/plan/observe.ts";
import { bindingOf } from "../../src/plan/source-facts.ts";
import { ASSET, atRest, CATALOG, facts, History, LAKEHOUSE, snapshot, table, treatyOf } from "./asset-fixture.ts";

const COLUMNS: readonly Column[] = [{ id: "1", name: "price", type: "int", required: false }];

describe("what a snapshot adds", () => {
  test("an asset that is seen first is found, with what it holds, and every mirror is to be looked at", () => {
    const history = new History(snapshot({ description: "Orders" }));
    const { changes, dirty } = observe(
      history,
      { ...history.state, revision: 0, bindings: [] },
      history.factsOf(LAKEHOUSE),
      snapshot({ description: "Orders" }),
      history.sight(),
    );
    expect(changes).toMatchObject([
      {
        kind: "ASSET_FOUND",
        name: "sales.orders",
        asset: ASSET,
        source: LAKEHOUSE,
        after: { fields: { description: "Orders" } },
      },
    ]);
    expect([...dirty].toSorted()).toEqual([CATALOG, LAKEHOUSE]);
  });

  test("the same snapshot twice is no news: no entry, nothing to look at, only the time moves on", () => {
    const history = atRest({ description: "Orders", domain: "sales" });
    const again = history.look(LAKEHOUSE, snapshot({ description: "Orders", domain: "sales" }));
    expect(again).toMatchObject({ changes: [], isNews: false });
    expect(again.dirty.size).toBe(0);
    expect(bindingOf(again.state, LAKEHOUSE)?.observedFrom).toBeGreaterThan(1);
  });

  test("a new version with the same content is remembered and told to nobody", () => {
    const history = atRest({ domain: "sales" });
    const again = history.look(LAKEHOUSE, snapshot({ domain: "sales" }, { version: "v2" }));
    expect(again).toMatchObject({ changes: [], isNews: true });
    expect(bindingOf(again.state, LAKEHOUSE)?.version).toBe("v2");
  });

  test("a read that began before the recorded one is ignored, whatever it says", () => {
    const history = atRest({ domain: "sales" });
    history.look(CATALOG, snapshot({ domain: "finance" }, { stableId: "record-1" }));
    const before = history.state;
    const late = history.look(CATALOG, snapshot({ domain: "sales" }, { stableId: "record-1" }), 3);
    expect(late).toMatchObject({ changes: [], isNews: false });
    expect(late.state).toBe(before);
  });

  test("another thing that answers to the name by now is no news of the asset", () => {
    const history = atRest({ domain: "sales" });
    const before = history.state;
    const other = history.look(CATALOG, snapshot({ domain: "finance" }, { stableId: "record-2" }));
    expect(other).toMatchObject({ changes: [], isNews: false });
    expect(other.state).toBe(before);
  });

  test("a value that cannot be read any more is not told as gone, and is told when it can be read again", () => {
    const history = atRest({ domain: "sales" });
    const read = (domain: string) => snapshot({ domain }, { stableId: "record-1" });
    const unread = { ...read("sales"), fields: { domain: { state: "unknown" as const, reason: "no answer" } } };
    const { changes, state } = history.look(CATALOG, unread);
    expect(changes).toEqual([]);
    expect(bindingOf(state, CATALOG)?.fields["domain" as FieldKey]?.state).toBe("unknown");
    const [told, ...more] = history.look(CATALOG, read("finance")).changes;
    expect(told).toMatchObject({ kind: "FIELD_CHANGED", field: "domain", after: "finance" });
    expect(told).not.toHaveProperty("before");
    expect(more).toEqual([]);
  });

  test("a change at the field's authority is a change of the field, by the source, and its mirrors are to be looked at", () => {
    const history = atRest({ domain: "sales" });
    const { changes, dirty } = history.look(CATALOG, snapshot({ domain: "finance" }, { stableId: "record-1" }));
    expect(changes).toMatchObject([
      {
        kind: "FIELD_CHANGED",
        field: "domain",
        before: "sales",
        after: "finance",
        rule: "governance",
        actor: { kind: "source", id: CATALOG },
      },
    ]);
    expect([...dirty]).toEqual([LAKEHOUSE]);
  });

  test("a change at a mirror is no change of the field; the mirror is to be looked at", () => {
    const history = atRest({ domain: "sales" });
    const { changes, dirty } = history.look(LAKEHOUSE, snapshot({ domain: "finance" }));
    expect(changes).toEqual([]);
    expect([...dirty]).toEqual([LAKEHOUSE]);
  });

  test("of a field with several authorities each source changes its own elements only", () => {
    const history = atRest({
      classifications: [
        { name: "ops.tier", value: null },
        { name: "pii", value: null },
      ],
    });
    const { changes } = history.look(LAKEHOUSE, snapshot({ classifications: [{ name: "ops.tier", value: "gold" }] }));
    expect(changes).toMatchObject([
      {
        kind: "FIELD_CHANGED",
        rule: "ops",
        before: [{ name: "ops.tier", value: null }],
        after: [{ name: "ops.tier", value: "gold" }],
      },
    ]);
    expect(changes).toHaveLength(1);
  });

  test("what the gateway itself wrote is told with its actor, reason and cause", () => {
    const history = atRest({ domain: "sales" });
    const by = { actor: { kind: "person" as const, id: "alice" }, reason: "moved", causedBy: 7 };
    const seen = snapshot(
      { domain: "finance", retention: { duration: "P1D", basis: null, legalHold: false } },
      { stableId: "record-1" },
    );
    const { changes } = observe(
      history,
      history.state,
      history.factsOf(CATALOG),
      seen,
      history.sight(),
      new Map([["domain" as FieldKey, by]]),
    );
    expect(changes).toMatchObject([
      { field: "domain", actor: by.actor, reason: "moved", causedBy: 7 },
      { field: "retention", actor: { kind: "source", id: CATALOG } },
    ]);
  });

  test("a source that comes to know the asset by the gateway's write is bound, and the written field is changed", () => {
    const history = new History(snapshot({}));
    const by = { actor: { kind: "person" as const, id: "alice" } };
    const seen = snapshot(
      { domain: "sales", lifecycle: { stage: "active", note: null, replacedBy: null } },
      { stableId: "record-1" },
    );
    const { changes } = observe(
      history,
      history.state,
      history.factsOf(CATALOG),
      seen,
      history.sight(),
      new Map([["domain" as FieldKey, by]]),
    );
    expect(changes).toMatchObject([
      { kind: "ASSET_BOUND", after: { fields: { lifecycle: { stage: "active" } } } },
      { kind: "FIELD_CHANGED", field: "domain", before: null, after: "sales", actor: by.actor },
    ]);
    expect(changes).toHaveLength(2);
    expect(JSON.stringify(changes[0]?.after)).not.toContain("domain");
  });

  test("a rename keeps the asset and its readings, and is told", () => {
    const history = atRest({ domain: "sales" });
    const { changes, dirty, state } = history.look(
      LAKEHOUSE,
      snapshot({ domain: "sales" }, { name: ["sales", "all_orders"] }),
    );
    expect(changes).toMatchObject([
      { kind: "ASSET_RENAMED", before: "sales.orders", after: "sales.all_orders", asset: ASSET },
    ]);
    expect(state.asset).toMatchObject({ id: ASSET, name: "sales.all_orders" });
    expect(dirty).toContain(CATALOG);
  });

  test("a catalog's other name for it renames nothing while a source that proves existence has it", () => {
    const history = atRest({});
    const { state } = history.look(CATALOG, snapshot({ domain: "x" }, { stableId: "record-1", name: ["old", "name"] }));
    expect(state.asset.name).toBe("sales.orders");
  });

  test("a suspected asset that turns up in another source that proves existence is bound there and restored", () => {
    const other = facts(parseSourceId("other-lake"), { role: "lakehouse" }, { provesExistence: true });
    const history = new History(snapshot({}), treatyOf(), table(other));
    history.with({ asset: { ...history.state.asset, state: "SUSPECTED" } });
    const { changes, state } = history.look(other.id, snapshot({}, { stableId: "uuid-2" }));
    expect(changes).toMatchObject([{ kind: "ASSET_BOUND" }, { kind: "ASSET_RESTORED" }]);
    expect(state.asset.state).toBe("ACTIVE");
  });

  test("an asset that is seen again is restored; a catalog that still lists it restores nothing", () => {
    const history = atRest({ domain: "sales" });
    const asset = { ...history.state.asset, state: "SUSPECTED" as const, missingSince: "2026-01-01T00:00:00.000Z" };
    history.with({
      asset,
      bindings: history.state.bindings.map((it) =>
        it.source === LAKEHOUSE ? { ...it, state: "missing" as const, misses: 1 } : it,
      ),
    });
    expect(history.look(CATALOG, snapshot({ domain: "finance" }, { stableId: "record-1" })).state.asset.state).toBe(
      "SUSPECTED",
    );
    const { changes, state } = history.look(LAKEHOUSE, snapshot({ domain: "sales" }));
    expect(changes).toMatchObject([
      {
        kind: "ASSET_RESTORED",
        before: "SUSPECTED",
        after: "ACTIVE",
        detail: { ref: { name: ["sales", "orders"] }, fields: { domain: "sales" } },
      },
    ]);
    expect(state.asset).not.toHaveProperty("missingSince");
    expect(bindingOf(state, LAKEHOUSE)).toMatchObject({ state: "present", misses: 0 });
  });

  test("a source that has the asset again, just as it was, is looked at: what was lost there may be restored", () => {
    const history = atRest({ domain: "sales" });
    history.with({
      bindings: history.state.bindings.map((it) => (it.source === CATALOG ? { ...it, state: "missing" as const } : it)),
    });
    const { dirty, isNews } = history.look(CATALOG, snapshot({ domain: "sales" }, { stableId: "record-1" }));
    expect(isNews).toBe(true);
    expect([...dirty].toSorted()).toEqual([CATALOG, LAKEHOUSE]);
  });

  test("a change of the schema makes every mirror of a column to be looked at", () => {
    const history = atRest({});
    const { changes, dirty } = history.look(LAKEHOUSE, snapshot({}, { columns: COLUMNS }));
    expect(changes).toMatchObject([{ kind: "FIELD_CHANGED", field: "schema" }]);
    expect(dirty).toContain(CATALOG);
  });

  test("labels come from the source that proves existence", () => {
    const history = atRest({});
    expect(
      history.look(CATALOG, snapshot({ domain: "x" }, { stableId: "record-1", labels: { tier: "9" } })).state.asset
        .labels,
    ).toEqual({});
    expect(history.look(LAKEHOUSE, snapshot({}, { labels: { tier: "1" } })).state.asset.labels).toEqual({ tier: "1" });
  });

  test("a reading that stays the same keeps the position at which it came to be; a new one lies between two reads", () => {
    const history = atRest({ domain: "sales" });
    const first = bindingOf(history.state, LAKEHOUSE)?.fields["domain" as FieldKey];
    history.look(LAKEHOUSE, snapshot({ domain: "sales", lifecycle: { stage: "x", note: null, replacedBy: null } }));
    const since = bindingOf(history.state, LAKEHOUSE)?.observedFrom;
    expect(bindingOf(history.state, LAKEHOUSE)?.fields["domain" as FieldKey]).toEqual(first);
    history.look(LAKEHOUSE, snapshot({ domain: "finance" }));
    const now = bindingOf(history.state, LAKEHOUSE)?.fields["domain" as FieldKey];
    expect(now?.after).toBe(since);
    expect(now?.by).toBeGreaterThan(since ?? 0);
  });

  test("where values show late a new one may be older than the last look at the old one", () => {
    const history = atRest({ description: "Orders" });
    const lake = history.factsOf(LAKEHOUSE);
    const late = { ...lake, capabilities: { ...lake.capabilities, visibleWithinMs: 15_000 } };
    const look = observe(history, history.state, late, snapshot({ description: "All orders" }), history.sight());
    expect(bindingOf(look.state, LAKEHOUSE)?.fields["description" as FieldKey]).toMatchObject({
      value: "All orders",
      after: 0,
    });
  });

  test("a prefix stands before the source's own names", () => {
    const sources = table(facts(LAKEHOUSE, { prefix: ["prod", "lake"] }));
    expect(new History(snapshot({}), treatyOf(), sources).state.asset.name).toBe("prod.lake.sales.orders");
  });

  test("digests differ exactly where content does", () => {
    const one = snapshot({ domain: "sales", description: "x" });
    expect(digestOf(snapshot({ description: "x", domain: "sales" }, { version: "v9" }))).toBe(digestOf(one));
    for (const other of [
      snapshot({ domain: "sales" }),
      snapshot({ domain: "sales", description: { malformed: "x" } }),
      snapshot({ domain: "sales", description: "x" }, { stableId: "u2" }),
      snapshot({ domain: "sales", description: "x" }, { labels: { a: "b" } }),
    ]) {
      expect(digestOf(other)).not.toBe(digestOf(one));
    }
  });
});
