import { afterEach, describe, expect, test } from "vitest";
import { workOnce } from "../../src/reconcile/lane.ts";
import type { RuleText } from "../../src/treaty/treaty-text.ts";
import { CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";
import { everyCapability } from "../support/memory-assets.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

/** Both hold the same, and then both change it before anybody looks. */
async function conflict(
  change: Partial<RuleText>,
  fields: Record<string, unknown>,
  inCatalog: Record<string, unknown>,
  inLakehouse: Record<string, unknown>,
): Promise<void> {
  harness = await EngineHarness.open({ rules: rules(change) });
  harness.lakehouse.assets.put({ ...ORDERS, fields });
  harness.catalog.assets.put({ ...ORDERS, fields });
  await harness.sync();
  harness.catalog.assets.edit(ORDERS, inCatalog);
  harness.lakehouse.assets.edit(ORDERS, inLakehouse);
}

const both = (field: string): readonly unknown[] => [heldBy(harness.catalog, field), heldBy(harness.lakehouse, field)];

describe("when both sides changed a field", () => {
  test("authority: the authority's value stands, and the conflict was told", async () => {
    await conflict({ onConflict: "authority" }, { domain: "a" }, { domain: "b" }, { domain: "c" });
    await harness.sync();
    expect(both("domain")).toEqual(["b", "b"]);
    expect(
      (await harness.log("DRIFT_OPENED", "DRIFT_RESOLVED")).map((it) => [
        it.kind,
        (it.detail as { kind: string }).kind,
      ]),
    ).toEqual([
      ["DRIFT_OPENED", "CONFLICT"],
      ["DRIFT_RESOLVED", "CONFLICT"],
    ]);
  });

  test("where both have room for one owner, two new ones are a conflict that the rule decides", async () => {
    const fields = everyCapability().map((it) =>
      it.field === "owners" ? { ...it, cardinality: "one" as const, omits: ["role" as const] } : it,
    );
    harness = await EngineHarness.open({
      rules: rules({ onForeignWrite: "adopt", onConflict: "authority" }),
      catalog: { fields },
      lakehouse: { fields },
    });
    for (const source of [harness.lakehouse, harness.catalog]) source.assets.put({ ...ORDERS, fields: {} });
    await harness.sync();
    harness.catalog.assets.edit(ORDERS, { owners: ["alice"] });
    harness.lakehouse.assets.edit(ORDERS, { owners: ["bob"] });
    await harness.sync();
    expect(both("owners")).toEqual([[{ principal: "alice", role: null }], [{ principal: "alice", role: null }]]);
    expect((await harness.log("DRIFT_OPENED")).map((it) => (it.detail as { kind: string }).kind)).toEqual(["CONFLICT"]);
    expect(await harness.drifts()).toEqual([]);
  });

  test("review: both stay as they are until a person decides", async () => {
    await conflict({ onConflict: "review" }, { domain: "a" }, { domain: "b" }, { domain: "c" });
    await harness.sync();
    await harness.sync();
    expect(both("domain")).toEqual(["b", "c"]);
    expect(await harness.drifts()).toMatchObject([
      { kind: "CONFLICT", state: "IN_REVIEW", base: "a", wanted: "b", found: "c" },
    ]);
    expect((await harness.view("domain")).status).toBe("CONFLICT");
    await harness.apply({ field: "domain", edit: { op: "set", value: "d" } });
    await harness.rest();
    expect(both("domain")).toEqual(["d", "d"]);
    expect(await harness.drifts()).toEqual([]);
  });

  test("a write of the gateway's own that lands when the authority has moved on is not adopted as somebody else's", async () => {
    harness = await EngineHarness.open({
      rules: rules({ onForeignWrite: "adopt", onConflict: "newest-at-authority" }),
    });
    harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "a" } });
    harness.catalog.assets.put({ ...ORDERS, fields: { domain: "a" } });
    await harness.sync();
    const write = harness.lakehouse.write.bind(harness.lakehouse);
    harness.lakehouse.write = async () => ({ kind: "unknown", error: { code: "timeout", message: "no answer" } });
    await harness.apply({ field: "domain", edit: { op: "set", value: "b" } });
    await harness.work();
    await harness.apply({ field: "domain", edit: { op: "set", value: "c" } });
    await harness.scan(LAKEHOUSE);
    harness.lakehouse.assets.edit(ORDERS, { domain: "b" }); // it lands
    harness.lakehouse.write = write;
    const asset = (await harness.state()).asset.id;
    await harness.ledger.markDirty([{ asset, source: LAKEHOUSE, reread: true }]);
    await harness.work();
    expect(heldBy(harness.catalog, "domain")).toBe("c");
    await harness.rest();
    expect(both("domain")).toEqual(["c", "c"]);
    expect(await harness.log("DRIFT_OPENED")).toEqual([]);
  });

  test("most-restrictive: the stricter value wins on whichever side it is", async () => {
    const rule = { onConflict: "most-restrictive" as const, fields: ["sensitivity"] };
    for (const [catalog, lakehouse] of [
      ["RESTRICTED", "PUBLIC"],
      ["PUBLIC", "RESTRICTED"],
    ] as const) {
      harness = await EngineHarness.open({
        rules: [
          ...rules(),
          {
            name: "strict",
            assets: { names: ["**"] },
            authority: "catalog",
            mirrors: ["lakehouse"],
            mode: "enforce",
            ...rule,
          },
        ],
      });
      harness.lakehouse.assets.put({ ...ORDERS, fields: { sensitivity: "INTERNAL" } });
      harness.catalog.assets.put({ ...ORDERS, fields: { sensitivity: "INTERNAL" } });
      await harness.sync();
      harness.catalog.assets.edit(ORDERS, { sensitivity: catalog });
      harness.lakehouse.assets.edit(ORDERS, { sensitivity: lakehouse });
      await harness.sync();
      expect(both("sensitivity")).toEqual(["RESTRICTED", "RESTRICTED"]);
      if (catalog === "RESTRICTED") await harness[Symbol.asyncDispose]();
    }
  });

  test("newest-at-authority: the mirror wins where it was seen at its old value after the authority had changed", async () => {
    await conflict({ onConflict: "newest-at-authority" }, { domain: "a" }, { domain: "b" }, {});
    harness.registry = await paused(LAKEHOUSE);
    await harness.scan(CATALOG);
    await resumed(LAKEHOUSE);
    await harness.scan(LAKEHOUSE);
    harness.lakehouse.assets.edit(ORDERS, { domain: "c" });
    await harness.scan(LAKEHOUSE);
    await harness.rest();
    expect(both("domain")).toEqual(["c", "c"]);
  });

  test("newest-at-authority: a write of the gateway's own that arrives late and is not settled yet is no newer value of the mirror's", async () => {
    await conflict({ onConflict: "newest-at-authority" }, { domain: "a" }, { domain: "a" }, {});
    harness.lakehouse.writeFaults.push({ kind: "unknown", applied: false });
    await harness.apply({ field: "domain", edit: { op: "set", value: "b" } });
    await harness.work();
    await harness.apply({ field: "domain", edit: { op: "set", value: "c" } });
    await harness.scan(LAKEHOUSE);
    harness.lakehouse.assets.edit(ORDERS, { domain: "b" });
    await harness.scan(LAKEHOUSE);
    await harness.work();
    expect(heldBy(harness.catalog, "domain")).toBe("c");
    await harness.rest();
    expect(both("domain")).toEqual(["c", "c"]);
    expect((await harness.log("FIELD_CHANGED")).map((it) => it.after)).toEqual(["b", "c"]);
  });

  test("newest-at-authority: without that proof the authority's value stands", async () => {
    await conflict({ onConflict: "newest-at-authority" }, { domain: "a" }, { domain: "b" }, { domain: "c" });
    await harness.sync();
    expect(both("domain")).toEqual(["b", "b"]);
  });

  test("to the same value: they agree, and nothing is written", async () => {
    await conflict({ onConflict: "review" }, { domain: "a" }, { domain: "b" }, { domain: "b" });
    const writes = harness.catalog.calls.writeCalls + harness.lakehouse.calls.writeCalls;
    await harness.sync();
    expect(harness.catalog.calls.writeCalls + harness.lakehouse.calls.writeCalls).toBe(writes);
    expect(await harness.drifts()).toEqual([]);
    harness.lakehouse.assets.edit(ORDERS, { domain: "x" });
    await harness.sync();
    expect((await harness.log("DRIFT_OPENED")).at(-1)).toMatchObject({ detail: { kind: "FOREIGN_WRITE", base: "b" } });
  });

  test("in different elements: sets are merged element by element, with no conflict at all", async () => {
    await conflict(
      { onConflict: "review", onForeignWrite: "adopt" },
      { owners: ["a", "b"] },
      { owners: ["a", "b", { principal: "c", role: "steward" }] },
      { owners: ["b", "d"] },
    );
    await harness.sync();
    expect(heldBy(harness.catalog, "owners")).toEqual([
      { principal: "b", role: null },
      { principal: "c", role: "steward" },
      { principal: "d", role: null },
    ]);
    expect(heldBy(harness.lakehouse, "owners")).toEqual(
      ["b", "c", "d"].map((principal) => ({ principal, role: null })),
    );
    expect((await harness.log("DRIFT_OPENED")).map((it) => (it.detail as { kind: string }).kind)).toEqual([
      "FOREIGN_WRITE",
    ]);
  });

  /** Nothing is worked for a source that is paused; its drift waits. */
  async function paused(id: typeof LAKEHOUSE): Promise<typeof harness.registry> {
    const [record] = (await harness.ledger.readSources()).filter((it) => it.id === id);
    if (record) await harness.ledger.commit({ sources: [{ ...record, mode: "observe" }] });
    await harness.registry.refresh();
    return harness.registry;
  }

  async function resumed(id: typeof LAKEHOUSE): Promise<void> {
    const [record] = (await harness.ledger.readSources()).filter((it) => it.id === id);
    if (record) await harness.ledger.commit({ sources: [{ ...record, mode: "enforce" }] });
    await harness.registry.refresh();
  }
});

