import { expect, test } from "vitest";
import { bounded, LATE } from "../../src/delivery/bounded.ts";
import { SimulatedClock } from "../support/simulated-clock.ts";

const NEVER = new AbortController().signal;
const kept = (until: number) => ({ until, begins: () => undefined, letGo: () => undefined });

test("an answer that comes in time is the answer, and nothing waits on", async () => {
  const clock = new SimulatedClock(0);
  const began = clock.now();
  expect(await clock.run(bounded(clock, 1_000, NEVER, async () => "yes"))).toBe("yes");
  expect(clock.now()).toBe(began);
});

test("a call that takes too long is told to stop and not waited for, even if it does not listen", async () => {
  const clock = new SimulatedClock(0);
  let told: AbortSignal | undefined;
  const never = (signal: AbortSignal): Promise<string> => {
    told = signal;
    return new Promise(() => undefined);
  };
  expect(await clock.run(bounded(clock, 1_000, NEVER, never))).toBe(LATE);
  expect(told?.aborted).toBe(true);
  expect(clock.now()).toBe(1_000);
});

test("a lease that ends earlier is the bound, unless it is renewed meanwhile", async () => {
  const clock = new SimulatedClock(0);
  const lease = kept(100);
  const never = (): Promise<string> => new Promise(() => undefined);
  expect(await clock.run(bounded(clock, 1_000, NEVER, never, lease))).toBe(LATE);
  expect(clock.now()).toBe(100);
  const renewed = { ...kept(0), get until() { return clock.now() + 50; } }; // biome-ignore format: short
  expect(await clock.run(bounded(clock, 1_000, NEVER, never, renewed))).toBe(LATE);
  expect(clock.now()).toBe(1_100);
});

test("what the call throws, and the caller's own reason to stop, are thrown", async () => {
  const clock = new SimulatedClock(0);
  await expect(bounded(clock, 10, NEVER, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  const stop = new AbortController();
  const call = bounded(clock, 10, stop.signal, () => new Promise(() => undefined));
  stop.abort(new Error("stopped"));
  await expect(call).rejects.toThrow("stopped");
  await expect(bounded(clock, 10, stop.signal, async () => "late")).rejects.toThrow("stopped");
});
