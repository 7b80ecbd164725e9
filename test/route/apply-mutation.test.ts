import { afterEach, describe, expect, test } from "vitest";
import { plainKey } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { FieldMutation, UserErrorCode } from "../../src/ports/gateway.ts";
import type { Mode } from "../../src/treaty/decision.ts";
import { CATALOG, EngineHarness, type HarnessOptions, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { everyCapability } from "../support/memory-assets.ts";
import { DOWN } from "../support/memory-source.ts";

const SET = (value: unknown): FieldMutation["edit"] => ({ op: "set", value });
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(options: HarnessOptions = {}): Promise<void> {
  harness = await EngineHarness.open(options);
  harness.lakehouse.assets.put({
    ...ORDERS,
    columns: [{ id: "1", name: "price", type: "int", required: false }],
    fields: { description: "Orders" },
  });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales", description: "Orders" } });
  await harness.sync();
}

async function setMode(source: SourceId, mode: Mode): Promise<void> {
  const records = (await harness.ledger.readSources()).filter((it) => it.id === source);
  await harness.ledger.commit({ sources: records.map((it) => ({ ...it, mode })) });
  await harness.registry.refresh();
}

/** Refused, and neither the ledger's log nor any source has changed. */
async function expectRefused(
  mutation: Partial<FieldMutation> & Pick<FieldMutation, "field" | "edit">,
  code: UserErrorCode,
  message?: RegExp,
): Promise<void> {
  const before = [await harness.ledger.head(), harness.catalog.calls.writes, harness.lakehouse.calls.writes];
  const outcome = await harness.apply(mutation);
  expect(outcome).toMatchObject({
    change: null,
    asset: null,
    userErrors: [{ code, ...(message ? { message: expect.stringMatching(message) } : {}) }],
  });
  expect([await harness.ledger.head(), harness.catalog.calls.writes, harness.lakehouse.calls.writes]).toEqual(before);
}

describe("what cannot be done is told by a code, with what to do, and changes nothing", () => {
  test("ASSET_NOT_FOUND: no such id, no such name, no id at all", async () => {
    await open();
    for (const asset of [{ id: "asset:01ZZZZZZZZZZZZZZZZZZZZZZZZ" }, { id: "nonsense" }, { name: "no.such" }]) {
      await expectRefused({ asset, field: "domain", edit: SET("x") }, "ASSET_NOT_FOUND", /assets/);
    }
  });

  test("ASSET_RETIRED: the lakehouse no longer lists it", async () => {
    await open();
    harness.lakehouse.assets.drop(ORDERS);
    await harness.scan(LAKEHOUSE);
    await expectRefused({ field: "domain", edit: SET("x") }, "ASSET_RETIRED", /SUSPECTED/);
  });

  test("UNKNOWN_FIELD: no such field, no such column, and which there are", async () => {
    await open();
    await expectRefused({ field: "owner", edit: SET("x") }, "UNKNOWN_FIELD", /owners/);
    await expectRefused({ field: "columns.cost.description", edit: SET("x") }, "UNKNOWN_FIELD", /It has price/);
    await expectRefused({ field: "custom.1x", edit: SET("x") }, "UNKNOWN_FIELD");
  });

  test("READ_ONLY_FIELD: the schema, and a field that its authority cannot write", async () => {
    await open({
      catalog: { fields: everyCapability().map((it) => (it.field === "domain" ? { ...it, write: false } : it)) },
    });
    await expectRefused({ field: "schema", edit: SET({ columns: [] }) }, "READ_ONLY_FIELD", /lakehouse/);
    await expectRefused({ field: "domain", edit: SET("x") }, "READ_ONLY_FIELD", /catalog/);
  });

  test("INVALID_VALUE: no value of the field, no level of sensitivity", async () => {
    await open();
    await expectRefused({ field: "owners", edit: SET("alice") }, "INVALID_VALUE", /list of owners/);
    await expectRefused({ field: "owners", edit: { op: "add", elements: ["two words"] } }, "INVALID_VALUE");
    await expectRefused({ field: "retention", edit: SET("soon") }, "INVALID_VALUE", /ISO 8601/);
    await expectRefused({ field: "sensitivity", edit: SET("SECRET") }, "INVALID_VALUE", /PUBLIC, INTERNAL/);
  });

  test("CANNOT_HOLD: the authority has no room for the value", async () => {
    const one = everyCapability().map((it) =>
      it.field === "owners" ? { ...it, cardinality: "one" as const, omits: ["role" as const] } : it,
    );
    await open({ catalog: { fields: one } });
    await expectRefused({ field: "owners", edit: SET(["a", "b"]) }, "CANNOT_HOLD", /one element/);
    await expectRefused({ field: "owners", edit: SET([{ principal: "a", role: "steward" }]) }, "CANNOT_HOLD", /role/);
  });

  test("VERSION_CONFLICT: the field is not what the caller saw", async () => {
    await open();
    const { version } = await harness.view("domain");
    const first = await harness.apply({ field: "domain", edit: SET("finance"), expectedVersion: version });
    expect(first.userErrors).toEqual([]);
    await expectRefused(
      { field: "domain", edit: SET("hr"), expectedVersion: version },
      "VERSION_CONFLICT",
      /Read it again/,
    );
    harness.catalog.assets.edit(ORDERS, { domain: "changed behind the gateway" });
    await expectRefused(
      { field: "domain", edit: SET("hr"), expectedVersion: (await harness.view("domain")).version },
      "VERSION_CONFLICT",
    );
  });

  test("SOURCE_IN_OBSERVE_MODE and SOURCE_PAUSED: the authority is not to be written", async () => {
    await open();
    for (const [mode, code] of [
      ["observe", "SOURCE_IN_OBSERVE_MODE"],
      ["pause", "SOURCE_PAUSED"],
    ] as const) {
      await setMode(CATALOG, mode);
      await expectRefused({ field: "domain", edit: SET("x") }, code, /setSourceMode/);
    }
  });

  test("SOURCE_UNAVAILABLE: the authority is down, cannot say what stands there, refuses to act, or lost the asset", async () => {
    await open();
    harness.catalog.down = DOWN;
    await expectRefused({ field: "domain", edit: SET("x") }, "SOURCE_UNAVAILABLE", /try again later/);
    harness.catalog.down = undefined;
    harness.catalog.writeFaults.push({ kind: "failed" });
    const failed = await harness.apply({ field: "domain", edit: SET("x") });
    expect(failed).toMatchObject({
      change: null,
      userErrors: [{ code: "SOURCE_UNAVAILABLE" }],
      deliveries: [{ source: CATALOG, status: "FAILED" }],
    });
    expect((await harness.log()).at(-1)).toMatchObject({ kind: "WRITE_FAILED" });
    harness.catalog.assets.drop(ORDERS);
    const lost = await harness.apply({ field: "domain", edit: SET("x") });
    expect(lost.userErrors).toMatchObject([{ code: "SOURCE_UNAVAILABLE" }]);
  });

  test("SOURCE_REJECTED: the authority will not take it, or does not know the asset", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "rejected" });
    const outcome = await harness.apply({ field: "domain", edit: SET("x") });
    expect(outcome.userErrors).toMatchObject([
      { code: "SOURCE_REJECTED", message: expect.stringContaining("will not take it") },
    ]);
    expect(heldBy(harness.catalog, "domain")).toBe("sales");
    await harness[Symbol.asyncDispose]();
    harness = await EngineHarness.open({ catalog: { createsAssets: false } });
    harness.lakehouse.assets.put(ORDERS);
    await harness.sync();
    await expectRefused({ field: "domain", edit: SET("x") }, "SOURCE_REJECTED", /does not have sales\.orders/);
  });

  test("OUTCOME_UNKNOWN: nobody knows yet whether it was written", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "unknown", applied: false });
    const outcome = await harness.apply({ field: "domain", edit: SET("x") });
    expect(outcome).toMatchObject({
      change: null,
      userErrors: [{ code: "OUTCOME_UNKNOWN" }],
      deliveries: [{ source: CATALOG, status: "PENDING" }],
    });
  });

  test("BUSY: somebody else's write to the same asset and source does not end", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "unknown", applied: false });
    await harness.apply({ field: "domain", edit: SET("x") });
    const outcome = await harness.apply({ field: "lifecycle", edit: SET("active") });
    expect(outcome.userErrors).toMatchObject([{ code: "BUSY" }]);
  });

  test("INVALID_INPUT: a key that is none, a change that concerns two authorities", async () => {
    await open();
    for (const idempotencyKey of [" ", "x".repeat(201)])
      await expectRefused({ field: "domain", edit: SET("x"), idempotencyKey }, "INVALID_INPUT");
    await expectRefused(
      { field: "classifications", edit: { op: "add", elements: ["ops.tier", "pii"] } },
      "INVALID_INPUT",
      /catalog \(rule governance\)/,
    );
  });
});

