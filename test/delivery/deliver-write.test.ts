import { afterEach, describe, expect, test } from "vitest";
import type { Change } from "../../src/domain/change.ts";
import type { Commit, Ledger } from "../../src/ports/ledger.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { DOWN } from "../support/memory-source.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(): Promise<void> {
  harness = await EngineHarness.openWithOrders();
}

async function writes(): Promise<readonly Change[]> {
  return harness.log("WRITE_INTENDED", "WRITE_APPLIED", "WRITE_FAILED");
}

/** Every intent has exactly one outcome, and the outcome names it (P8). */
async function expectSettled(): Promise<void> {
  const log = await writes();
  const intended = log.filter((it) => it.kind === "WRITE_INTENDED");
  const outcomes = log.filter((it) => it.kind !== "WRITE_INTENDED");
  expect(outcomes).toHaveLength(intended.length);
  expect(new Set(outcomes.map((it) => it.intent))).toEqual(new Set(intended.map((it) => it.intent)));
  for (const it of outcomes) expect(it.causedBy).toBe(intended.find((other) => other.intent === it.intent)?.position);
  expect((await harness.ledger.counts()).openIntents).toBe(0);
}

describe("a process that stands still between intent and write", () => {
  test("sends nothing when it goes on: another one may have settled the write meanwhile", async () => {
    await open();
    const { ledger } = harness;
    await harness.start({
      ledger: (it) => standingAfter(it, 1, () => harness.clock.advance(120_000)),
      source: (it) => it,
    });
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    expect(outcome.userErrors).toMatchObject([{ code: "SOURCE_UNAVAILABLE" }]);
    expect(harness.catalog.calls.writeCalls).toBe(0);
    await harness.rest();
    expect((await ledger.counts()).openIntents).toBe(0);
    expect(heldBy(harness.catalog, "domain")).toBe("sales");
    await expectSettled();
  });
});

/** Time passes after the so-manyth commit that opens an intent. */
function standingAfter(ledger: Ledger, nth: number, stand: () => Promise<void>): Ledger {
  let count = 0;
  return new Proxy(ledger, {
    get: (it, name) => {
      const value: unknown = Reflect.get(it, name);
      if (typeof value !== "function") return value;
      if (name !== "commit") return value.bind(it) as unknown;
      return async (commit: Commit) => {
        const result = await it.commit(commit);
        if (commit.openIntents?.length && ++count === nth) await stand();
        return result;
      };
    },
  });
}

describe("a write whose answer is lost", () => {
  test("and that took place is found out by reading back, with one intent and one outcome", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "unknown", applied: true });
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    expect(outcome).toMatchObject({ change: expect.any(Number), userErrors: [] });
    await harness.rest();
    expect((await writes()).filter((it) => it.source === CATALOG).map((it) => it.kind)).toEqual([
      "WRITE_INTENDED",
      "WRITE_APPLIED",
    ]);
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    await expectSettled();
  });

  test("and that did not take place is not sent again blindly; it is settled when its lease has ended", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "unknown", applied: false });
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "hr" }, reason: "because" });
    expect(outcome.userErrors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
    expect(harness.catalog.calls.writeCalls).toBe(1);
    expect((await harness.ledger.counts()).openIntents).toBe(1);
    expect(await harness.settle(CATALOG)).toBe(0);
    await harness.rest();
    expect(harness.catalog.calls.writeCalls).toBe(1);
    expect((await writes()).at(-1)).toMatchObject({
      kind: "WRITE_FAILED",
      actor: ALICE,
      detail: { outcome: "failed" },
    });
    await expectSettled();
  });

  test("and that took place later than anybody could read is settled as applied, by the one who wanted it", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "unknown", applied: false });
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" }, reason: "because" });
    harness.catalog.assets.edit(ORDERS, { domain: "hr" });
    await harness.rest();
    expect((await writes()).filter((it) => it.source === CATALOG).at(-1)).toMatchObject({ kind: "WRITE_APPLIED" });
    expect((await harness.log("FIELD_CHANGED")).at(-1)).toMatchObject({ actor: ALICE, reason: "because", after: "hr" });
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    await expectSettled();
  });

  test("stays open as long as the source cannot be read", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "unknown", applied: true });
    const read = harness.catalog.read.bind(harness.catalog);
    harness.catalog.read = async (refs, signal) =>
      harness.catalog.calls.writeCalls > 0
        ? refs.map(() => ({ kind: "failed" as const, error: DOWN }))
        : read(refs, signal);
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.clock.advance(600_000);
    expect(await harness.settle(CATALOG)).toBe(0);
    expect((await harness.ledger.counts()).openIntents).toBe(1);
    harness.catalog.read = read;
    await harness.rest();
    await expectSettled();
    expect((await writes()).filter((it) => it.source === CATALOG).at(-1)).toMatchObject({ kind: "WRITE_APPLIED" });
  });

  test("to a mirror leaves one change at the mirror, whichever way it went", async () => {
    for (const applied of [true, false]) {
      await open();
      harness.lakehouse.writeFaults.push({ kind: "unknown", applied });
      await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
      await harness.rest();
      expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
      expect(harness.lakehouse.calls.writes).toBe(1);
      expect(await harness.drifts()).toEqual([]);
      await expectSettled();
      if (applied) await harness[Symbol.asyncDispose]();
    }
  });
});

