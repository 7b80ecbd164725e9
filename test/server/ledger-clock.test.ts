import { expect, test } from "vitest";
import { openLedgerClock } from "../../src/server/ledger-clock.ts";

test("a process goes by the ledger's time, whatever its own clock says", async () => {
  const ledgerTime = Date.UTC(2026, 0, 1);
  let monotonic = 5_000;
  await using clock = await openLedgerClock(
    async () => ledgerTime,
    () => undefined,
    () => monotonic,
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
    () => monotonic,
  );
  expect(clock.now()).toBe(2_000_000 + 1 + 400);
});
