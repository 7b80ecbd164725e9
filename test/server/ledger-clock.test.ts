import { expect, test } from "vitest";
import { createLeaseKeeper } from "../../src/delivery/lease-keeper.ts";
import { openLedgerClock } from "../../src/server/ledger-clock.ts";
import { MemoryLedger } from "../simulation/memory-ledger.ts";
import { intentId } from "../support/ledger-fixtures.ts";
import { waitFor } from "../support/wait-for.ts";

test("a process goes by the ledger's time, whatever its own clock says", async () => {
  const ledgerTime = Date.UTC(2026, 0, 1);
  let monotonic = 5_000;
  await using clock = await openLedgerClock(
    async () => ledgerTime,
    () => undefined,
    { monotonic: () => monotonic, wall: () => monotonic },
  );
  expect(clock.now()).toBe(ledgerTime);
  monotonic += 1_234;
  expect(clock.now()).toBe(ledgerTime + 1_234);
});

test("of the first answers the one that was under way for the shortest time counts", async () => {
  let monotonic = 0;
  const answers = [
    { takes: 900, time: 1_000_000 },
    { takes: 2, time: 2_000_000 },
    { takes: 400, time: 3_000_000 },
  ];
  await using clock = await openLedgerClock(
    async () => {
      const { takes, time } = answers.shift() ?? { takes: 0, time: 0 };
      monotonic += takes;
      return time;
    },
    () => undefined,
    { monotonic: () => monotonic, wall: () => monotonic },
  );
  expect(clock.now()).toBe(2_000_000 + 1 + 400);
});

test.each([
  ["the machine slept for a minute", 60_000],
  ["somebody set the machine's clock", 0],
])("a lease counts as over until the ledger has been asked anew: %s", async (_what, ledgerWentOnBy) => {
  let monotonic = 5_000;
  let ahead = 0;
  let answer = Promise.resolve(1_000_000);
  await using clock = await openLedgerClock(
    () => answer,
    () => undefined,
    { monotonic: () => monotonic, wall: () => 9_000_000 + monotonic + ahead },
  );
  const leases = createLeaseKeeper({ clock, holder: "mine", ledger: new MemoryLedger(), report: () => undefined });
  const kept = leases.keepIntent(intentId(1));
  kept.begins(1_010_000);
  monotonic += 2_000;
  expect(kept.until).toBe(1_010_000);
  const asked = Promise.withResolvers<number>();
  answer = asked.promise;
  ahead = 60_000;
  expect(kept.until).toBe(0);
  // What others hold is not taken for over meanwhile.
  expect(clock.now()).toBe(1_002_000);
  asked.resolve(1_002_000 + ledgerWentOnBy);
  await waitFor("the time is known again", () => !clock.isInDoubt);
  expect(clock.now()).toBe(1_002_000 + ledgerWentOnBy);
  expect(kept.until > clock.now()).toBe(ledgerWentOnBy === 0);
  kept.letGo();
});

test("what was answered before the machine slept says nothing of the time after", async () => {
  let monotonic = 0;
  let ahead = 0;
  let answers: Promise<number>[] = [];
  await using clock = await openLedgerClock(
    () => answers.shift() ?? Promise.resolve(1_000),
    () => undefined,
    { monotonic: () => monotonic, wall: () => monotonic + ahead },
  );
  const late = Promise.withResolvers<number>();
  answers = [late.promise, Promise.resolve(71_500)];
  ahead = 10_000;
  expect(clock.isInDoubt).toBe(true);
  await waitFor("it is asked", () => answers.length === 1);
  monotonic += 500;
  ahead += 60_000;
  late.resolve(11_500);
  await waitFor("the time is known again", () => !clock.isInDoubt);
  expect(clock.now()).toBe(71_500);
});
