import { describe, expect, test } from "vitest";
import type { NativeRef } from "../../../src/domain/asset.ts";
import { columnKey, plainKey } from "../../../src/domain/field.ts";
import type { SourceWrite } from "../../../src/ports/source.ts";
import { nextIntent } from "../../contract/source-samples.ts";
import { openEmbeddedHarness } from "../../support/embedded-harness.ts";
import { accept, binding, change, intent, newAsset } from "../../support/ledger-fixtures.ts";

const OWNERS = plainKey("owners");
const DESCRIPTION = plainKey("description");
const table = (name: string, stableId: string | null = null): NativeRef => ({
  kind: "TABLE",
  name: ["sales", name],
  stableId,
});
const write = (ref: NativeRef, more: Partial<SourceWrite> = {}): SourceWrite => ({
  ref,
  intent: nextIntent(),
  fields: { [DESCRIPTION]: { state: "value", value: "ours" } },
  expected: {},
  expectedVersion: null,
  create: false,
  ...more,
});

describe("the embedded catalog", () => {
  test("a write that rests on an outdated version is stale, even where its fields are as expected", async ({
    signal,
  }) => {
    await using harness = await openEmbeddedHarness();
    const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
    await harness.edit(ref, { [OWNERS]: [{ principal: "ann", role: null }] });
    expect(await harness.source.write(write(ref, { expectedVersion: "1" }), signal)).toMatchObject({
      kind: "stale",
      snapshot: { version: "2" },
    });
    expect(await harness.source.write(write(ref, { expectedVersion: "2" }), signal)).toMatchObject({
      kind: "applied",
      snapshot: { version: "3" },
    });
  });

  test("of writers that meet on one record one wins, and the others are told what is there", async ({ signal }) => {
    await using harness = await openEmbeddedHarness();
    const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        harness.source.write(
          write(ref, { expectedVersion: "1", fields: { [DESCRIPTION]: { state: "value", value: `writer ${n}` } } }),
          signal,
        ),
      ),
    );
    expect(results.map((it) => it.kind).toSorted()).toEqual(["applied", ...Array.from({ length: 19 }, () => "stale")]);
  });

  test("a write follows the asset to its new name, and does so alone where nothing else is to be written", async ({
    signal,
  }) => {
    await using harness = await openEmbeddedHarness();
    const ref = await harness.create({ kind: "TABLE", name: ["orders"], fields: { [DESCRIPTION]: "kept" } });
    const moved = await harness.source.write(
      write({ ...ref, name: ["sales", "orders"] }, { fields: {}, expectedVersion: "1" }),
      signal,
    );
    expect(moved).toMatchObject({
      kind: "applied",
      snapshot: {
        ref: { name: ["sales", "orders"], stableId: ref.stableId },
        version: "2",
        fields: { description: { value: "kept" } },
      },
    });
    expect(await harness.source.read([{ ...ref, stableId: null }], signal)).toEqual([{ kind: "missing" }]);
  });

  test("making an asset takes over a record that stands under its name, if no asset is bound to it", async ({
    signal,
  }) => {
    await using harness = await openEmbeddedHarness();
    const seeded = await harness.create({
      kind: "TABLE",
      name: ["sales", "orders"],
      fields: { [OWNERS]: [{ principal: "ann", role: null }] },
    });
    const made = await harness.source.write(write(table("orders"), { create: true }), signal);
    expect(made).toMatchObject({
      kind: "applied",
      snapshot: { ref: seeded, fields: { owners: { state: "value" }, description: { value: "ours" } } },
    });
  });

  test("a new asset under a used name gets a record of its own and inherits nothing", async ({ signal }) => {
    await using harness = await openEmbeddedHarness();
    const old = await harness.create({
      kind: "TABLE",
      name: ["sales", "orders"],
      fields: { [OWNERS]: [{ principal: "ann", role: null }] },
    });
    await accept(harness.ledger, {
      assets: [newAsset(1, { bindings: [binding(1, { source: harness.source.id, ref: old })] })],
    });
    const made = await harness.source.write(write(table("orders"), { create: true }), signal);
    if (made.kind !== "applied") throw new Error(made.kind);
    expect(made.snapshot.ref.stableId).not.toBe(old.stableId);
    expect(Object.keys(made.snapshot.fields)).toEqual(["description"]);
    const found = await harness.source.read([table("orders"), old], signal);
    expect(found).toMatchObject([
      { snapshot: { ref: made.snapshot.ref } },
      { snapshot: { ref: old, fields: { owners: { state: "value" } } } },
    ]);
    // The same again, by a caller that did not hear of the first: no third record.
    expect(await harness.source.write(write(table("orders"), { create: true }), signal)).toEqual(made);
  });

  test("a record that a scan has found for the asset since its creation was decided on is taken over, not made twice", async ({
    signal,
  }) => {
    await using harness = await openEmbeddedHarness();
    const seeded = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
    const found = newAsset(1, { bindings: [binding(1, { source: harness.source.id, ref: seeded })] });
    await accept(harness.ledger, { assets: [found] });
    const creation = write(table("orders"), { create: true });
    const opened = intent(1, { id: creation.intent, asset: found.id, source: harness.source.id });
    await accept(harness.ledger, {
      changes: [change({ kind: "WRITE_INTENDED", intent: opened.id })],
      openIntents: [opened],
    });
    expect(await harness.source.write(creation, signal)).toMatchObject({
      kind: "applied",
      snapshot: { ref: seeded, fields: { description: { value: "ours" } } },
    });
  });

  test("a scan resumes after the page that its cursor closes, and one that was renamed meanwhile is still told", async ({
    signal,
  }) => {
    await using harness = await openEmbeddedHarness();
    for (let n = 0; n < 450; n++) await harness.create({ kind: "TABLE", name: ["a", "b", `t${n}`] });
    const last = await harness.create({ kind: "TABLE", name: ["a", "b", "last"] });
    const told: (string | null)[] = [];
    let cursor: string | undefined;
    for await (const page of harness.source.scan({}, signal)) {
      told.push(...page.assets.map((it) => (it.kind === "found" ? it.snapshot.ref.stableId : null)));
      cursor = page.cursor;
      break;
    }
    await harness.rename?.(last, ["up"]);
    let complete = false;
    for await (const page of harness.source.scan(cursor === undefined ? {} : { after: cursor }, signal)) {
      told.push(...page.assets.map((it) => (it.kind === "found" ? it.snapshot.ref.stableId : null)));
      complete = page.end?.complete ?? false;
    }
    expect(complete).toBe(true);
    expect(new Set(told).size).toBe(451);
  });

  test("two catalogs in one database do not see each other", async ({ signal }) => {
    await using harness = await openEmbeddedHarness();
    await using other = await openEmbeddedHarness(async () => harness.ledger, "other");
    const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
    expect(await other.source.read([ref, { ...ref, stableId: null }], signal)).toEqual([
      { kind: "missing" },
      { kind: "missing" },
    ]);
    expect(await other.source.write(write(ref), signal)).toEqual({ kind: "missing" });
    for await (const page of other.source.scan({}, signal)) expect(page.assets).toEqual([]);
  });
});

