import { afterEach, describe, expect, test } from "vitest";
import type { FieldKey } from "../../src/domain/field.ts";
import { crashWire } from "../support/crash-wire.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

const SET_HR = { field: "domain", edit: { op: "set", value: "hr" } } as const;
const NEVER = new AbortController().signal;

/** The catalog, authority over domains, shows what it took only within so many milliseconds. */
async function open(visibleWithinMs = 10_000, mirrors = false): Promise<void> {
  harness = await EngineHarness.open({
    rules: rules({ onForeignWrite: "adopt", onConflict: "newest-at-authority" }),
    [mirrors ? "lakehouse" : "catalog"]: { visibleWithinMs },
  });
  harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  await harness.sync();
}

function later(ms: number, happens: () => void): void {
  void harness.clock.sleep(ms, NEVER).then(happens);
}

async function told(source = CATALOG): Promise<readonly unknown[]> {
  const log = await harness.log("WRITE_INTENDED", "WRITE_APPLIED", "WRITE_FAILED", "FIELD_CHANGED");
  return log.filter((it) => it.source === source && (it.key ?? "domain") === "domain").map((it) => it.kind);
}

describe("an authority that shows later what it took", () => {
  test("is waited for: the change is told once, as the caller's, and mirrored", async () => {
    await open();
    harness.catalog.hide();
    later(7_000, () => harness.catalog.show());
    const outcome = await harness.apply(SET_HR);
    expect(outcome).toMatchObject({ change: expect.any(Number), userErrors: [] });
    await harness.rest();
    expect(await told()).toEqual(["WRITE_INTENDED", "WRITE_APPLIED", "FIELD_CHANGED"]);
    expect((await harness.log("FIELD_CHANGED")).at(-1)).toMatchObject({ actor: ALICE, before: "sales", after: "hr" });
    expect(harness.catalog.calls.writeCalls).toBe(1);
    expect(heldBy(harness.lakehouse, "domain")).toBe("hr");
    expect(await harness.log("DRIFT_OPENED")).toEqual([]);
  });

  test("is believed not to have taken what it never shows; that is refused the second time", async () => {
    await open();
    const { catalog } = harness;
    catalog.write = async (write, signal) => {
      const [found] = await catalog.read([write.ref], signal);
      if (found?.kind !== "found") throw new TypeError("it is there");
      return { kind: "applied", snapshot: found.snapshot };
    };
    const began = harness.clock.now();
    const outcome = await harness.apply(SET_HR);
    expect(outcome.userErrors).toMatchObject([
      { code: "SOURCE_REJECTED", message: expect.stringContaining("accepted") },
    ]);
    expect(harness.clock.now() - began).toBeGreaterThanOrEqual(20_000);
    expect(await told()).toEqual(["WRITE_INTENDED", "WRITE_FAILED", "WRITE_INTENDED", "WRITE_FAILED"]);
  });

  test("keeps nobody waiting without end: after a while the outcome is unknown, and told when it shows", async () => {
    await open(300_000);
    harness.catalog.hide();
    later(35_000, () => harness.catalog.show());
    const began = harness.clock.now();
    const outcome = await harness.apply({ ...SET_HR, idempotencyKey: "k" });
    expect(outcome.userErrors).toMatchObject([
      { code: "OUTCOME_UNKNOWN", message: expect.stringContaining("accepted") },
    ]);
    expect(harness.clock.now() - began).toBeLessThan(30_000);
    await harness.clock.advance(harness.engine.leases.leaseMs);
    expect(await harness.settle(CATALOG)).toBe(0);
    expect(await told()).toEqual(["WRITE_INTENDED"]);
    await harness.clock.advance(6_000);
    expect(await harness.settle(CATALOG)).toBe(1);
    expect(await told()).toEqual(["WRITE_INTENDED", "WRITE_APPLIED", "FIELD_CHANGED"]);
    expect(await harness.apply({ ...SET_HR, idempotencyKey: "k" })).toMatchObject({ change: expect.any(Number) });
    expect(harness.catalog.calls.writeCalls).toBe(1);
  });

  test("and is given up when its time is over", async () => {
    await open(300_000);
    const { catalog } = harness;
    catalog.write = async () => ({ kind: "unknown", error: { code: "timeout", message: "no answer" } });
    await harness.apply(SET_HR);
    await harness.clock.advance(280_000);
    expect(await harness.settle(CATALOG)).toBe(0);
    await harness.clock.advance(60_000);
    expect(await harness.settle(CATALOG)).toBe(1);
    expect(await told()).toEqual(["WRITE_INTENDED", "WRITE_FAILED"]);
  });

  test("does not make a wish come true that a write which is not seen yet contradicts", async () => {
    await open(300_000);
    harness.catalog.hide();
    await harness.apply(SET_HR);
    const back = harness.apply({ field: "domain", edit: { op: "set", value: "sales" } });
    expect((await back).userErrors).toMatchObject([{ code: "BUSY" }]);
    harness.catalog.show();
    await harness.rest();
    const again = await harness.apply({ field: "domain", edit: { op: "set", value: "sales" } });
    expect(again.userErrors).toEqual([]);
    await harness.rest();
    expect([heldBy(harness.catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["sales", "sales"]);
  });

  test("shows somebody's edit first that the write had replaced: it is not taken for the outcome", async () => {
    await open();
    const { catalog } = harness;
    catalog.hide();
    const write = catalog.write.bind(catalog);
    catalog.write = async (it, signal) => {
      catalog.assets.edit(ORDERS, { domain: "theirs" });
      catalog.hide(); // from now on their value is seen
      later(4_000, () => catalog.show());
      return write({ ...it, expected: { ["domain" as FieldKey]: { state: "value", value: "theirs" } } }, signal);
    };
    const outcome = await harness.apply(SET_HR);
    expect(outcome.userErrors).toEqual([]);
    expect(await told()).toEqual(["WRITE_INTENDED", "WRITE_APPLIED", "FIELD_CHANGED"]);
    await harness.rest();
    expect((await harness.log("FIELD_CHANGED")).at(-1)).toMatchObject({ actor: ALICE, after: "hr" });
    expect([heldBy(catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["hr", "hr"]);
  });

  test("shows only somebody's edit that came after the write: theirs is told, and the caller's is tried anew", async () => {
    await open();
    const { catalog } = harness;
    catalog.hide();
    later(2_000, () => catalog.assets.edit(ORDERS, { domain: "theirs" }));
    later(5_000, () => catalog.show());
    const began = harness.clock.now();
    expect((await harness.apply(SET_HR)).userErrors).toEqual([]);
    expect(harness.clock.now() - began).toBeGreaterThanOrEqual(10_000); // it might have been older than the write
    expect((await harness.log("FIELD_CHANGED")).map((it) => [it.actor.kind, it.after])).toEqual([
      ["source", "theirs"],
      ["person", "hr"],
    ]);
    await harness.rest();
    expect([heldBy(catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["hr", "hr"]);
  });

  test("whose process died is settled as soon as it shows the write, and not before its time is over if it does not", async () => {
    for (const shows of [true, false]) {
      await open(60_000);
      const wire = crashWire(Number.POSITIVE_INFINITY, "before");
      await harness.start(wire);
      harness.catalog.hide();
      const write = harness.catalog.write.bind(harness.catalog);
      harness.catalog.write = async (it, signal) => {
        wire.die();
        return shows ? write(it, signal) : { kind: "missing" };
      };
      await expect(harness.apply(SET_HR)).rejects.toHaveProperty("name", "Crash");
      await harness.start();
      await harness.clock.advance(harness.engine.leases.leaseMs + 20_000);
      expect(await harness.settle(CATALOG)).toBe(0);
      harness.catalog.show();
      expect(await harness.settle(CATALOG)).toBe(shows ? 1 : 0);
      await harness.rest();
      expect(await told()).toEqual(
        shows ? ["WRITE_INTENDED", "WRITE_APPLIED", "FIELD_CHANGED"] : ["WRITE_INTENDED", "WRITE_FAILED"],
      );
      expect(heldBy(harness.lakehouse, "domain")).toBe(shows ? "hr" : "sales");
      if (shows) await harness[Symbol.asyncDispose]();
    }
  });
});

describe("a mirror that shows later what it took", () => {
  test("is written once, and is nobody's drift meanwhile", async () => {
    await open(10_000, true);
    const { lakehouse } = harness;
    lakehouse.hide();
    later(8_000, () => lakehouse.show());
    await harness.apply(SET_HR);
    const worked = harness.work();
    await harness.scan(LAKEHOUSE);
    await worked;
    await harness.rest();
    expect(lakehouse.calls.writeCalls).toBe(1);
    expect(await told(LAKEHOUSE)).toEqual(["WRITE_INTENDED", "WRITE_APPLIED"]);
    expect(await harness.log("DRIFT_OPENED")).toEqual([]);
    expect([heldBy(harness.catalog, "domain"), heldBy(lakehouse, "domain")]).toEqual(["hr", "hr"]);
  });
});

describe("two changes of one field", () => {
  test("of which the mirror's is seen later, and may have come first: the authority's stands", async () => {
    await open(10_000, true);
    const { catalog, lakehouse } = harness;
    lakehouse.hide();
    lakehouse.assets.edit(ORDERS, { domain: "earlier" });
    catalog.assets.edit(ORDERS, { domain: "later" });
    await harness.scan(CATALOG);
    await harness.scan(LAKEHOUSE); // still as it was
    lakehouse.show();
    await harness.sync();
    expect([heldBy(catalog, "domain"), heldBy(lakehouse, "domain")]).toEqual(["later", "later"]);
  });

  test("of which the authority's is about to be replaced: the mirror's is left as it is until that is known", async () => {
    await open(60_000);
    const { catalog, lakehouse } = harness;
    const write = catalog.write.bind(catalog);
    catalog.write = async (it, signal) => {
      catalog.assets.edit(ORDERS, { domain: "theirs" });
      catalog.hide(); // from now on theirs is seen, and ours is not
      return write({ ...it, expected: { ["domain" as FieldKey]: { state: "value", value: "theirs" } } }, signal);
    };
    lakehouse.assets.edit(ORDERS, { domain: "adopted" });
    await harness.scan(LAKEHOUSE);
    await harness.work();
    expect(await harness.ledger.listIntents({ source: CATALOG })).toHaveLength(1);
    await harness.clock.advance(12_000);
    await harness.work();
    expect(heldBy(lakehouse, "domain")).toBe("adopted");
    expect(lakehouse.calls.writes).toBe(0);
    catalog.show();
    await harness.rest();
    expect([heldBy(catalog, "domain"), heldBy(lakehouse, "domain")]).toEqual(["adopted", "adopted"]);
    expect(lakehouse.calls.writes).toBe(0);
  });
});

describe("a listing that lags behind what can be read", () => {
  test("is not believed where it shows what stood there before the gateway's write", async () => {
    for (const mirrors of [false, true]) {
      await open(10_000, mirrors);
      const lagging = mirrors ? harness.lakehouse : harness.catalog;
      lagging.hide();
      later(1_000, () => lagging.show(false)); // the index follows only later
      await harness.apply(SET_HR);
      await harness.rest();
      const head = await harness.ledger.head();
      await harness.scan(lagging.id);
      await harness.rest();
      expect(await harness.ledger.head()).toBe(head);
      expect(await harness.log("DRIFT_OPENED")).toEqual([]);
      expect([heldBy(harness.catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["hr", "hr"]);
      if (!mirrors) await harness[Symbol.asyncDispose]();
    }
  });

  test("still leads to what somebody else has changed", async () => {
    await open();
    harness.catalog.assets.edit(ORDERS, { domain: "theirs" });
    await harness.sync();
    expect((await harness.log("FIELD_CHANGED")).at(-1)).toMatchObject({ actor: { kind: "source" }, after: "theirs" });
    expect(heldBy(harness.lakehouse, "domain")).toBe("theirs");
  });
});
