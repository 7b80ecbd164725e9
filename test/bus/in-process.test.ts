import { expect, test } from "vitest";
import { createInProcessBus } from "../../src/bus/in-process.ts";

test("wakes who waits, also for work that was marked without a log entry, and not for what is older", async () => {
  await using bus = createInProcessBus();
  const counts = [7, 7, 3, 8].map((position) => {
    bus.announce(position);
    return bus.wake.count;
  });
  expect(counts).toEqual([1, 2, 2, 3]);
  await bus.wake.changedSince(2, new AbortController().signal);
});
