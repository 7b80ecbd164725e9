import { describe, expect, test } from "vitest";
import { openEmbeddedCatalog } from "../../sources/embedded/source.ts";
import { bindingOf } from "../../src/plan/source-facts.ts";
import type { SourceWrite } from "../../src/ports/source.ts";
import { CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { countingIds } from "../support/seeded.ts";

test("a record that a write in doubt makes for a table that is dropped meanwhile is not inherited by the next one of its name", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "the old one's" } });
  harness.catalog.write = async (write: SourceWrite) => {
    expect(write.create).toBe(true);
    return { kind: "unknown", error: { code: "timeout", message: "no answer" } };
  };
  await harness.scanAll();
  await harness.work();
  expect(await harness.ledger.listIntents({})).toHaveLength(1);
  const first = await harness.state();
  harness.lakehouse.assets.drop(ORDERS);
  harness.lakehouse.assets.put(ORDERS);
  await harness.scan(LAKEHOUSE);
  const second = await harness.state();
  expect(second.asset.id).not.toBe(first.asset.id);
  harness.catalog.assets.put({ ...ORDERS, fields: { description: "the old one's" } }); // the write has arrived by now
  await harness.scan(CATALOG);
  await harness.work();
  expect(bindingOf(await harness.state(), CATALOG)).toBeUndefined();
});

test("a record that a write in doubt was to make is not found in what an earlier asset of the name left there", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "the same" } });
  await harness.sync();
  const first = await harness.state();
  expect(bindingOf(first, CATALOG)).toBeDefined();
  harness.lakehouse.assets.drop(ORDERS);
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "the same" } });
  harness.catalog.write = async (write: SourceWrite) => {
    expect(write.create).toBe(true);
    return { kind: "unknown", error: { code: "timeout", message: "no answer" } };
  };
  await harness.scan(LAKEHOUSE);
  await harness.work();
  const second = await harness.state();
  expect(second.asset.id).not.toBe(first.asset.id);
  const outcomes = async () =>
    (await harness.log("WRITE_APPLIED", "WRITE_FAILED")).filter((it) => it.asset === second.asset.id);
  expect(await outcomes()).toEqual([]);
  await harness.clock.advance(60_000);
  expect(await harness.settle(CATALOG)).toBe(1);
  expect(await outcomes()).toMatchObject([{ kind: "WRITE_FAILED" }]);
});

test("a record that a write in doubt has made is found where a scan has found it, also under another name by then", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "orders" } });
  harness.catalog.writeFaults.push({ kind: "unknown", applied: true });
  const { catalog } = harness;
  const read = catalog.read.bind(catalog);
  let isSilent = true;
  const down = { code: "unreachable", message: "down" } as const;
  catalog.read = async (refs, signal) =>
    isSilent && catalog.calls.writes > 0 ? refs.map(() => ({ kind: "failed", error: down })) : read(refs, signal);
  await harness.scanAll();
  await harness.work();
  expect(await harness.ledger.listIntents({})).toHaveLength(1);
  isSilent = false;
  await harness.scan(CATALOG);
  expect(bindingOf(await harness.state(), CATALOG)).toBeDefined();
  catalog.assets.rename(ORDERS, ["sales", "elsewhere"]);
  await harness.clock.advance(60_000);
  await harness.settle(CATALOG);
  expect((await harness.log("WRITE_APPLIED", "WRITE_FAILED")).map((it) => it.kind)).toEqual(["WRITE_APPLIED"]);
});

describe("while a write in doubt makes a record for a table that was dropped", () => {
  /** What arrives at last, and how many writes were sent. */
  let late: { readonly arrive: () => Promise<unknown>; sent: number };

  async function open(): Promise<EngineHarness> {
    const harness = await EngineHarness.open({
      openCatalog: async (ledger, clock) => {
        const ids = countingIds();
        const catalog = await openEmbeddedCatalog({ id: CATALOG, database: ledger.database, clock, ids });
        const write = catalog.write.bind(catalog);
        late = { arrive: async () => undefined, sent: 0 };
        catalog.write = async (it, signal) => {
          late.sent += 1;
          if (late.sent > 1) return write(it, signal);
          late = { arrive: () => write(it, new AbortController().signal), sent: 1 };
          return { kind: "unknown", error: { code: "timeout", message: "no answer" } };
        };
        return catalog;
      },
    });
    harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "the old one's", domain: "old" } });
    await harness.scanAll();
    await harness.work();
    expect(late.sent).toBe(1);
    harness.lakehouse.assets.drop(ORDERS);
    harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "the new one's" } });
    await harness.scan(LAKEHOUSE);
    return harness;
  }

  async function expectApart(harness: EngineHarness): Promise<void> {
    await late.arrive();
    await harness.rest();
    const fresh = await harness.state();
    expect(fresh.asset.state).toBe("ACTIVE");
    expect(await harness.view("domain")).toMatchObject({ value: null, status: "IN_SYNC" });
    expect(await harness.view("description")).toMatchObject({ value: "the new one's", status: "IN_SYNC" });
    expect(bindingOf(fresh, CATALOG)).toBeDefined();
    expect(heldBy(harness.lakehouse, "domain")).toBeNull();
  }

  test("the next table of its name gets a record of its own, once the write is no longer in doubt", async () => {
    await using harness = await open();
    await harness.work();
    expect(late.sent).toBe(1);
    expect(await harness.log("WRITE_INTENDED")).toHaveLength(1);
    await expectApart(harness);
  });
});

test("what the gateway wrote when it made a record is no question to anybody when the authority has moved on since", async () => {
  await using harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "one" } });
  const write = harness.catalog.write.bind(harness.catalog);
  harness.catalog.write = async (request, signal) => {
    harness.catalog.write = write;
    const result = await write(request, signal);
    harness.lakehouse.assets.edit(ORDERS, { description: "two" });
    await harness.scan(LAKEHOUSE);
    return result;
  };
  await harness.scanAll();
  await harness.rest();
  expect(heldBy(harness.catalog, "description")).toBe("two");
  expect(await harness.log("DRIFT_OPENED")).toEqual([]);
  expect(await harness.log("REVIEW_OPENED")).toEqual([]);
});