describe("the value that is written", () => {
  test("is worked out on what the authority holds now, not on what was last seen", async () => {
    await open();
    await harness.apply({ field: "owners", edit: SET([{ principal: "alice", role: "steward" }]) });
    harness.catalog.assets.edit(ORDERS, { owners: [{ principal: "carol", role: "owner" }] });
    await harness.apply({ field: "owners", edit: { op: "add", elements: ["bob"] } });
    expect(heldBy(harness.catalog, "owners")).toEqual([
      { principal: "bob", role: null },
      { principal: "carol", role: "owner" },
    ]);
    const seen = (await harness.log("FIELD_CHANGED")).filter((it) => it.field === "owners").map((it) => it.actor.kind);
    expect(seen).toEqual(["person", "source", "person"]);
  });

  test("is worked out anew when somebody edits the authority between reading and writing", async () => {
    await open();
    harness.catalog.writeFaults.push({
      kind: "overtaken",
      edit: (it) => it.assets.edit(ORDERS, { owners: ["carol"] }),
    });
    const outcome = await harness.apply({ field: "owners", edit: { op: "add", elements: ["bob"] } });
    expect(outcome.userErrors).toEqual([]);
    expect(heldBy(harness.catalog, "owners")).toEqual([
      { principal: "bob", role: null },
      { principal: "carol", role: null },
    ]);
    expect(
      (await harness.log("WRITE_INTENDED", "WRITE_APPLIED", "WRITE_FAILED")).slice(-4).map((it) => it.kind),
    ).toEqual(["WRITE_INTENDED", "WRITE_FAILED", "WRITE_INTENDED", "WRITE_APPLIED"]);
  });

  test("is given up after a bounded number of such races", async () => {
    await open();
    for (let count = 0; count < 10; count += 1) {
      harness.catalog.writeFaults.push({
        kind: "overtaken",
        edit: (it) => it.assets.edit(ORDERS, { domain: `other ${count}` }),
      });
    }
    expect((await harness.apply({ field: "domain", edit: SET("mine") })).userErrors).toMatchObject([{ code: "BUSY" }]);
  });

  test("leaves elements of other authorities alone", async () => {
    await open();
    harness.lakehouse.assets.edit(ORDERS, { classifications: ["ops.tier"] });
    await harness.sync();
    await harness.apply({ field: "classifications", edit: { op: "add", elements: ["pii"] } });
    await harness.rest();
    for (const source of [harness.catalog, harness.lakehouse])
      expect(heldBy(source, "classifications")).toEqual([
        { name: "ops.tier", value: null },
        { name: "pii", value: null },
      ]);
    await harness.apply({ field: "classifications", edit: { op: "remove", keys: ["ops.tier"] } });
    await harness.rest();
    for (const source of [harness.catalog, harness.lakehouse])
      expect(heldBy(source, "classifications")).toEqual([{ name: "pii", value: null }]);
  });

  test("can be added although another authority of the field is down; a set of the whole cannot", async () => {
    await open();
    harness.lakehouse.down = DOWN;
    expect(
      (await harness.apply({ field: "classifications", edit: { op: "add", elements: ["pii"] } })).userErrors,
    ).toEqual([]);
    expect(heldBy(harness.catalog, "classifications")).toEqual([{ name: "pii", value: null }]);
    await expectRefused({ field: "classifications", edit: SET([]) }, "SOURCE_UNAVAILABLE", /lakehouse/);
  });

  test("replaces content that is no value of the field, also by nothing", async () => {
    await open();
    harness.catalog.assets.corrupt(ORDERS, plainKey("domain"), "?");
    await harness.scan(CATALOG);
    expect((await harness.apply({ field: "domain", edit: SET(null) })).userErrors).toEqual([]);
    expect(heldBy(harness.catalog, "domain")).toBeNull();
  });

  test("that stands there already is no change and no write", async () => {
    await open();
    const head = await harness.ledger.head();
    const outcome = await harness.apply({ field: "domain", edit: SET(" sales ") });
    expect(outcome).toMatchObject({
      change: null,
      userErrors: [],
      deliveries: [
        { source: CATALOG, status: "APPLIED" },
        { source: LAKEHOUSE, status: "APPLIED" },
      ],
    });
    expect(await harness.ledger.head()).toBe(head);
  });
});

