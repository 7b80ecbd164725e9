import { afterEach, describe, expect, test } from "vitest";
import {
  ALICE,
  CATALOG,
  EngineHarness,
  type HarnessOptions,
  heldBy,
  LAKEHOUSE,
  ORDERS,
  rules,
} from "../support/engine-harness.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

/** One table that the lakehouse has and the catalog does not know yet, at rest. */
async function open(options: HarnessOptions = {}, fields: Record<string, unknown> = {}): Promise<void> {
  harness = await EngineHarness.open(options);
  harness.lakehouse.assets.put({
    ...ORDERS,
    columns: [{ id: "1", name: "price", type: "int", required: false }],
    fields,
  });
  await harness.sync();
}

/** The same, and both hold a domain and a description. */
async function openGoverned(options: HarnessOptions = {}): Promise<void> {
  await open(options, { description: "Orders" });
  const set = await harness.apply({ field: "domain", edit: { op: "set", value: "sales" } });
  expect(set.userErrors).toEqual([]);
  await harness.sync();
}

describe("a mutation", () => {
  test("under the catalog's authority is there first, and then in the lakehouse", async () => {
    await open();
    const outcome = await harness.apply({
      field: "owners",
      edit: { op: "add", elements: [{ principal: "bob", role: "steward" }] },
      reason: "new team",
    });
    expect(outcome).toMatchObject({
      userErrors: [],
      deliveries: [
        { source: CATALOG, role: "AUTHORITY", status: "APPLIED" },
        { source: LAKEHOUSE, role: "MIRROR", status: "PENDING" },
      ],
    });
    expect(heldBy(harness.catalog, "owners")).toEqual([{ principal: "bob", role: "steward" }]);
    expect(heldBy(harness.lakehouse, "owners")).toBeNull();
    const [change] = await harness.ledger.readChanges([outcome.change ?? 0]);
    expect(change).toMatchObject({
      kind: "FIELD_CHANGED",
      field: "owners",
      before: null,
      after: [{ principal: "bob", role: "steward" }],
      actor: ALICE,
      reason: "new team",
      rule: "governance",
    });
    await harness.work();
    expect(heldBy(harness.lakehouse, "owners")).toEqual([{ principal: "bob", role: null }]);
    expect(await harness.view("owners")).toMatchObject({ status: "IN_SYNC", drifts: [] });
  });

  test("under the lakehouse's authority is there first, and then in the catalog", async () => {
    await open();
    const outcome = await harness.apply({ field: "columns.price.description", edit: { op: "set", value: "net" } });
    expect(outcome.deliveries).toMatchObject([{ source: LAKEHOUSE, status: "APPLIED" }, { source: CATALOG }]);
    expect(heldBy(harness.lakehouse, "columns.#1.description")).toBe("net");
    expect(heldBy(harness.catalog, "columns.#1.description") ?? null).toBeNull();
    await harness.work();
    expect(heldBy(harness.catalog, "columns.#1.description")).toBe("net");
  });
});

describe("at rest", () => {
  test("a second scan and reconcile writes nothing, and the log does not grow (P3)", async () => {
    await openGoverned();
    const head = await harness.ledger.head();
    const writes = [harness.catalog.calls.writeCalls, harness.lakehouse.calls.writeCalls];
    await harness.sync();
    const ids = await harness.ledger.listAssetIds(undefined, 10);
    await harness.ledger.markDirty(
      ids.flatMap((asset) => harness.engine.sources.ids.map((source) => ({ asset, source, reread: true }))),
    );
    await harness.rest();
    expect(await harness.ledger.head()).toBe(head);
    expect([harness.catalog.calls.writeCalls, harness.lakehouse.calls.writeCalls]).toEqual(writes);
  });
});

describe("a foreign write", () => {
  test("under revert is told with base, wanted and found, put back, and resolved", async () => {
    await openGoverned();
    harness.lakehouse.assets.edit(ORDERS, { domain: "finance" });
    await harness.scan(LAKEHOUSE);
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("sales");
    const drift = await harness.log("DRIFT_OPENED", "DRIFT_CHANGED", "DRIFT_RESOLVED");
    expect(drift).toMatchObject([
      {
        kind: "DRIFT_OPENED",
        source: LAKEHOUSE,
        detail: { kind: "FOREIGN_WRITE", base: "sales", wanted: "sales", found: "finance" },
      },
      { kind: "DRIFT_RESOLVED", detail: { resolution: "reverted" } },
    ]);
    expect(drift).toHaveLength(2);
  });

  test("under adopt becomes the authority's value", async () => {
    await openGoverned({ rules: rules({ onForeignWrite: "adopt" }) });
    harness.lakehouse.assets.edit(ORDERS, { domain: "finance" });
    await harness.sync();
    expect(heldBy(harness.catalog, "domain")).toBe("finance");
    expect(heldBy(harness.lakehouse, "domain")).toBe("finance");
    expect(await harness.log("DRIFT_RESOLVED")).toMatchObject([{ detail: { resolution: "adopted" } }]);
    expect((await harness.log("FIELD_CHANGED")).at(-1)).toMatchObject({
      source: CATALOG,
      before: "sales",
      after: "finance",
      actor: { kind: "gateway" },
    });
  });

  test("under review waits for a person; a mutation decides", async () => {
    await openGoverned({ rules: rules({ onForeignWrite: "review" }) });
    harness.lakehouse.assets.edit(ORDERS, { domain: "finance" });
    await harness.sync();
    expect(heldBy(harness.lakehouse, "domain")).toBe("finance");
    expect(await harness.drifts()).toMatchObject([{ kind: "FOREIGN_WRITE", state: "IN_REVIEW" }]);
    const same = await harness.apply({ field: "domain", edit: { op: "set", value: "sales" }, reason: "as agreed" });
    expect(same.userErrors).toEqual([]);
    const [decided] = await harness.log("DRIFT_CHANGED");
    expect(decided).toMatchObject({ reason: "as agreed", detail: { decision: "authority" } });
    expect(decided?.actor.kind).not.toBe("gateway");
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("sales");
    expect(await harness.drifts()).toEqual([]);
    expect(await harness.log("DRIFT_RESOLVED")).toMatchObject([{ detail: { resolution: "reverted" } }]);
  });

  test("under review is decided by a mutation to another value too", async () => {
    await openGoverned({ rules: rules({ onForeignWrite: "review" }) });
    harness.lakehouse.assets.edit(ORDERS, { domain: "finance" });
    await harness.sync();
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    expect([heldBy(harness.catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["hr", "hr"]);
    expect(await harness.drifts()).toEqual([]);
  });

  test("under observe is told, and nothing is written anywhere", async () => {
    await openGoverned();
    await observe();
    harness.lakehouse.assets.edit(ORDERS, { domain: "finance" });
    const writes = harness.catalog.calls.writeCalls + harness.lakehouse.calls.writeCalls;
    await harness.sync();
    expect(harness.catalog.calls.writeCalls + harness.lakehouse.calls.writeCalls).toBe(writes);
    expect(await harness.drifts()).toMatchObject([
      { kind: "FOREIGN_WRITE", state: "OPEN", note: expect.stringContaining("observe") },
    ]);
    const head = await harness.ledger.head();
    await harness.sync();
    expect(await harness.ledger.head()).toBe(head);
  });

  async function observe(): Promise<void> {
    for (const record of await harness.ledger.readSources())
      await harness.ledger.commit({ sources: [{ ...record, mode: "observe" }] });
    await harness.registry.refresh();
  }
});
