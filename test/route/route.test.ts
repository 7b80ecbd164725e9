import { afterEach, describe, expect, test } from "vitest";
import type { Actor } from "../../src/domain/change.ts";
import type { FieldMutation, UserErrorCode } from "../../src/ports/gateway.ts";
import {
  ALICE,
  CATALOG,
  EngineHarness,
  type HarnessOptions,
  heldBy,
  LAKEHOUSE,
  ORDERS,
  rules,
} from "../support/engine-harness.ts";
import { DOWN } from "../support/memory-source.ts";

const BOB: Actor = { kind: "person", id: "bob" };
const SET = (value: unknown): FieldMutation["edit"] => ({ op: "set", value });
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(options: HarnessOptions = {}): Promise<void> {
  harness = await EngineHarness.open(options);
  harness.lakehouse.assets.put({
    ...ORDERS,
    columns: [{ id: "1", name: "price", type: "int", required: false }],
    fields: { description: "Orders" },
  });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales", description: "Orders" } });
  await harness.sync();
}

/** Refused, and neither the ledger's log nor any source has changed. */
async function expectRefused(
  mutation: Partial<FieldMutation> & Pick<FieldMutation, "field" | "edit">,
  code: UserErrorCode,
  message?: RegExp,
): Promise<void> {
  const before = [await harness.ledger.head(), harness.catalog.calls.writes, harness.lakehouse.calls.writes];
  const outcome = await harness.apply(mutation);
  expect(outcome).toMatchObject({
    change: null,
    asset: null,
    userErrors: [{ code, ...(message ? { message: expect.stringMatching(message) } : {}) }],
  });
  expect([await harness.ledger.head(), harness.catalog.calls.writes, harness.lakehouse.calls.writes]).toEqual(before);
}

describe("an idempotency key", () => {
  test("makes a hundred identical mutations one change", async () => {
    await open();
    const signal = new AbortController().signal;
    const mutation: FieldMutation = {
      asset: { name: "sales.orders" },
      field: "owners",
      edit: { op: "add", elements: ["bob"] },
      idempotencyKey: "k1",
    };
    const outcomes = await harness.clock.run(
      Promise.all(Array.from({ length: 100 }, () => harness.route.apply(mutation, ALICE, signal))),
    );
    expect(new Set(outcomes.map((it) => it.change)).size).toBe(1);
    expect(outcomes[0]?.change).toBeTypeOf("number");
    expect(outcomes.every((it) => it.userErrors.length === 0)).toBe(true);
    expect((await harness.log("FIELD_CHANGED")).filter((it) => it.field === "owners")).toHaveLength(1);
    expect((await harness.log("WRITE_INTENDED")).filter((it) => it.source === CATALOG)).toHaveLength(1);
  });

  test("answers with the first outcome, even after the value was changed again", async () => {
    await open();
    const first = await harness.apply({ field: "domain", edit: SET("finance"), idempotencyKey: "k" });
    await harness.apply({ field: "domain", edit: SET("hr") });
    const retry = await harness.apply({ field: "domain", edit: SET("finance"), idempotencyKey: "k" });
    expect(retry).toMatchObject({ change: first.change, asset: first.asset, userErrors: [] });
    expect(heldBy(harness.catalog, "domain")).toBe("hr");
  });

  test("is used up by a change that was already there", async () => {
    await open();
    await harness.apply({ field: "domain", edit: SET("sales"), idempotencyKey: "k" });
    await harness.apply({ field: "domain", edit: SET("hr") });
    const retry = await harness.apply({ field: "domain", edit: SET("sales"), idempotencyKey: "k" });
    expect(retry).toMatchObject({ change: null, userErrors: [] });
    expect(heldBy(harness.catalog, "domain")).toBe("hr");
  });

  test("with another request is refused; of another person it is another key", async () => {
    await open();
    await harness.apply({ field: "domain", edit: SET("finance"), idempotencyKey: "k" });
    await expectRefused({ field: "domain", edit: SET("hr"), idempotencyKey: "k" }, "IDEMPOTENCY_KEY_REUSED");
    expect((await harness.apply({ field: "domain", edit: SET("hr"), idempotencyKey: "k" }, BOB)).userErrors).toEqual(
      [],
    );
  });

  test("is free again after a refusal, and after its time", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "failed" });
    expect((await harness.apply({ field: "domain", edit: SET("hr"), idempotencyKey: "k" })).userErrors).toHaveLength(1);
    const second = await harness.apply({ field: "domain", edit: SET("hr"), idempotencyKey: "k" });
    expect(second).toMatchObject({ change: expect.any(Number), userErrors: [] });
    await harness.clock.advance(25 * 3_600_000);
    expect((await harness.apply({ field: "domain", edit: SET("finance"), idempotencyKey: "k" })).userErrors).toEqual(
      [],
    );
  });

  test("of a write in doubt waits until it is settled, and never writes twice", async () => {
    await open();
    harness.catalog.writeFaults.push({ kind: "unknown", applied: true });
    const { catalog } = harness;
    const read = catalog.read.bind(catalog);
    catalog.read = async (refs, signal) =>
      catalog.calls.writes > 0 && harness.clock.now() < until
        ? refs.map(() => ({ kind: "failed" as const, error: DOWN }))
        : read(refs, signal);
    const until = harness.clock.now() + 60_000;
    const first = await harness.apply({ field: "domain", edit: SET("finance"), idempotencyKey: "k" });
    expect(first.userErrors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
    const early = await harness.apply({ field: "domain", edit: SET("finance"), idempotencyKey: "k" });
    expect(early.userErrors).toMatchObject([{ code: "BUSY" }]);
    await harness.rest();
    const retry = await harness.apply({ field: "domain", edit: SET("finance"), idempotencyKey: "k" });
    expect(retry).toMatchObject({ change: expect.any(Number), userErrors: [] });
    expect(catalog.calls.writes).toBe(1);
  });
});