describe("importing", () => {
  test("values are normalised, columns stand under their ids, and a second import changes only what differs", async ({
    signal,
  }) => {
    await using harness = await openEmbeddedHarness();
    const record = {
      kind: "TABLE" as const,
      name: ["sales", "orders"],
      fields: { owners: ["ann", { principal: "ann" }], "custom.costCenter": 12, domain: " sales " },
      columns: { "4": { description: "Price", classifications: ["pii.price"] } },
    };
    expect(await harness.source.importRecords([record, { kind: "NAMESPACE", name: ["sales"], fields: {} }])).toEqual({
      created: 2,
      updated: 0,
    });
    const [found] = await harness.source.read([table("orders")], signal);
    expect(found).toMatchObject({
      snapshot: {
        version: "1",
        fields: {
          owners: { value: [{ principal: "ann", role: null }] },
          "custom.costCenter": { value: 12 },
          domain: { value: "sales" },
          [columnKey("4", "description")]: { value: "Price" },
          [columnKey("4", "classifications")]: { value: [{ name: "pii.price", value: null }] },
        },
      },
    });
    expect(await harness.source.importRecords([record])).toEqual({ created: 0, updated: 0 });
    expect(await harness.source.importRecords([{ ...record, fields: { owners: null, domain: "hr" } }])).toEqual({
      created: 0,
      updated: 1,
    });
    const [after] = await harness.source.read([table("orders")], signal);
    expect(after).toMatchObject({
      snapshot: { version: "2", fields: { domain: { value: "hr" }, "custom.costCenter": { value: 12 } } },
    });
    expect(after?.kind === "found" && OWNERS in after.snapshot.fields).toBe(false);
  });

  test("one wrong value imports nothing, and every problem is named with its record", async ({ signal }) => {
    await using harness = await openEmbeddedHarness();
    const wrong = harness.source.importRecords([
      { kind: "TABLE", name: ["sales", "fine"], fields: { domain: "sales" } },
      {
        kind: "TABLE",
        name: ["sales", "a.b"],
        fields: { retention: "for ever", schema: { columns: [] }, nonsense: 1 },
      },
      { kind: "NAMESPACE", name: ["hr"], fields: {}, columns: { "1": { description: "x" } } },
      { kind: "TABLE", name: [], fields: {} },
    ]);
    await expect(wrong).rejects.toThrow(/Nothing was imported, there are 5 problems/);
    for (const part of [
      /TABLE sales\."a\.b", retention: .*P7Y/,
      /schema: The embedded catalog keeps no schemas/,
      /nonsense/,
      /NAMESPACE hr, columns\.#1\.description/,
      /Record 3: /,
    ]) {
      await expect(wrong).rejects.toThrow(part);
    }
    expect(await harness.source.read([table("fine")], signal)).toEqual([{ kind: "missing" }]);
  });

  test("ten thousand records are imported and scanned, parents first", async ({ signal }) => {
    await using harness = await openEmbeddedHarness();
    const records = Array.from({ length: 10_000 }, (_, n) => ({
      kind: "TABLE" as const,
      name: ["sales", `t${n}`],
      fields: { description: `Table ${n}` },
    }));
    await harness.source.importRecords([...records, { kind: "NAMESPACE", name: ["sales"], fields: {} }]);
    const depths: number[] = [];
    for await (const page of harness.source.scan({}, signal)) {
      depths.push(...page.assets.map((it) => (it.kind === "found" ? it.snapshot.ref.name.length : 0)));
      expect(page.assets.length).toBeLessThanOrEqual(200);
    }
    expect(depths).toHaveLength(10_001);
    expect(depths).toEqual(depths.toSorted((a, b) => a - b));
  });
});
