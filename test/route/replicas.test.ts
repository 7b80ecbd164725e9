import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FieldMutation, MutationOutcome } from "../../src/ports/gateway.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { workOnce } from "../../src/reconcile/lane.ts";
import { runLooks } from "../../src/reconcile/look-again.ts";
import { settleIntents } from "../../src/reconcile/settle-intents.ts";
import { EngineGateway } from "../../src/server/engine-gateway.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { newTreaty, type Replica, startReplica } from "../support/replicas.ts";

const NEVER = new AbortController().signal;
let harness: EngineHarness;
let replicas: readonly Replica[];
beforeEach(async () => {
  harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  await harness.sync();
  replicas = await Promise.all(["a", "b", "c"].map((name) => startReplica(harness, name)));
});
afterEach(() => harness[Symbol.asyncDispose]());

const [A, B, C] = [0, 1, 2];
const at = (index: number): Replica => replicas[index] as Replica;
const set = (value: string, more: Partial<FieldMutation> = {}): FieldMutation => ({
  asset: { name: "sales.orders" },
  field: "domain",
  edit: { op: "set", value },
  ...more,
});
const apply = (index: number, mutation: FieldMutation): Promise<MutationOutcome> =>
  at(index).route.apply(mutation, ALICE, NEVER);

/** The catalog takes its time over every write. */
function slowCatalog(ms: number): void {
  const write = harness.catalog.write.bind(harness.catalog);
  harness.catalog.write = async (it, signal) => {
    await harness.clock.sleep(ms, signal);
    return write(it, signal);
  };
}

describe("mutations of one asset at several replicas", () => {
  test("queue up, and take place in one order: the same in the log and in the source", async () => {
    slowCatalog(700);
    const held: unknown[] = [];
    const edit = harness.catalog.assets.edit.bind(harness.catalog.assets);
    harness.catalog.assets.edit = (ref, fields) => {
      if ("domain" in fields) held.push(fields["domain"]);
      return edit(ref, fields);
    };
    const wanted = Array.from({ length: 9 }, (_, n) => `v${n}`);
    const outcomes = await harness.clock.run(Promise.all(wanted.map((it, n) => apply(n % 3, set(it)))));
    expect(outcomes.map((it) => it.userErrors)).toEqual(wanted.map(() => []));
    const told = (await harness.log("FIELD_CHANGED")).filter((it) => it.source === CATALOG).map((it) => it.after);
    expect(told).toEqual(held);
    expect(new Set(told)).toEqual(new Set(wanted));
    expect(heldBy(harness.catalog, "domain")).toBe(told.at(-1));
    expect(outcomes.map((it) => it.change)).toHaveLength(new Set(outcomes.map((it) => it.change)).size);
  });

  test("under one key take place once, and both callers get the one outcome", async () => {
    slowCatalog(700);
    const mutation = set("hr", { idempotencyKey: "k" });
    const [first, second] = await harness.clock.run(Promise.all([apply(A, mutation), apply(B, mutation)]));
    expect(first?.userErrors).toEqual([]);
    expect(second).toMatchObject({ change: first?.change, userErrors: [] });
    expect(harness.catalog.calls.writes).toBe(1);
    expect((await harness.log("WRITE_INTENDED")).filter((it) => it.source === CATALOG)).toHaveLength(1);
  });

  test("a key that another replica uses up while nothing was to change is answered with that use", async () => {
    const mutation = set("sales", { idempotencyKey: "k" });
    const outcomes = await harness.clock.run(Promise.all([apply(A, mutation), apply(B, mutation)]));
    expect(outcomes.map((it) => [it.change, it.userErrors])).toEqual([
      [null, []],
      [null, []],
    ]);
  });

  test("wait for no longer than they must when the other end is told of, and not for ever when it never comes", async () => {
    harness.catalog.write = () => new Promise(() => undefined);
    void apply(A, set("hr"));
    await harness.clock.run(until(async () => (await harness.ledger.counts()).openIntents === 1));
    const began = harness.clock.now();
    const outcome = await harness.clock.run(apply(B, set("it")));
    expect(outcome.userErrors).toMatchObject([{ code: "BUSY" }]);
    expect(harness.clock.now() - began).toBeLessThan(45_000);
  });
});