describe("awaitMirrors", () => {
  test("answers when every mirror has it", async () => {
    await open();
    const stop = new AbortController();
    const pending = harness.route.apply(
      { asset: { name: "sales.orders" }, field: "domain", edit: SET("hr"), awaitMirrors: true },
      ALICE,
      new AbortController().signal,
    );
    const worked = (async () => {
      while (!stop.signal.aborted) {
        await harness.clock.advance(10);
        await harness.work();
      }
    })();
    const outcome = await pending;
    stop.abort();
    await worked;
    expect(outcome).toMatchObject({
      change: expect.any(Number),
      deliveries: [{ status: "APPLIED" }, { source: LAKEHOUSE, status: "APPLIED" }],
    });
  });

  test("answers when a mirror refuses it, with the reason", async () => {
    await open();
    harness.lakehouse.writeFaults.push({ kind: "rejected" });
    const change = await harness.apply({ field: "domain", edit: SET("hr") });
    await harness.rest();
    const outcome = await harness.apply({ field: "domain", edit: SET("hr"), awaitMirrors: true });
    expect(change.userErrors).toEqual([]);
    expect(outcome.deliveries).toMatchObject([
      { status: "APPLIED" },
      { source: LAKEHOUSE, status: "FAILED", error: expect.stringContaining("will not take it") },
    ]);
  });

  test("does not wait for ever: a mirror that is down is PENDING", async () => {
    await open();
    harness.lakehouse.down = DOWN;
    const outcome = await harness.apply({ field: "domain", edit: SET("hr"), awaitMirrors: true });
    expect(outcome).toMatchObject({
      userErrors: [],
      deliveries: [{ status: "APPLIED" }, { source: LAKEHOUSE, status: "PENDING" }],
    });
  });
});

describe("many mutations in one call", () => {
  test("have each their own outcome, in the order given, and one asset's are made in that order", async () => {
    await open();
    const mutation = (name: string, value: string): FieldMutation => ({
      asset: { name },
      field: "domain",
      edit: SET(value),
    });
    const signal = new AbortController().signal;
    const outcomes = await harness.clock.run(
      harness.route.applyAll(
        [
          mutation("sales.orders", "a"),
          mutation("no.such", "x"),
          mutation("sales.orders", "b"),
          mutation("sales.orders", "c"),
        ],
        ALICE,
        signal,
      ),
    );
    expect(outcomes.map((it) => it.userErrors.map((error) => error.code))).toEqual([[], ["ASSET_NOT_FOUND"], [], []]);
    expect((await harness.log("FIELD_CHANGED")).slice(-3).map((it) => it.after)).toEqual(["a", "b", "c"]);
    expect(heldBy(harness.catalog, "domain")).toBe("c");
  });

  test("none at all is no error", async () => {
    await open({ rules: rules() });
    expect(await harness.route.applyAll([], ALICE, new AbortController().signal)).toEqual([]);
  });
});
