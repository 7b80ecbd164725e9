import { afterEach, describe, expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import { runLane, workOnce } from "../../src/reconcile/lane.ts";
import { reconcileAsset } from "../../src/reconcile/reconcile-asset.ts";
import { Scanner } from "../../src/reconcile/scanner.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";
import { MemorySource } from "../support/memory-source.ts";
import { waitFor } from "../support/wait-for.ts";

const OTHER = parseSourceId("other");
const NEVER = new AbortController().signal;
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(): Promise<void> {
  harness = await EngineHarness.openWithOrders();
}

describe("a lane", () => {
  test("works what a mutation left to do as soon as the bus tells of it, and ends when it is told to", async () => {
    await open();
    const stop = new AbortController();
    const lane = runLane(harness.engine, LAKEHOUSE, stop.signal);
    await turns();
    const { now } = harness.clock;
    const before = now.call(harness.clock);
    await harness.route.apply(
      { asset: { name: "sales.orders" }, field: "domain", edit: { op: "set", value: "hr" } },
      ALICE,
      NEVER,
    );
    await turns();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect(harness.clock.now()).toBe(before);
    stop.abort();
    await lane;
  });

  test("is not delayed by another source that never answers (P12)", async () => {
    const other = new MemorySource({
      id: OTHER,
      role: "catalog",
      capabilities: { provesExistence: false, createsAssets: true },
    });
    const all = rules().map((it) => (it.name === "governance" ? { ...it, mirrors: ["lakehouse", "other"] } : it));
    harness = await EngineHarness.open({ rules: all, more: [other] });
    harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales" } });
    await harness.sync();
    other.read = () => new Promise(() => undefined);
    other.write = () => new Promise(() => undefined);
    const stop = new AbortController();
    const lanes = harness.engine.sources.ids.map((it) => runLane(harness.engine, it, stop.signal));
    await turns();
    await harness.route.apply(
      { asset: { name: "sales.orders" }, field: "domain", edit: { op: "set", value: "hr" } },
      ALICE,
      NEVER,
    );
    await turns();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect(heldBy(other, "domain")).toBe("sales");
    stop.abort();
    await Promise.race([Promise.all(lanes), turns()]);
  });

  test("waits longer and longer for a source that changes as fast as it is written, so that the log does not fill up", async () => {
    await open();
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    const write = harness.lakehouse.write.bind(harness.lakehouse);
    let edits = 0;
    harness.lakehouse.write = (it, signal) => {
      edits += 1;
      harness.lakehouse.assets.edit(ORDERS, { domain: `edit-${edits}` });
      return write(it, signal);
    };
    for (let count = 1, rounds = 0; count > 0 && rounds < 50; rounds += 1)
      count = await harness.clock.run(workOnce(harness.engine, LAKEHOUSE, NEVER));
    expect(edits).toBeLessThan(6);
    harness.lakehouse.write = write;
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
  });

  test("goes on after the ledger failed once", async () => {
    await open();
    const { ledger } = harness.engine;
    let failures = 1;
    const flaky = new Proxy(ledger, {
      get: (target, name) =>
        name === "claimWork" && failures > 0
          ? () => {
              failures -= 1;
              return Promise.reject(new Error("disk full"));
            }
          : Reflect.get(target, name),
    });
    const stop = new AbortController();
    const lane = runLane({ ...harness.engine, ledger: flaky }, LAKEHOUSE, stop.signal);
    await turns();
    expect(harness.reports.some((it) => it.event === "lane-failed")).toBe(true);
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.clock.advance(3_000);
    await turns();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    stop.abort();
    await lane;
  });
});

describe("a worker whose lease was lost", () => {
  test("cannot complete the work that another has claimed since (P11)", async () => {
    await open();
    const asset = (await harness.state()).asset.id;
    await harness.ledger.markDirty([{ asset, source: LAKEHOUSE, reread: true }]);
    const now = (): number => harness.clock.now();
    const [mine] = await harness.ledger.claimWork(LAKEHOUSE, "slow", now(), 1_000, 1);
    if (!mine) throw new Error("nothing to claim");
    await harness.clock.advance(2_000);
    const [theirs] = await harness.ledger.claimWork(LAKEHOUSE, "quick", now(), 60_000, 1);
    if (!theirs) throw new Error("the lease did not end");
    await reconcileAsset(harness.engine, mine, NEVER);
    expect((await harness.ledger.counts()).workBySource[LAKEHOUSE]).toBe(1);
    await harness.clock.run(reconcileAsset(harness.engine, theirs, NEVER));
    expect((await harness.ledger.counts()).workBySource[LAKEHOUSE] ?? 0).toBe(0);
  });

  test("leaves nothing that nobody comes back to: what it saw after another was done is found by the next scan (P11)", async () => {
    await open();
    const { asset } = await harness.state();
    await harness.ledger.markDirty([{ asset: asset.id, source: LAKEHOUSE, reread: true }]);
    const [mine] = await harness.ledger.claimWork(LAKEHOUSE, "slow", harness.clock.now(), 1_000, 1);
    if (!mine) throw new Error("nothing to claim");
    await harness.clock.advance(2_000);
    await harness.rest();
    const { catalog, lakehouse } = harness;
    lakehouse.assets.edit(ORDERS, { domain: "theirs" });
    const read = catalog.read.bind(catalog);
    catalog.read = async (refs) => refs.map(() => ({ kind: "failed", error: { code: "server", message: "down" } }));
    await reconcileAsset(harness.engine, mine, NEVER);
    catalog.read = read;
    await harness.sync();
    expect(heldBy(lakehouse, "domain")).not.toBe("theirs");
  });

  test("has its work done by another, once", async () => {
    await open();
    harness.catalog.assets.edit(ORDERS, { domain: "hr" });
    await harness.scan(CATALOG);
    await harness.ledger.claimWork(LAKEHOUSE, "died", harness.clock.now(), harness.engine.leases.leaseMs, 10);
    expect(await harness.work()).toBe(0);
    await harness.clock.advance(harness.engine.leases.leaseMs + 1);
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect(harness.lakehouse.calls.writes).toBe(1);
  });
});

describe("work that is marked again while it is done", () => {
  test("is done again", async () => {
    await open();
    harness.catalog.assets.edit(ORDERS, { domain: "hr" });
    await harness.scan(CATALOG);
    const { lakehouse } = harness;
    const write = lakehouse.write.bind(lakehouse);
    lakehouse.write = async (it, signal) => {
      lakehouse.write = write;
      harness.catalog.assets.edit(ORDERS, { domain: "finance" });
      await harness.ledger.markDirty([{ asset: (await harness.state()).asset.id, source: LAKEHOUSE, reread: true }]);
      return write(it, signal);
    };
    await harness.rest();
    expect(heldBy(lakehouse, "domain")).toBe("finance");
  });

  test("comes to rest in one transaction for what needs nothing", async () => {
    await open();
    const asset = (await harness.state()).asset.id;
    await harness.ledger.markDirty([CATALOG, LAKEHOUSE].map((source) => ({ asset, source, reread: false })));
    const reads = harness.lakehouse.calls.reads + harness.catalog.calls.reads;
    expect(await harness.work()).toBe(2);
    expect(harness.lakehouse.calls.reads + harness.catalog.calls.reads).toBe(reads);
    expect(await workOnce(harness.engine, LAKEHOUSE, NEVER)).toBe(0);
  });
});

describe("the scanner", () => {
  test("runs one scan of a source at a time; whoever asks meanwhile waits for that one", async () => {
    await open();
    const scanner = new Scanner(harness.engine, NEVER, () => undefined);
    const { catalog } = harness;
    const scan = catalog.scan.bind(catalog);
    const held = Promise.withResolvers<void>();
    catalog.scan = async function* (request, signal) {
      await held.promise;
      yield* scan(request, signal);
    };
    const first = scanner.scan(CATALOG);
    await waitFor("the first scan", () => scanner.isScanning(CATALOG));
    const second = scanner.scan(CATALOG);
    await harness.ledger.readSources(); // the second has asked by then what it needs to know first
    held.resolve();
    expect(await harness.clock.run(second)).toBe(await first);
    expect(harness.catalog.calls.scans).toBe(2);
    await expect(scanner.scan(OTHER)).rejects.toThrow(/no source/);
  });

  test("scans by schedule, leaves paused sources alone, and remembers why a scan was not complete", async () => {
    await open();
    const stop = new AbortController();
    const scanner = new Scanner(harness.engine, stop.signal, () => undefined);
    harness.lakehouse.scanBreaksAfter = 0;
    let firsts = 0;
    const lastScan = (): unknown => harness.registry.record(LAKEHOUSE).lastScan;
    const schedule = scanner.runSchedule(LAKEHOUSE, { everyMs: 60_000, atStart: true }, () => void (firsts += 1));
    await turns();
    expect(firsts).toBe(1);
    expect(lastScan()).toMatchObject({ complete: false, error: { code: "server" } });
    harness.lakehouse.scanBreaksAfter = undefined;
    await harness.clock.advance(60_000);
    await turns();
    expect(lastScan()).not.toHaveProperty("error");
    const scans = harness.lakehouse.calls.scans;
    const [record] = (await harness.ledger.readSources()).filter((it) => it.id === LAKEHOUSE);
    if (record) await harness.ledger.commit({ sources: [{ ...record, mode: "pause" }] });
    await harness.registry.refresh();
    await harness.clock.advance(180_000);
    await turns();
    expect(harness.lakehouse.calls.scans).toBe(scans);
    expect(firsts).toBe(1);
    stop.abort();
    await schedule;
  });

  test("that ends does not undo the mode that was set while it ran", async () => {
    await open();
    const { lakehouse } = harness;
    const scan = lakehouse.scan.bind(lakehouse);
    const { updateSource } = await import("../../src/delivery/update-source.ts");
    lakehouse.scan = async function* (request, signal) {
      yield* scan(request, signal);
      void updateSource(harness.engine, LAKEHOUSE, (record) => ({ record: { ...record, mode: "pause" } }));
    };
    await harness.scan(LAKEHOUSE);
    await turns();
    expect(harness.registry.record(LAKEHOUSE)).toMatchObject({ mode: "pause", lastScan: { complete: true } });
  });
});

/** Lets everything happen that needs no time to pass. */
async function turns(): Promise<void> {
  for (let count = 0; count < 50; count += 1) await new Promise((resolve) => setImmediate(resolve));
}
