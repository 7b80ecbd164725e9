import { expect, test } from "vitest";
import { createInProcessBus } from "../../src/bus/in-process.ts";

const never = new AbortController().signal;

test("an announcement wakes everybody who waits", async () => {
  await using bus = createInProcessBus();
  const waiting = [1, 2, 3].map(() => bus.wake.changedSince(bus.wake.count, never));
  bus.announce(1);
  await Promise.all(waiting);
});

test("who saw an older count does not wait: nothing is lost between looking and waiting", async () => {
  await using bus = createInProcessBus();
  const seen = bus.wake.count;
  bus.announce(1);
  await bus.wake.changedSince(seen, never);
});

test("an older announcement wakes nobody; the same position again does, because work is marked without entries", async () => {
  await using bus = createInProcessBus();
  bus.announce(5);
  const seen = bus.wake.count;
  bus.announce(4);
  expect(bus.wake.count).toBe(seen);
  bus.announce(5);
  expect(bus.wake.count).not.toBe(seen);
});

test("who gives up is released, and leaves no listener behind", async () => {
  await using bus = createInProcessBus();
  const leaving = new AbortController();
  let listeners = 0;
  const signal = leaving.signal;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((...args: Parameters<typeof add>) => (listeners++, add(...args))) as typeof add;
  signal.removeEventListener = ((...args: Parameters<typeof remove>) => (
    listeners--, remove(...args)
  )) as typeof remove;
  for (let n = 1; n <= 3; n++) {
    const waiting = bus.wake.changedSince(bus.wake.count, signal);
    bus.announce(n);
    await waiting;
  }
  expect(listeners).toBe(0);
  const last = bus.wake.changedSince(bus.wake.count, signal);
  leaving.abort();
  await last;
  await bus.wake.changedSince(bus.wake.count, signal);
});

test("a bus that ends lets go of everybody", async () => {
  const bus = createInProcessBus();
  const waiting = bus.wake.changedSince(bus.wake.count, never);
  await bus[Symbol.asyncDispose]();
  await waiting;
});
