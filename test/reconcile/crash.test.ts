import { describe, expect, test } from "vitest";
import type { AssetState } from "../../src/domain/state.ts";
import type { FieldMutation } from "../../src/ports/gateway.ts";
import { crashWire } from "../support/crash-wire.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";

const RETURNS = { kind: "TABLE" as const, name: ["sales", "returns"] };
const KEYED: FieldMutation = {
  asset: { name: "sales.orders" },
  field: "owners",
  edit: { op: "add", elements: [{ principal: "bob", role: "steward" }] },
  idempotencyKey: "k1",
};
const TEXT: FieldMutation = {
  asset: { name: "sales.orders" },
  field: "description",
  edit: { op: "set", value: "All orders" },
  idempotencyKey: "k2",
};

/** A lakehouse that is half known: one table at rest, one that nobody has seen, and foreign writes that nobody has seen. */
async function before(): Promise<EngineHarness> {
  const harness = await EngineHarness.open();
  harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales", description: "Orders" } });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales", description: "Orders" } });
  await harness.sync();
  harness.lakehouse.assets.edit(ORDERS, { domain: "by hand" });
  harness.lakehouse.assets.put({ ...RETURNS, fields: { owners: ["carol"] } });
  return harness;
}

/** Everything that a gateway does, once; collects the mutations that were acknowledged. */
async function live(harness: EngineHarness, acknowledged: FieldMutation[] = []): Promise<void> {
  for (const mutation of [KEYED, TEXT]) {
    const outcome = await harness.apply(mutation);
    if (outcome.userErrors.length === 0) acknowledged.push(mutation);
  }
  await harness.scan(LAKEHOUSE);
  await harness.work();
  await harness.scan(CATALOG);
  await harness.work();
}

/** What must hold whatever happened, once the gateway has come to rest. */
async function expectSound(harness: EngineHarness, hint: string): Promise<void> {
  const log = await harness.log();
  expect(
    log.map((it) => it.position),
    hint,
  ).toEqual(log.map((_, index) => index + 1));
  const intended = log.filter((it) => it.kind === "WRITE_INTENDED").map((it) => it.intent);
  const outcomes = log.filter((it) => it.kind === "WRITE_APPLIED" || it.kind === "WRITE_FAILED").map((it) => it.intent);
  expect(outcomes, hint).toHaveLength(intended.length);
  expect(new Set(outcomes), hint).toEqual(new Set(intended));
  const changes = log
    .filter((it) => it.kind === "FIELD_CHANGED")
    .map((it) => `${it.name} ${it.field} ${JSON.stringify(it.after)}`);
  expect(new Set(changes).size, `${hint}: a change was told twice`).toBe(changes.length);
  expect((await harness.ledger.counts()).openIntents, hint).toBe(0);
  for (const name of ["sales.orders", "sales.returns"]) expectBases(await harness.state(name), harness, hint);
}

/** No base says what a side does not hold, now that everything is at rest (P6). */
function expectBases(state: AssetState, harness: EngineHarness, hint: string): void {
  for (const { fields, mirror } of state.agreed) {
    for (const [key, { value }] of Object.entries(fields)) {
      const source = mirror === CATALOG ? harness.catalog : harness.lakehouse;
      const name = state.asset.name === "sales.orders" ? ORDERS : RETURNS;
      expect(heldBy(source, key, name), `${hint}: base of ${key} at ${mirror}`).toEqual(value);
    }
  }
}

async function expectOutcome(harness: EngineHarness, hint: string): Promise<void> {
  const bare = [{ principal: "bob", role: null }];
  expect(heldBy(harness.catalog, "owners"), hint).toEqual([{ principal: "bob", role: "steward" }]);
  expect(heldBy(harness.lakehouse, "owners"), hint).toEqual(bare);
  expect(heldBy(harness.lakehouse, "description"), hint).toBe("All orders");
  expect(heldBy(harness.catalog, "description"), hint).toBe("All orders");
  expect(heldBy(harness.lakehouse, "domain"), hint).toBe("sales");
  expect(heldBy(harness.catalog, "domain"), hint).toBe("sales");
  expect(heldBy(harness.catalog, "owners", RETURNS), hint).toEqual([{ principal: "carol", role: null }]);
  expect(await harness.drifts(), hint).toEqual([]);
}

describe("a gateway that dies at any call to its ledger or sources, before or after it", () => {
  test.each(["before", "after"] as const)(
    "dies %s the call, is started again, and everything holds that was promised (P6, P8)",
    { timeout: 300_000 },
    async (when) => {
      const whole = crashWire(Number.POSITIVE_INFINITY, when);
      const calm = await before();
      await calm.start(whole);
      await live(calm);
      const { calls } = whole;
      expect(calls).toBeGreaterThan(60);
      await calm.rest();
      await expectOutcome(calm, "without a crash");
      await calm[Symbol.asyncDispose]();
      for (let at = 1; at <= calls; at += 1) {
        const hint = `crash ${when} call ${at}`;
        await using harness = await before();
        const wire = crashWire(at, when);
        const acknowledged: FieldMutation[] = [];
        try {
          await harness.start(wire);
          await live(harness, acknowledged);
        } catch (error) {
          expect(String(error), hint).toContain("Crash");
        }
        expect(wire.hasCrashed, hint).toBe(true);
        const held = {
          owners: heldBy(harness.catalog, "owners"),
          description: heldBy(harness.lakehouse, "description"),
        };
        if (acknowledged.includes(KEYED)) expect(held.owners, hint).toEqual([{ principal: "bob", role: "steward" }]);
        if (acknowledged.includes(TEXT)) expect(held.description, hint).toBe("All orders");
        await harness.start();
        await harness.sync();
        await expectSound(harness, hint);
        for (const mutation of [KEYED, TEXT]) expect((await harness.apply(mutation)).userErrors, hint).toEqual([]);
        await harness.sync();
        await expectSound(harness, hint);
        await expectOutcome(harness, hint);
        const head = await harness.ledger.head();
        await harness.sync();
        expect(await harness.ledger.head(), `${hint}: at rest`).toBe(head);
      }
    },
  );

  test("the person who was told that it is done finds it done by them in the log", async () => {
    await using harness = await before();
    const outcome = await harness.apply(KEYED);
    await harness.start();
    await harness.sync();
    expect(await harness.apply(KEYED)).toMatchObject({ change: outcome.change, userErrors: [] });
    expect(
      (await harness.log("FIELD_CHANGED")).filter((it) => it.field === "owners" && it.name === "sales.orders"),
    ).toMatchObject([{ actor: ALICE }]);
  });
});