describe("a dry run", () => {
  test("says what would be written where, and writes nothing", async () => {
    await open();
    const before = [await harness.ledger.head(), harness.catalog.calls.writeCalls];
    const outcome = await harness.apply({ field: "domain", edit: SET("finance"), dryRun: true });
    expect(outcome).toMatchObject({
      change: null,
      userErrors: [],
      deliveries: [
        { source: CATALOG, role: "AUTHORITY", status: "PLANNED" },
        { source: LAKEHOUSE, role: "MIRROR", status: "PLANNED" },
      ],
    });
    expect([await harness.ledger.head(), harness.catalog.calls.writeCalls]).toEqual(before);
  });

  test("tells the same refusals", async () => {
    await open();
    await expectRefused({ field: "sensitivity", edit: SET("SECRET"), dryRun: true }, "INVALID_VALUE");
    await setMode(CATALOG, "observe");
    await expectRefused({ field: "domain", edit: SET("x"), dryRun: true }, "SOURCE_IN_OBSERVE_MODE");
  });

  test("tells mirrors that the treaty keeps from it", async () => {
    await open();
    await setMode(LAKEHOUSE, "observe");
    const outcome = await harness.apply({ field: "domain", edit: SET("x"), dryRun: true });
    expect(outcome.deliveries).toMatchObject([
      { status: "PLANNED" },
      { source: LAKEHOUSE, status: "SKIPPED", error: expect.stringContaining("observe") },
    ]);
  });
});