describe("a write that meets another", () => {
  test("that somebody else overwrites before it is read back is tried again, and is no refusal", async () => {
    await open();
    const write = harness.lakehouse.write.bind(harness.lakehouse);
    harness.lakehouse.write = async (...args) => {
      harness.lakehouse.write = write;
      const result = await write(...args);
      harness.lakehouse.assets.edit(ORDERS, { domain: "somebody's" });
      const [found] = await harness.lakehouse.read([args[0].ref], args[1]);
      return result.kind === "applied" && found?.kind === "found" ? { ...result, snapshot: found.snapshot } : result;
    };
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect(await harness.drifts()).toEqual([]);
    await expectSettled();
  });

  test("finds the mirror edited meanwhile: what is there is recorded, judged, and written anew", async () => {
    await open();
    harness.lakehouse.writeFaults.push({
      kind: "overtaken",
      edit: (it) => it.assets.edit(ORDERS, { domain: "by hand" }),
    });
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect((await harness.log("DRIFT_OPENED")).map((it) => it.detail)).toMatchObject([
      { kind: "CONFLICT", base: "sales", wanted: "hr", found: "by hand" },
    ]);
    await expectSettled();
  });

  test("is read by a scan before its outcome is recorded: the change is the writer's, and told once", async () => {
    await open();
    const { catalog } = harness;
    const write = catalog.write.bind(catalog);
    catalog.write = async (it, signal) => {
      const result = await write(it, signal);
      catalog.write = write;
      await scanNow();
      return result;
    };
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "hr" }, reason: "why" });
    const changed = (await harness.log("FIELD_CHANGED")).filter((it) => it.after === "hr");
    expect(changed).toMatchObject([{ actor: ALICE, reason: "why" }]);
    expect(outcome.change).toBe(changed[0]?.position);
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect(await harness.drifts()).toEqual([]);
  });

  test("is read by a reconcile of its mirror before its outcome is recorded: the same", async () => {
    await open();
    const { catalog } = harness;
    const write = catalog.write.bind(catalog);
    catalog.write = async (it, signal) => {
      const result = await write(it, signal);
      catalog.write = write;
      const asset = (await harness.state()).asset.id;
      await harness.ledger.markDirty([{ asset, source: LAKEHOUSE, reread: true }]);
      await harness.work();
      return result;
    };
    const outcome = await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    const changed = (await harness.log("FIELD_CHANGED")).filter((it) => it.after === "hr");
    expect(changed).toMatchObject([{ actor: ALICE }]);
    expect(outcome).toMatchObject({ change: changed[0]?.position, userErrors: [] });
  });

  test("that a slow scan read before it never undoes what was recorded after it", async () => {
    await open();
    const { catalog } = harness;
    const scan = catalog.scan.bind(catalog);
    catalog.scan = async function* (_, signal) {
      catalog.scan = scan;
      const pages = [];
      for await (const page of scan({}, signal)) pages.push(page);
      await harness.route.apply(
        { asset: { name: "sales.orders" }, field: "domain", edit: { op: "set", value: "hr" } },
        ALICE,
        signal,
      );
      yield* pages;
    };
    await harness.scan(CATALOG);
    expect((await harness.view("domain")).value).toBe("hr");
    expect((await harness.log("FIELD_CHANGED")).map((it) => it.after)).toEqual(["hr"]);
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
  });

  async function scanNow(): Promise<void> {
    const { scanAlone } = await import("../../src/reconcile/scan-source.ts");
    await scanAlone(harness.engine, harness.catalog, () => undefined, new AbortController().signal);
  }
});

