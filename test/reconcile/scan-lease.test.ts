import { afterEach, beforeEach, expect, test } from "vitest";
import { createLeaseKeeper } from "../../src/delivery/lease-keeper.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { Scanner } from "../../src/reconcile/scanner.ts";
import { EngineHarness, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { newTreaty, startReplica } from "../support/replicas.ts";

const NEVER = new AbortController().signal;
let harness: EngineHarness;
beforeEach(async () => {
  harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  await harness.sync();
  await harness.clock.advance(1_000);
});
afterEach(() => harness[Symbol.asyncDispose]());

const missesOf = (state: AssetState): number | undefined =>
  state.bindings.find((it) => it.source === LAKEHOUSE)?.misses;
const completeScans = async (): Promise<number | undefined> =>
  (await harness.ledger.readSources()).find((it) => it.id === LAKEHOUSE)?.completeScans;

test("a scan that is asked for at two replicas runs once, and both get its report", async () => {
  const [a, b] = [await startReplica(harness, "a"), await startReplica(harness, "b")];
  const before = harness.lakehouse.calls.scans;
  harness.lakehouse.assets.edit(ORDERS, { domain: "hr" });
  const reports = await harness.clock.run(Promise.all([a.scanner.scan(LAKEHOUSE), b.scanner.scan(LAKEHOUSE)]));
  expect(harness.lakehouse.calls.scans).toBe(before + 1);
  expect(reports[1]).toEqual(reports[0]);
  expect(reports[0]).toMatchObject({ source: LAKEHOUSE, complete: true, changed: 1 });
});

test("three replicas scan no more often than one, by the ledger's schedule", async () => {
  const stop = new AbortController();
  const replicas = await Promise.all(["a", "b", "c"].map((name) => startReplica(harness, name)));
  const before = harness.lakehouse.calls.scans;
  const schedules = replicas.map(({ engine }) =>
    new Scanner(engine, stop.signal).runSchedule(LAKEHOUSE, { everyMs: 60_000, atStart: false }, () => undefined),
  );
  await harness.clock.run(harness.clock.sleep(600_000, NEVER));
  stop.abort();
  await Promise.all(schedules);
  expect(harness.lakehouse.calls.scans - before).toBeGreaterThan(7);
  expect(harness.lakehouse.calls.scans - before).toBeLessThan(12);
});

test.each([
  ["at the start", true],
  ["by schedule", false],
])("a scan that is due %s is left out when another replica was quicker with it (P9)", async (_, atStart) => {
  const [slow, quick] = [await startReplica(harness, "slow"), await startReplica(harness, "quick")];
  harness.lakehouse.assets.drop(ORDERS);
  const before = harness.lakehouse.calls.scans;
  const overtaken = Promise.withResolvers<void>();
  const claimLease: typeof harness.ledger.claimLease = async (...args) => {
    if (harness.lakehouse.calls.scans === before) await quick.scanner.scan(LAKEHOUSE).then(() => overtaken.resolve());
    return harness.ledger.claimLease(...args);
  };
  const ledger = new Proxy(harness.ledger, {
    get: (it, name) => (name === "claimLease" ? claimLease : (Reflect.get(it, name) as unknown)),
  });
  const stop = new AbortController();
  const schedule = { everyMs: 60_000, atStart };
  const scanner = new Scanner({ ...slow.engine, ledger }, stop.signal);
  const running = scanner.runSchedule(LAKEHOUSE, schedule, () => undefined);
  await harness.clock.run(overtaken.promise);
  await harness.clock.run(harness.clock.sleep(30_000, NEVER));
  stop.abort();
  await running;
  expect(harness.lakehouse.calls.scans).toBe(before + 1);
  expect(missesOf(await harness.state())).toBe(1);
});

test("a replica that starts scans at once only what was not scanned completely the last time", async () => {
  const scansAfterStart = async (): Promise<number> => {
    const stop = new AbortController();
    const { engine } = await startReplica(harness, "late");
    const before = harness.lakehouse.calls.scans;
    const first = Promise.withResolvers<void>();
    const schedule = { everyMs: 3_600_000, atStart: false };
    const running = new Scanner(engine, stop.signal).runSchedule(LAKEHOUSE, schedule, first.resolve);
    await harness.clock.run(first.promise);
    stop.abort();
    await running;
    return harness.lakehouse.calls.scans - before;
  };
  expect(await scansAfterStart()).toBe(0);
  harness.lakehouse.scanBreaksAfter = 0;
  await harness.scan(LAKEHOUSE);
  harness.lakehouse.scanBreaksAfter = undefined;
  expect(await scansAfterStart()).toBe(1);
  expect(await scansAfterStart()).toBe(0);
});

test("a scan that lost its lease concludes nothing: no listing is counted twice (P11)", async () => {
  const [slow, quick] = [await startReplica(harness, "slow"), await startReplica(harness, "quick")];
  const deaf = new Proxy(harness.ledger, {
    get: (it, name) =>
      name === "renewLeases" ? () => Promise.reject(new Error("partitioned")) : (Reflect.get(it, name) as unknown),
  });
  const { clock, holder, report } = slow.engine;
  const engine = { ...slow.engine, leases: createLeaseKeeper({ clock, holder, report, ledger: deaf }) };
  harness.lakehouse.assets.drop(ORDERS);
  const read = harness.lakehouse.read.bind(harness.lakehouse);
  harness.lakehouse.read = async (...args) => {
    harness.lakehouse.read = read;
    const seen = await read(...args);
    await harness.clock.sleep(15_000, NEVER); // longer than its lease
    await quick.scanner.scan(LAKEHOUSE);
    return seen;
  };
  const before = await completeScans();
  const answer = await harness.clock.run(new Scanner(engine, NEVER).scan(LAKEHOUSE));
  expect(missesOf(await harness.state())).toBe(1);
  expect(await completeScans()).toBe((before ?? 0) + 1);
  expect(answer).toMatchObject({ complete: true, suspected: 1 });
  expect((await harness.log("ASSET_SUSPECTED")).filter((it) => it.name === "sales.orders")).toHaveLength(1);
  expect(harness.reports.map((it) => it.event)).toContain("scan-lost");
});

test("a replica whose treaty is no longer in force does not scan by schedule", async () => {
  const old = await startReplica(harness, "old");
  await startReplica(harness, "new", newTreaty(harness));
  const before = harness.lakehouse.calls.scans;
  const stop = new AbortController();
  const schedule = { everyMs: 10_000, atStart: true };
  const running = new Scanner(old.engine, stop.signal).runSchedule(LAKEHOUSE, schedule, () => undefined);
  await harness.clock.run(harness.clock.sleep(60_000, NEVER));
  stop.abort();
  await running;
  expect(harness.lakehouse.calls.scans).toBe(before);
});