/** Does all the work at the lakehouse that is due. */
async function drain(index: number): Promise<void> {
  while ((await harness.clock.run(workOnce(at(index).engine, LAKEHOUSE, NEVER))) > 0);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

describe("a mode that is set at one replica", () => {
  test("stops the writes of all others at once, those that are being worked out too", async () => {
    const read = harness.catalog.read.bind(harness.catalog);
    harness.catalog.read = async (...args) => {
      harness.catalog.read = read;
      const seen = await read(...args);
      await at(A).gateway.setSourceMode(CATALOG, "observe", "stop", ALICE);
      return seen;
    };
    const outcome = await harness.clock.run(apply(B, set("hr")));
    expect(outcome.userErrors).toMatchObject([{ code: "SOURCE_IN_OBSERVE_MODE" }]);
    expect((await harness.clock.run(apply(C, set("it")))).userErrors).toMatchObject([
      { code: "SOURCE_IN_OBSERVE_MODE" },
    ]);
    expect(harness.catalog.calls.writeCalls).toBe(0);
  });

  test("lets the others write at once as well", async () => {
    await at(A).gateway.setSourceMode(CATALOG, "observe", undefined, ALICE);
    await at(B).engine.sources.refresh();
    await at(A).gateway.setSourceMode(CATALOG, "enforce", undefined, ALICE);
    expect((await harness.clock.run(apply(B, set("hr")))).userErrors).toEqual([]);
  });

  test("is the mode under which all others judge: nothing is called done that was judged by the old one", async () => {
    await at(A).gateway.setSourceMode(LAKEHOUSE, "observe", undefined, ALICE);
    await at(B).engine.sources.refresh();
    await harness.clock.run(apply(A, set("hr")));
    await at(A).gateway.setSourceMode(LAKEHOUSE, "enforce", undefined, ALICE);
    await drain(B);
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
  });

  describe("without whoever set it being told so", () => {
    beforeEach(async () => {
      await at(A).gateway.setSourceMode(LAKEHOUSE, "observe", undefined, ALICE);
      await at(B).engine.sources.refresh();
      await harness.clock.run(apply(A, set("hr")));
      await drain(B);
      const { engine, route, scanner } = at(A);
      const commit: Ledger["commit"] = async (it) => {
        await engine.ledger.commit(it);
        throw new Error("the connection was cut");
      };
      const cut = { ...engine, ledger: { ...engine.ledger, commit } };
      const gateway = new EngineGateway({ engine: cut, registry: harness.registry, route, scanner });
      await expect(gateway.setSourceMode(LAKEHOUSE, "enforce", undefined, ALICE)).rejects.toThrow("was cut");
      await at(B).engine.sources.refresh();
      await drain(B);
      expect(heldBy(harness.lakehouse, "domain")).toBe("sales");
    });

    test("is what the others judge everything by all the same", async () => {
      const stopped = new AbortController();
      const watching = runLooks(at(B).engine, stopped.signal);
      await harness.clock.run(until(async () => (await harness.ledger.counts()).workBySource[LAKEHOUSE] !== undefined));
      stopped.abort();
      await harness.clock.run(watching);
      await drain(B);
      expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    });

    test("is that also once it is set again, although it stands there", async () => {
      await at(A).gateway.setSourceMode(LAKEHOUSE, "enforce", undefined, ALICE);
      await drain(B);
      expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    });
  });
});

test("a gateway below which the ledger was replaced by an older copy changes nothing, and says what to do", async () => {
  const { engine, route, scanner } = at(A);
  const replaced = new AbortController();
  const gateway = new EngineGateway({ engine, registry: harness.registry, route, scanner, replaced: replaced.signal });
  expect((await harness.clock.run(gateway.apply(set("hr"), ALICE, NEVER))).userErrors).toEqual([]);
  replaced.abort();
  const head = await harness.ledger.head();
  const error = { code: "LEDGER_REPLACED", message: expect.stringContaining("Start the gateway anew") };
  expect(await gateway.apply(set("it"), ALICE, NEVER)).toMatchObject({ change: null, userErrors: [error] });
  expect(await gateway.applyAll([set("it")], ALICE, NEVER)).toMatchObject([{ userErrors: [error] }]);
  const answer = { review: "review:any", answer: "AUTHORITY" } as const;
  expect(await gateway.decideReview(answer, ALICE, NEVER)).toMatchObject({ userErrors: [error] });
  const refusal = { ok: false, errors: [error] };
  expect(await gateway.setSourceMode(CATALOG, "pause", undefined, ALICE)).toMatchObject(refusal);
  expect(await gateway.scan({}, true, ALICE, NEVER)).toMatchObject(refusal);
  expect(await gateway.reconcile({}, false, ALICE, NEVER)).toMatchObject(refusal);
  expect(await harness.ledger.head()).toBe(head);
  expect(harness.catalog.calls.writes).toBe(1);
});

describe("a replica whose treaty is no longer in force", () => {
  test("changes nothing, says so, and goes on answering", async () => {
    const rolledOut = await startReplica(harness, "new", newTreaty(harness));
    const outdated = { code: "TREATY_OUTDATED", message: expect.stringContaining("another treaty") };
    const head = await harness.ledger.head();
    expect((await harness.clock.run(apply(A, set("hr")))).userErrors).toMatchObject([outdated]);
    expect((await harness.clock.run(apply(A, set("sales", { idempotencyKey: "k" })))).userErrors).toMatchObject([
      outdated,
    ]);
    const mode = await at(B).gateway.setSourceMode(CATALOG, "pause", undefined, ALICE);
    expect(mode).toMatchObject({ ok: false, errors: [outdated] });
    expect(await at(B).gateway.scan({}, true, ALICE, NEVER)).toMatchObject({ ok: false, errors: [outdated] });
    expect(await at(B).gateway.reconcile({}, false, ALICE, NEVER)).toMatchObject({ ok: false, errors: [outdated] });
    harness.catalog.assets.edit(ORDERS, { domain: "by hand" });
    const id = (await harness.state()).asset.id;
    const live = await harness.clock.run(at(C).gateway.readLive([id], NEVER));
    expect(at(C).gateway.viewFields(live.states[0] as never, ["domain"])).toMatchObject([{ value: "by hand" }]);
    expect(await harness.ledger.head()).toBe(head);
    expect((await harness.clock.run(rolledOut.route.apply(set("hr"), ALICE, NEVER))).userErrors).toEqual([]);
  });

  test("leaves what it was writing to those who have the new one, and the caller can ask for the outcome", async () => {
    const write = harness.catalog.write.bind(harness.catalog);
    harness.catalog.write = async (it, signal) => {
      harness.catalog.write = write;
      const result = await write(it, signal);
      await startReplica(harness, "new", newTreaty(harness));
      return result;
    };
    const outcome = await harness.clock.run(apply(A, set("hr", { idempotencyKey: "k" })));
    expect(outcome.userErrors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
    const rolledOut = await startReplica(harness, "newer", newTreaty(harness));
    await harness.clock.advance(60_000);
    expect(await harness.clock.run(settleIntents(at(A).engine, CATALOG, NEVER))).toBe(0);
    expect(await harness.clock.run(settleIntents(rolledOut.engine, CATALOG, NEVER))).toBe(1);
    const again = await harness.clock.run(rolledOut.route.apply(set("hr", { idempotencyKey: "k" }), ALICE, NEVER));
    expect(again).toMatchObject({ change: expect.any(Number), userErrors: [] });
    expect((await harness.log("FIELD_CHANGED")).at(-1)).toMatchObject({ actor: ALICE, after: "hr" });
  });

  test("is in force again when a process with it starts: the newest start wins, and each is logged", async () => {
    await startReplica(harness, "new", newTreaty(harness));
    await startReplica(harness, "back");
    expect((await harness.clock.run(apply(A, set("hr")))).userErrors).toEqual([]);
    expect((await harness.log("TREATY_CHANGED")).map((it) => it.after)).toEqual([
      newTreaty(harness).hash,
      harness.treaty.hash,
    ]);
  });
});
