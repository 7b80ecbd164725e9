import { beforeEach, expect, test } from "vitest";
import { createLeaseKeeper } from "../../src/delivery/lease-keeper.ts";
import type { LeaseKeeper } from "../../src/ports/engine.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { MemoryLedger } from "../simulation/memory-ledger.ts";
import { accept, assetId, intent, intentId, LAKE } from "../support/ledger-fixtures.ts";
import { SimulatedClock } from "../support/simulated-clock.ts";

let ledger: MemoryLedger;
let clock: SimulatedClock;
const reports: string[] = [];
beforeEach(() => {
  ledger = new MemoryLedger();
  clock = new SimulatedClock(0);
  reports.length = 0;
});

function keeperOn(it: Ledger): LeaseKeeper {
  return createLeaseKeeper({ clock, holder: "mine", ledger: it, report: (_, event) => void reports.push(event) });
}

const openIntents = (): Promise<unknown> =>
  accept(ledger, { openIntents: [intent(1, { holder: "mine", leaseUntil: 10_000 })] });

test("what is kept stays out of others' reach for as long as it is kept, and is free soon after", async () => {
  const leases = keeperOn(ledger);
  await ledger.markDirty([{ asset: assetId(1), source: LAKE, reread: false }]);
  const [item] = await ledger.claimWork(LAKE, "mine", 0, leases.leaseMs, 1);
  const lease = await ledger.claimLease("scan:lake", "mine", 0, leases.leaseMs);
  await openIntents();
  if (!item || !lease) throw new Error("Nothing claimed.");
  const writing = leases.keepIntent(intentId(1));
  writing.begins(leases.leaseMs);
  const kept = [leases.keepWork(item, leases.leaseMs), leases.keepLease(lease, leases.leaseMs), writing];
  await clock.advance(300_000);
  const now = clock.now();
  expect(await ledger.claimWork(LAKE, "other", now, 1_000, 1)).toEqual([]);
  expect(await ledger.claimLease("scan:lake", "other", now, now + 1)).toBeUndefined();
  expect(await ledger.listIntents({ expiredAt: now })).toEqual([]);
  expect(leases.isAt(intentId(1))).toBe(true);
  for (const it of kept) {
    expect(it.until).toBeGreaterThan(now);
    it.letGo();
  }
  expect(leases.isAt(intentId(1))).toBe(false);
  await clock.advance(leases.leaseMs);
  expect(await ledger.claimWork(LAKE, "other", clock.now(), 1_000, 1)).toHaveLength(1);
  expect(await ledger.claimLease("scan:lake", "other", clock.now(), clock.now() + 1)).toBeDefined();
  expect(await ledger.listIntents({ expiredAt: clock.now() })).toHaveLength(1);
});

test("what another has taken meanwhile is over here at the next renewal", async () => {
  const leases = keeperOn(ledger);
  await openIntents();
  const lease = await ledger.claimLease("scan:lake", "mine", 0, 1_000);
  if (!lease) throw new Error("Nothing claimed.");
  const writing = leases.keepIntent(intentId(1));
  writing.begins(leases.leaseMs);
  const scanning = leases.keepLease(lease, leases.leaseMs);
  await ledger.takeOverIntent(intentId(1), "other", 10_000, 99_000);
  await ledger.claimLease("scan:lake", "other", 1_000, 99_000);
  await clock.advance(3_000);
  expect([writing.until, scanning.until]).toEqual([0, 0]);
});

test("a write that is not recorded yet is nobody else's in this process, and nothing is renewed for it", async () => {
  const leases = keeperOn(ledger);
  const writing = leases.keepIntent(intentId(1));
  await clock.advance(9_000);
  expect(leases.isAt(intentId(1))).toBe(true);
  expect(writing.until).toBe(0);
});

test("a ledger that does not answer lets the ends pass, and is told of", async () => {
  const broken = new Proxy(ledger, {
    get: (target, name) =>
      name === "renewLeases" ? () => Promise.reject(new Error("gone")) : Reflect.get(target, name),
  });
  const leases = keeperOn(broken);
  await openIntents();
  const writing = leases.keepIntent(intentId(1));
  writing.begins(leases.leaseMs);
  await clock.advance(60_000);
  expect(writing.until).toBe(leases.leaseMs);
  expect(reports).toContain("renewal-failed");
});
