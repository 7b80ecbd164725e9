import { expect, test } from "vitest";
import type { AssetId } from "../../src/domain/ids.ts";
import type { Source } from "../../src/ports/source.ts";
import type { LiveFailure, LiveShare } from "../../src/redis/live-share.ts";
import { LiveReads } from "../../src/server/live-reads.ts";
import { EngineHarness, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { DOWN } from "../support/memory-source.ts";

const never = new AbortController().signal;

async function openOrders(): Promise<{ readonly harness: EngineHarness; readonly id: AssetId }> {
  const harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { description: "One row an order" } });
  await harness.sync();
  return { harness, id: (await harness.state()).asset.id };
}

/** Holds the lakehouse's reads until they are let go, and counts them. */
function hold(source: Source): { readonly calls: number[]; readonly letGo: () => void } {
  const calls: number[] = [];
  const gate = Promise.withResolvers<void>();
  const read = source.read.bind(source);
  source.read = async (refs, signal) => {
    calls.push(refs.length);
    await gate.promise;
    return read(refs, signal);
  };
  return { calls, letGo: () => gate.resolve() };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What Redis does for replicas, in memory and without time: what is told stays told. */
class MemoryShare implements LiveShare {
  readonly told = new Map<string, readonly LiveFailure[]>();
  readonly #taken = new Map<AssetId, Promise<void>>();

  find(asset: AssetId, revision: number): Promise<readonly LiveFailure[] | undefined> {
    return Promise.resolve(this.told.get(`${asset} ${revision}`));
  }

  async tell(asset: AssetId, revision: number, failures: readonly LiveFailure[]): Promise<void> {
    this.told.set(`${asset} ${revision}`, failures);
  }

  async claim(asset: AssetId): ReturnType<LiveShare["claim"]> {
    let waited = false;
    for (let taken = this.#taken.get(asset); taken; taken = this.#taken.get(asset)) {
      waited = true;
      await taken;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#taken.set(asset, promise);
    return {
      waited,
      [Symbol.asyncDispose]: async () => {
        this.#taken.delete(asset);
        resolve();
      },
    };
  }
}

test("who asks while an asset is being read waits for that answer", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const live = new LiveReads(harness.engine);
  const held = hold(harness.lakehouse);
  const asked = [live.read([id], never), live.read([id], never), live.read([id], never)];
  await turns();
  asked.push(live.read([id], never));
  await turns();
  held.letGo();
  const answers = await Promise.all(asked);
  expect(held.calls).toEqual([1]);
  expect(new Set(answers.map((it) => it.states[0]?.revision)).size).toBe(1);
});

test("the next one asks the sources again, and is told what they say now", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const live = new LiveReads(harness.engine);
  await live.read([id], never);
  harness.lakehouse.assets.edit(ORDERS, { description: "Edited behind the gateway" } as never);
  const { states } = await live.read([id], never);
  const lakehouse = states[0]?.bindings.find((it) => it.source === LAKEHOUSE);
  expect(lakehouse?.fields).toMatchObject({ description: { value: "Edited behind the gateway" } });
});

test("assets that are asked for in one turn are read in one call of each source", async () => {
  const { harness } = await openOrders();
  await using _ = harness;
  for (const name of ["a", "b", "c"])
    harness.lakehouse.assets.put({ kind: "TABLE", name: ["sales", name], fields: {} });
  await harness.sync();
  const ids = await Promise.all(["a", "b", "c"].map(async (it) => (await harness.state(`sales.${it}`)).asset.id));
  const held = hold(harness.lakehouse);
  held.letGo();
  const live = new LiveReads(harness.engine);
  await live.read(ids, never);
  expect(held.calls).toEqual([3]);
});

test("a client that gives up is not waited for, and takes nothing from the others", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const live = new LiveReads(harness.engine);
  const held = hold(harness.lakehouse);
  const leaving = new AbortController();
  const [gone, stays] = [live.read([id], leaving.signal), live.read([id], never)];
  await turns();
  leaving.abort(new Error("the client is gone"));
  await expect(gone).rejects.toThrow("the client is gone");
  held.letGo();
  expect((await stays).errors).toEqual([]);
});

test("when everybody gave up the sources are let go as well", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const live = new LiveReads(harness.engine);
  let told: AbortSignal | undefined;
  harness.lakehouse.read = (_refs, signal) => {
    told = signal;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  };
  const leaving = new AbortController();
  const asked = [live.read([id], leaving.signal), live.read([id], leaving.signal)];
  await turns();
  expect(told?.aborted).toBe(false);
  leaving.abort(new Error("gone"));
  for (const it of asked) await expect(it).rejects.toThrow("gone");
  await turns();
  expect(told?.aborted).toBe(true);
});

test("a source that fails is told to everybody who waited, with what the ledger knows", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  harness.lakehouse.down = DOWN;
  const live = new LiveReads(harness.engine);
  for (const { errors, states } of await Promise.all([live.read([id], never), live.read([id], never)])) {
    expect(errors).toEqual([{ asset: id, source: LAKEHOUSE, error: DOWN }]);
    expect(states[0]?.asset.name).toBe("sales.orders");
  }
});

test("replicas that ask while another one is asking take its answer from the ledger", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const share = new MemoryShare();
  const replicas = [1, 2, 3].map(() => new LiveReads(harness.engine, share));
  const held = hold(harness.lakehouse);
  harness.lakehouse.assets.edit(ORDERS, { description: "Edited behind the gateway" } as never);
  const asked = replicas.map((it) => it.read([id], never));
  await turns();
  held.letGo();
  for (const { errors, states } of await Promise.all(asked)) {
    expect(errors).toEqual([]);
    const lakehouse = states[0]?.bindings.find((it) => it.source === LAKEHOUSE);
    expect(lakehouse?.fields).toMatchObject({ description: { value: "Edited behind the gateway" } });
  }
  expect(held.calls).toEqual([1]);
});

test("an answer of a moment ago serves another replica, failures included, and says when it was read", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const share = new MemoryShare();
  const [here, there] = [new LiveReads(harness.engine, share), new LiveReads(harness.engine, share)];
  harness.catalog.down = DOWN;
  const first = await here.read([id], never);
  await harness.clock.advance(500);
  const reads = harness.lakehouse.calls.reads;
  const second = await there.read([id], never);
  expect(harness.lakehouse.calls.reads).toBe(reads);
  expect(second.errors).toEqual(first.errors);
  const observedAt = (it: typeof first) => it.states[0]?.bindings.map((binding) => binding.observedAt);
  expect(observedAt(second)).toEqual(observedAt(first));
});

test("after a write of the gateway's own the sources are asked again", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const share = new MemoryShare();
  const [here, there] = [new LiveReads(harness.engine, share), new LiveReads(harness.engine, share)];
  await here.read([id], never);
  await harness.apply({ field: "domain", edit: { op: "set", value: "sales" } });
  const reads = harness.lakehouse.calls.reads;
  await there.read([id], never);
  expect(harness.lakehouse.calls.reads).toBe(reads + 1);
});

test("a replica joins no read that began before a write of the gateway's own", async () => {
  const { harness, id } = await openOrders();
  await using _ = harness;
  const live = new LiveReads(harness.engine);
  const held = hold(harness.lakehouse);
  const before = live.read([id], never);
  await turns();
  const state = await harness.state();
  await harness.ledger.commit({ assets: [{ id, expectedRevision: state.revision, asset: state.asset }] });
  const after = live.read([id], never);
  await turns();
  held.letGo();
  await Promise.all([before, after]);
  expect(held.calls).toEqual([1, 1]);
});