describe("a refusal by a mirror", () => {
  test("stands as a drift with the mirror's reason, and is not sent again while nothing changes", async () => {
    await open();
    harness.lakehouse.writeFaults.push({ kind: "rejected" });
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    expect(await harness.drifts()).toMatchObject([
      {
        kind: "DELIVERY_FAILED",
        source: LAKEHOUSE,
        wanted: "hr",
        found: "sales",
        note: expect.stringContaining("will not take it"),
      },
    ]);
    const calls = harness.lakehouse.calls.writeCalls;
    const head = await harness.ledger.head();
    await harness.clock.advance(3_600_000);
    await harness.sync();
    expect(harness.lakehouse.calls.writeCalls).toBe(calls);
    expect(await harness.ledger.head()).toBe(head);
    await expectSettled();
  });

  test("is not sent again along with another field's change", async () => {
    await open();
    harness.lakehouse.writeFaults.push({ kind: "rejected" });
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    await harness.apply({ field: "lifecycle", edit: { op: "set", value: "active" } });
    await harness.rest();
    expect(heldBy(harness.lakehouse, "lifecycle")).toMatchObject({ stage: "active" });
    expect(heldBy(harness.lakehouse, "domain")).toBe("sales");
    expect(await harness.drifts()).toMatchObject([{ kind: "DELIVERY_FAILED", path: "domain" }]);
  });

  test("ends when the value is another one, which is sent", async () => {
    await open();
    harness.lakehouse.writeFaults.push({ kind: "rejected" });
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    await harness.apply({ field: "domain", edit: { op: "set", value: "finance" } });
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("finance");
    expect(await harness.drifts()).toEqual([]);
  });

  test("is tried again when somebody asks for a reconcile", async () => {
    await open();
    harness.lakehouse.writeFaults.push({ kind: "rejected" });
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    await harness.ledger.markDirty([{ asset: (await harness.state()).asset.id, source: LAKEHOUSE, reread: true }]);
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect((await harness.log("DRIFT_RESOLVED")).at(-1)).toMatchObject({
      detail: { kind: "DELIVERY_FAILED", resolution: "mirrored" },
    });
  });

  /** Each write to the mirror is answered by the next of these; all that come later as usual. */
  function answerInTurn(...answers: readonly ("failed" | "taken and undone at once" | "not taken")[]): void {
    const { lakehouse } = harness;
    const write = lakehouse.write.bind(lakehouse);
    const left = [...answers];
    lakehouse.write = async (it, signal) => {
      const answer = left.shift();
      if (answer === "failed") return { kind: "failed", error: { code: "unreachable", message: "down" } };
      if (answer === "taken and undone at once") {
        await write(it, signal);
        lakehouse.assets.edit(ORDERS, { domain: "sales" });
      } else if (answer !== "not taken") return write(it, signal);
      const [read] = await lakehouse.read([it.ref], signal);
      return read?.kind === "found"
        ? { kind: "applied", snapshot: read.snapshot }
        : expect.fail("the mirror has no such asset");
    };
  }
  const failures = async (): Promise<number> =>
    (await harness.log("DRIFT_OPENED")).filter((it) => (it.detail as { kind: string }).kind === "DELIVERY_FAILED")
      .length;

  test("is not concluded from a value that somebody put back just then, however often others had failed before", async () => {
    await open();
    answerInTurn("failed", "taken and undone at once");
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect(await failures()).toBe(0);
  });

  test("that is not said is concluded from the second time in a row", async () => {
    await open();
    answerInTurn("not taken", "not taken");
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("sales");
    expect(await harness.drifts()).toMatchObject([
      { kind: "DELIVERY_FAILED", note: expect.stringContaining("accepted the write, but held something else") },
    ]);
  });

  test("of several values that are never taken is concluded for each, and comes to an end", async () => {
    await open();
    answerInTurn(...Array.from({ length: 20 }, () => "not taken" as const));
    harness.catalog.assets.edit(ORDERS, { domain: "hr", lifecycle: "active" });
    await harness.sync();
    const drifts = await harness.drifts();
    expect(drifts.map((it) => it.kind)).toEqual(["DELIVERY_FAILED", "DELIVERY_FAILED"]);
    expect(new Set(drifts.map((it) => it.path))).toEqual(new Set(["domain", "lifecycle"]));
    await expectSettled();
  });

  test("of one value keeps no other from arriving", async () => {
    await open();
    const { lakehouse } = harness;
    const write = lakehouse.write.bind(lakehouse);
    lakehouse.write = async (it, signal) =>
      "domain" in it.fields ? { kind: "rejected", message: "no domains here" } : write(it, signal);
    harness.catalog.assets.edit(ORDERS, { domain: "hr", lifecycle: "active", owners: ["bob"] });
    await harness.sync();
    expect(heldBy(lakehouse, "lifecycle")).toMatchObject({ stage: "active" });
    expect(heldBy(lakehouse, "owners")).toEqual([{ principal: "bob", role: null }]);
    expect(await harness.drifts()).toMatchObject([
      { kind: "DELIVERY_FAILED", path: "domain", note: "no domains here" },
    ]);
    await expectSettled();
  });
});

describe("a mirror's drift", () => {
  test("that was only told in mode observe ends when the value has arrived, not when it is sent", async () => {
    await open();
    await setMode("observe");
    await harness.apply({ field: "domain", edit: { op: "set", value: "hr" } });
    await harness.rest();
    expect(await harness.drifts()).toMatchObject([{ kind: "MIRROR_STALE", state: "OPEN" }]);
    await setMode("enforce");
    harness.lakehouse.down = DOWN;
    await harness.ledger.markDirty([{ asset: (await harness.state()).asset.id, source: LAKEHOUSE, reread: false }]);
    await harness.work();
    expect(await harness.drifts()).toHaveLength(1);
    harness.lakehouse.down = undefined;
    await harness.rest();
    expect(await harness.drifts()).toEqual([]);
    expect((await harness.log("DRIFT_RESOLVED")).at(-1)).toMatchObject({ detail: { resolution: "mirrored" } });
  });

  async function setMode(mode: "observe" | "enforce"): Promise<void> {
    const [record] = (await harness.ledger.readSources()).filter((it) => it.id === LAKEHOUSE);
    if (record) await harness.ledger.commit({ sources: [{ ...record, mode }] });
    await harness.registry.refresh();
  }
});