describe("first sight", () => {
  const open = async (
    change: Partial<RuleText>,
    inCatalog: Record<string, unknown>,
    inLakehouse: Record<string, unknown>,
  ): Promise<void> => {
    harness = await EngineHarness.open({ rules: rules(change) });
    harness.lakehouse.assets.put({ ...ORDERS, fields: inLakehouse });
    harness.catalog.assets.put({ ...ORDERS, fields: inCatalog });
    await harness.sync();
  };

  test("authority: fills and replaces the mirror, but asks before it takes anything away", async () => {
    await open(
      { onFirstSight: "authority" },
      { domain: "a", owners: ["x"] },
      { domain: "b", owners: ["y"], lifecycle: "active" },
    );
    expect(both("domain")).toEqual(["a", "a"]);
    expect(heldBy(harness.lakehouse, "owners")).toEqual(["x", "y"].map((principal) => ({ principal, role: null })));
    expect(heldBy(harness.lakehouse, "lifecycle")).toMatchObject({ stage: "active" });
    expect((await harness.drifts()).map((it) => `${it.path} ${it.kind} ${it.state}`).sort()).toEqual([
      "lifecycle FIRST_SIGHT IN_REVIEW",
      "owners FIRST_SIGHT IN_REVIEW",
    ]);
  });

  test("union: each gets what only the other has", async () => {
    await open({ onFirstSight: "union" }, { owners: ["x"] }, { owners: ["y"], lifecycle: "active" });
    for (const source of [harness.catalog, harness.lakehouse]) {
      expect(heldBy(source, "owners")).toEqual(["x", "y"].map((principal) => ({ principal, role: null })));
      expect(heldBy(source, "lifecycle")).toMatchObject({ stage: "active" });
    }
    expect(await harness.drifts()).toEqual([]);
  });

  test("a review that is opened while somebody sets what already stands at the authority is decided by it, and carried out", async () => {
    harness = await EngineHarness.open({ rules: rules({ onFirstSight: "review" }) });
    harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "b" } });
    harness.catalog.assets.put({ ...ORDERS, fields: { domain: "a" } });
    await harness.scanAll();
    const read = harness.catalog.read.bind(harness.catalog);
    harness.catalog.read = async (...args) => {
      harness.catalog.read = read;
      const seen = await read(...args);
      for (const id of harness.engine.sources.ids) await workOnce(harness.engine, id, new AbortController().signal);
      return seen;
    };
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "a" } });
    expect(outcome.userErrors).toEqual([]);
    await harness.rest();
    expect(both("domain")).toEqual(["a", "a"]);
    expect((await harness.log("DRIFT_CHANGED")).map((it) => it.field)).toEqual(["domain"]);
    expect(await harness.drifts()).toEqual([]);
  });

  test("with the bases lost nothing is taken away, and what differs becomes a question (P7)", async () => {
    await open({ onFirstSight: "review" }, { domain: "a", owners: ["x"] }, { domain: "a", owners: ["x"] });
    const state = await harness.state();
    const none = state.agreed.map((it) => ({ ...it, fields: {}, none: Object.keys(it.fields) as never[] }));
    await harness.ledger.commit({ assets: [{ id: state.asset.id, expectedRevision: state.revision, agreed: none }] });
    harness.catalog.assets.edit(ORDERS, { owners: null });
    await harness.sync();
    expect(heldBy(harness.lakehouse, "owners")).toEqual([{ principal: "x", role: null }]);
    expect(await harness.drifts()).toMatchObject([
      { kind: "FIRST_SIGHT", state: "IN_REVIEW", path: "owners", source: LAKEHOUSE, authority: CATALOG },
    ]);
  });
});
