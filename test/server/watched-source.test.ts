import { describe, expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import { monitorSources } from "../../src/server/source-monitor.ts";
import { WatchedSource } from "../../src/server/watched-source.ts";
import { ORDERS } from "../support/engine-harness.ts";
import { DOWN, MemorySource } from "../support/memory-source.ts";
import { SimulatedClock } from "../support/simulated-clock.ts";

const REF = { ...ORDERS, stableId: null };
const NEVER = new AbortController().signal;
const SECOND = 1_000;

function watch() {
  const clock = new SimulatedClock();
  const inner = new MemorySource({ id: parseSourceId("lake") });
  inner.assets.put({ ...ORDERS, fields: {} });
  const told: string[] = [];
  const source = new WatchedSource(inner, clock, {
    changed: (it, failing) => void told.push(`${it.id} ${failing ? "fails" : "answers"}`),
  });
  const read = async () => (await source.read([REF], NEVER))[0];
  return { clock, inner, source, told, read };
}

/** Three reads that nobody answers. */
async function fail({ inner, read }: ReturnType<typeof watch>): Promise<void> {
  inner.down = DOWN;
  for (const _ of [1, 2, 3]) await read();
}

describe("a source that does not answer", () => {
  test("is no longer asked on behalf of everybody, and everybody is told at once since when it fails", async () => {
    const it = watch();
    const began = it.clock.now();
    await fail(it);
    await it.clock.advance(SECOND / 2);
    const { reads } = it.inner.calls;
    expect(await it.read()).toMatchObject({ kind: "failed", error: { code: "circuit-open" } });
    expect(JSON.stringify(await it.read())).toContain(new Date(began).toISOString());
    expect(it.inner.calls.reads).toBe(reads);
    expect(it.source.failing).toMatchObject({ since: began, error: DOWN });
    expect(it.told).toEqual(["lake fails"]);
  });

  test("is not written to meanwhile: what is told is that nothing was written", async () => {
    const it = watch();
    await fail(it);
    const write = {
      ref: REF,
      intent: "intent:x" as never,
      fields: {},
      expected: {},
      expectedVersion: null,
      create: false,
    };
    expect(await it.source.write(write, NEVER)).toMatchObject({ kind: "failed", error: { code: "circuit-open" } });
    expect(it.inner.calls.writeCalls).toBe(0);
  });

  test("is tried by one caller at a time, and used by all again once it answers", async () => {
    const it = watch();
    await fail(it);
    const { reads } = it.inner.calls;
    await it.clock.advance(SECOND);
    await Promise.all([it.read(), it.read(), it.read()]);
    expect(it.inner.calls.reads).toBe(reads + 1);
    it.inner.down = undefined;
    await it.clock.advance(SECOND);
    expect(await it.read()).toMatchObject({ kind: "found" });
    expect(await Promise.all([it.read(), it.read()])).toMatchObject([{ kind: "found" }, { kind: "found" }]);
    expect(it.source.failing).toBeUndefined();
    expect(it.told).toEqual(["lake fails", "lake answers"]);
  });

  test("and only says that it is well is not believed while its answers fail to come", async () => {
    const it = watch();
    await fail(it);
    it.inner.down = undefined;
    await it.source.health(NEVER);
    expect(it.source.failing).toBeDefined();
    await it.clock.advance(30 * SECOND);
    await it.source.health(NEVER);
    expect(it.source.failing).toBeUndefined();
  });
});

test("an asset that cannot be read says nothing about the source", async () => {
  const it = watch();
  it.inner.unreadable.set("sales.orders", { code: "server", message: "poison" });
  for (const _ of [1, 2, 3, 4]) expect(await it.read()).toMatchObject({ error: { code: "server" } });
  expect(it.source.failing).toBeUndefined();
});

test("while one of which nothing can be read at all fails, whatever it answers", async () => {
  const it = watch();
  const broken = { code: "protocol" as const, message: "The server's answer broke off." };
  for (const name of ["a", "b", "c", "d", "e"]) {
    it.inner.assets.put({ kind: "TABLE", name: [name], fields: {} });
    it.inner.unreadable.set(name, broken);
    expect(it.source.failing).toBeUndefined();
    await it.source.read([{ kind: "TABLE", name: [name], stableId: null }], NEVER);
  }
  expect(it.source.failing).toMatchObject({ error: broken });
});

describe("the monitor", () => {
  test("notices a source that dies while nobody needs it, and scans it when it comes back", async () => {
    const { clock, inner, source } = watch();
    const scans: string[] = [];
    const scanner = {
      scan: async (id: string) => {
        scans.push(id);
        for await (const _ of source.scan({}, NEVER));
        return undefined as never;
      },
    };
    const sources = {
      ids: [source.id],
      get: () => source,
      table: () => new Map(),
      failing: () => undefined,
      revisions: () => ({}),
      treatyInForce: () => undefined,
      refresh: async () => {},
    };
    const stop = new AbortController();
    const over = monitorSources(
      { clock, sources, report: () => {} },
      new Map([[source.id, source]]),
      scanner,
      stop.signal,
    );
    await clock.run(Promise.resolve());
    inner.down = DOWN;
    await clock.advance(60 * SECOND);
    expect(source.failing).toBeDefined();
    expect(scans).toEqual([]);
    inner.down = undefined;
    await clock.advance(10 * SECOND);
    expect(source.failing).toBeUndefined();
    expect(scans).toEqual(["lake"]);
    stop.abort();
    await clock.run(over);
  });
});
