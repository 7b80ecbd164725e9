import { expect, test } from "vitest";
import { createPollingBus } from "../../src/bus/polling.ts";
import { describeBusContract, Followers, PositionLog } from "../contract/bus-contract.ts";
import { waitFor } from "../support/wait-for.ts";

const everyMs = 5;

describeBusContract("polling", async ({ readHead }) => {
  const [here, there] = [createPollingBus({ readHead, everyMs }), createPollingBus({ readHead, everyMs })];
  return {
    here,
    there,
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]();
      await there[Symbol.asyncDispose]();
    },
  };
});

test("a look at the ledger that fails is followed by another", async () => {
  const log = new PositionLog();
  let fails = 3;
  const readHead = () => (fails-- > 0 ? Promise.reject(new Error("the ledger is away")) : log.readHead());
  await using bus = createPollingBus({ readHead, everyMs });
  using followers = new Followers(log, [bus]);
  log.head = 4;
  await followers.reach(4);
});

test("while nothing is committed nobody is woken", async () => {
  let looks = 0;
  const readHead = () => Promise.resolve(++looks && 7);
  await using bus = createPollingBus({ readHead, everyMs });
  await waitFor("it looked", () => looks > 1);
  const seen = bus.wake.count;
  await waitFor("it looked a few times more", () => looks > 10);
  expect(bus.wake.count).toBe(seen);
});

test("a position of another log keeps nobody asleep", async () => {
  const log = new PositionLog();
  await using bus = createPollingBus({ readHead: log.readHead, everyMs: 3_600_000 });
  bus.hear(1_000_000);
  const seen = bus.wake.count;
  bus.announce(2);
  expect(bus.wake.count).toBeGreaterThan(seen);
});

test("after the ledger was restored from a backup its new entries are announced again", async () => {
  const log = new PositionLog();
  await using bus = createPollingBus({ readHead: log.readHead, everyMs });
  log.head = 100;
  bus.announce(100);
  log.head = 50;
  const woken = bus.wake.count;
  await waitFor("the look found the older head", () => bus.wake.count > woken);
  const seen = bus.wake.count;
  bus.announce(51);
  expect(bus.wake.count).toBeGreaterThan(seen);
});
