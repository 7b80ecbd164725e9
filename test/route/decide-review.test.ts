import { afterEach, describe, expect, test } from "vitest";
import type { Actor } from "../../src/domain/change.ts";
import { type FieldReview, type GuardReview, type Review, versionOfReview } from "../../src/domain/review.ts";
import type { ReviewDecision, ReviewOutcome } from "../../src/ports/gateway.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { lookAgain } from "../../src/reconcile/look-again.ts";
import { Scanner } from "../../src/reconcile/scanner.ts";
import { decideReview } from "../../src/route/decide-review.ts";
import { EngineGateway } from "../../src/server/engine-gateway.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";

const BOB: Actor = { kind: "person", id: "bob" };
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function reviews(): Promise<readonly Review[]> {
  return (await harness.ledger.pageReviews({}, { limit: 100 })).items.map((it) => it.item);
}

function decide(decision: Omit<ReviewDecision, "review"> & { review?: string }, actor = ALICE): Promise<ReviewOutcome> {
  const call = async (): Promise<ReviewOutcome> => {
    const review = decision.review ?? (await reviews()).at(-1)?.id ?? "";
    return decideReview(harness.engine, harness.route, { ...decision, review }, actor, new AbortController().signal);
  };
  return harness.clock.run(call());
}

/** Something happens between the next call of `method` and whatever its caller does with the answer. */
function after(method: "findIdempotency" | "loadReviews" | "pageReviews", happens: () => Promise<unknown>): void {
  const { engine } = harness;
  let isOver = false;
  const call = async (...args: readonly never[]): Promise<unknown> => {
    const answer = await Reflect.apply(Reflect.get(engine.ledger, method), engine.ledger, args);
    if (!isOver) {
      isOver = true;
      harness.engine = engine;
      await happens();
    }
    return answer;
  };
  const get = (it: Ledger, name: keyof Ledger): unknown => (name === method ? call : Reflect.get(it, name));
  harness.engine = { ...engine, ledger: new Proxy<Ledger>(engine.ledger, { get } as ProxyHandler<Ledger>) };
}

const codes = ({ userErrors }: ReviewOutcome): readonly string[] => userErrors.map((it) => it.code);
const both = (field: string): readonly unknown[] => [heldBy(harness.catalog, field), heldBy(harness.lakehouse, field)];

describe("a review of a field", () => {
  /** Somebody has written `found` into the mirror. */
  async function open(found: unknown = "foreign", field = "domain"): Promise<FieldReview> {
    harness = await EngineHarness.open({ rules: rules({ onForeignWrite: "review", onConflict: "review" }) });
    for (const it of [harness.lakehouse, harness.catalog]) it.assets.put({ ...ORDERS, fields: { domain: "sales" } });
    await harness.sync();
    harness.lakehouse.assets.edit(ORDERS, { [field]: found });
    await harness.sync();
    const [review] = await reviews();
    if (review?.kind !== "FIELD") throw new Error("There is no review.");
    return review;
  }

  test("is opened with what both sides hold, told in the log, and open exactly while its drift is in review", async () => {
    const review = await open();
    expect(review).toMatchObject({
      kind: "FIELD", state: "OPEN", source: LAKEHOUSE, authority: CATALOG, path: "domain", base: "sales", wanted: "sales", found: "foreign",
    }); // biome-ignore format: one glance
    expect(await harness.log("REVIEW_OPENED")).toMatchObject([
      { review: review.id, name: "sales.orders", field: "domain" },
    ]);
    harness.lakehouse.assets.edit(ORDERS, { domain: "another" });
    await harness.sync();
    expect(await reviews()).toMatchObject([{ id: review.id, state: "OPEN", found: "another" }]);
    harness.lakehouse.assets.edit(ORDERS, { domain: "sales" });
    await harness.sync();
    expect(await reviews()).toMatchObject([{ id: review.id, state: "WITHDRAWN" }]);
    const told = await harness.log("REVIEW_OPENED", "REVIEW_CHANGED", "REVIEW_DECIDED", "REVIEW_WITHDRAWN");
    expect(told.map((it) => it.kind)).toEqual(["REVIEW_OPENED", "REVIEW_CHANGED", "REVIEW_WITHDRAWN"]);
    expect(codes(await decide({ answer: "AUTHORITY" }))).toEqual(["REVIEW_WITHDRAWN"]);
  });

  test.each([
    ["AUTHORITY", undefined, "sales"],
    ["MIRROR", undefined, "foreign"],
    ["VALUE", "mine", "mine"],
  ] as const)(
    "decided with %s brings both sides there, by whom and why stands in the log",
    async (answer, value, end) => {
      await open();
      const outcome = await decide({ answer, reason: "because", ...(value === undefined ? {} : { value }) });
      expect(outcome).toMatchObject({
        userErrors: [],
        review: { state: "DECIDED", decided: { answer, by: ALICE, reason: "because" } },
      });
      await harness.rest();
      expect(both("domain")).toEqual([end, end]);
      expect(await harness.drifts()).toEqual([]);
      const sentTo = answer === "MIRROR" ? CATALOG : LAKEHOUSE;
      const by = { actor: { kind: "gateway", onBehalfOf: ALICE.id }, reason: "because", field: "domain" };
      const told = answer === "MIRROR" ? (["WRITE_INTENDED", "FIELD_CHANGED"] as const) : (["WRITE_INTENDED"] as const);
      for (const kind of told) {
        const written = (await harness.log(kind)).filter((it) => it.source === sentTo && it.actor.kind === "gateway");
        expect(written.at(-1)).toMatchObject(by);
      }
      expect(await harness.log("REVIEW_DECIDED")).toMatchObject([{ actor: ALICE, reason: "because", field: "domain" }]);
      expect(codes(await decide({ answer: "AUTHORITY" }, BOB))).toEqual(["ALREADY_DECIDED"]);
    },
  );

  test("of one asset, decided by two people, is written in the name of each what each has decided", async () => {
    await open();
    harness.lakehouse.assets.edit(ORDERS, { sensitivity: "restricted" });
    await harness.sync();
    for (const it of await reviews()) {
      const isDomain = it.kind === "FIELD" && it.path === "domain";
      expect(codes(await decide({ answer: "MIRROR", review: it.id }, isDomain ? ALICE : BOB))).toEqual([]);
    }
    await harness.rest();
    const written = (await harness.log("WRITE_APPLIED")).filter((it) => it.source === CATALOG);
    expect(written.map((it) => `${it.field} for ${it.actor.onBehalfOf}`).sort()).toEqual([
      "domain for alice",
      "sensitivity for bob",
    ]);
  });

  test("is decided by one of two who decide at once; the other is told who was quicker", async () => {
    await open();
    const [first, second] = await Promise.all([decide({ answer: "AUTHORITY" }), decide({ answer: "MIRROR" }, BOB)]);
    expect([...codes(first), ...codes(second)]).toEqual(["ALREADY_DECIDED"]);
    expect(await harness.log("REVIEW_DECIDED")).toHaveLength(1);
  });

  test("decides nothing for who saw another question than there is now", async () => {
    const seen = versionOfReview(await open());
    harness.lakehouse.assets.edit(ORDERS, { domain: "later" });
    await harness.sync();
    for (const decision of [{ answer: "AUTHORITY" }, { answer: "VALUE", value: "x" }] as const) {
      const outcome = await decide({ ...decision, expectedVersion: seen });
      expect(codes(outcome)).toEqual(["VERSION_CONFLICT"]);
      expect(outcome.userErrors[0]?.message).toContain('"later"');
    }
    const [now] = await reviews();
    expect(now?.state).toBe("OPEN");
    expect(codes(await decide({ answer: "AUTHORITY", expectedVersion: now ? versionOfReview(now) : "" }))).toEqual([]);
  });

  test.each(["VALUE", "AUTHORITY"] as const)(
    "answered with %s decides nothing when it becomes another question in the meantime",
    async (answer) => {
      const review = await open();
      after("loadReviews", async () => {
        harness.lakehouse.assets.edit(ORDERS, { domain: "later" });
        await harness.sync();
      });
      const value = answer === "VALUE" ? { value: "mine" } : {};
      const expectedVersion = versionOfReview(review);
      expect(codes(await decide({ answer, ...value, review: review.id, expectedVersion }))).toEqual([
        "VERSION_CONFLICT",
      ]);
      await harness.rest();
      expect(both("domain")).toEqual(["sales", "later"]);
      expect(await reviews()).toMatchObject([{ state: "OPEN", found: "later" }]);
    },
  );

  test("answered with a value when somebody else has just answered it sets no value", async () => {
    const { id: review } = await open();
    after("loadReviews", () => decide({ answer: "AUTHORITY", review }, BOB));
    expect(codes(await decide({ answer: "VALUE", value: "mine", review }))).toEqual(["ALREADY_DECIDED"]);
    await harness.rest();
    expect(both("domain")).toEqual(["sales", "sales"]);
  });

  test("answered at once with another one under the same key is told that the key was used; under one of its own, once", async () => {
    await open();
    harness.lakehouse.assets.edit(ORDERS, { lifecycle: { stage: "active", note: null, replacedBy: null } });
    await harness.sync();
    const [first, second] = (await reviews()).map((it) => it.id);
    if (!first || !second) throw new Error("There are no two reviews.");
    const decision = { answer: "AUTHORITY", idempotencyKey: "k" } as const;
    after("findIdempotency", () => decide({ ...decision, review: first }));
    expect(codes(await decide({ ...decision, review: second }))).toEqual(["IDEMPOTENCY_KEY_REUSED"]);
    expect((await harness.log("REVIEW_DECIDED")).map((it) => it.review)).toEqual([first]);
    const own = { ...decision, idempotencyKey: "own", review: second };
    after("findIdempotency", () => decide(own));
    expect(codes(await decide(own))).toEqual([]);
    expect(await harness.log("REVIEW_DECIDED")).toHaveLength(2);
  });

  test("decided for the mirror overwrites no value of the authority that nobody has decided on (P5)", async () => {
    await open();
    expect(codes(await decide({ answer: "MIRROR" }))).toEqual([]);
    harness.catalog.assets.edit(ORDERS, { domain: "newer" });
    await harness.rest();
    expect(both("domain")).toEqual(["newer", "foreign"]);
    expect(await reviews()).toMatchObject([{ state: "OPEN", wanted: "newer", found: "foreign" }]);
  });

  test.each(["AUTHORITY", "VALUE"] as const)(
    "answered with %s again under the same key is answered once",
    async (answer) => {
      await open();
      const decision = { answer, idempotencyKey: "k", ...(answer === "VALUE" ? { value: "mine" } : {}) };
      expect(codes(await decide(decision))).toEqual([]);
      await harness.rest();
      expect(await decide(decision)).toMatchObject({ userErrors: [], review: { state: "DECIDED" } });
      expect(await harness.log("REVIEW_DECIDED")).toHaveLength(1);
    },
  );

  test("refuses what is no answer to it, and says what is", async () => {
    const { id } = await open();
    expect(codes(await decide({ answer: "RELEASE" }))).toEqual(["INVALID_INPUT"]);
    expect(codes(await decide({ answer: "VALUE" }))).toEqual(["INVALID_INPUT"]);
    expect(codes(await decide({ answer: "MIRROR", value: "x" }))).toEqual(["INVALID_INPUT"]);
    expect(codes(await decide({ answer: "AUTHORITY", review: `${id.slice(0, -1)}Z` }))).toEqual(["REVIEW_NOT_FOUND"]);
    expect(codes(await decide({ answer: "AUTHORITY", review: "nonsense" }))).toEqual(["REVIEW_NOT_FOUND"]);
    expect(await reviews()).toMatchObject([{ state: "OPEN" }]);
  });
});

describe("a review of a guard", () => {
  const names = Array.from({ length: 12 }, (_, index) => ["sales", `t${String(index).padStart(2, "0")}`]);
  const of = (name: readonly string[]) => ({ kind: "TABLE" as const, name });
  const left = (): number => names.filter((it) => heldBy(harness.lakehouse, "domain", of(it)) !== null).length;
  const mode = (): string | undefined => harness.registry.table().get(LAKEHOUSE)?.mode;

  async function start(): Promise<void> {
    harness = await EngineHarness.open({
      treaty: { guards: { maxRemovals: 5, maxRetirements: 5 }, deletion: { misses: 2, gracePeriod: "PT0S" } },
    });
    for (const name of names)
      for (const it of [harness.lakehouse, harness.catalog])
        it.assets.put({ ...of(name), fields: { domain: "sales" } });
    await harness.sync();
  }

  /** The catalog has lost every domain, and five of the twelve were taken from the lakehouse. */
  async function trip(): Promise<GuardReview> {
    await start();
    for (const name of names) harness.catalog.assets.edit(of(name), { domain: null });
    await harness.sync();
    const review = (await reviews()).at(-1);
    if (review?.kind !== "GUARD") throw new Error("There is no review.");
    return review;
  }

  const gateway = (): EngineGateway => {
    const { engine, registry, route } = harness;
    const scanner = new Scanner(engine, new AbortController().signal);
    return new EngineGateway({ engine: { ...engine, treaty: harness.treaty }, registry, route, scanner });
  };

  const again = async (): Promise<void> => {
    await lookAgain(harness.engine);
    await harness.rest();
  };

  test("released lets exactly what it lists be done, once, and arms the guard again", async () => {
    const review = await trip();
    expect([left(), mode(), review.total]).toEqual([7, "observe", 7]);
    expect(await decide({ answer: "RELEASE", reason: "we cleaned up" })).toMatchObject({
      userErrors: [], review: { state: "DECIDED", decided: { answer: "RELEASE", by: ALICE } },
    }); // biome-ignore format: one glance
    await harness.rest();
    expect([left(), mode()]).toEqual([0, "enforce"]);
    expect(await harness.log("GUARD_TRIPPED")).toHaveLength(1);
    expect((await harness.log("SOURCE_MODE_CHANGED")).at(-1)).toMatchObject({ actor: ALICE, after: "enforce" });
    // The same again, of the same assets: it was released once.
    for (const name of names) harness.lakehouse.assets.edit(of(name), { domain: "back" });
    for (const name of names) harness.lakehouse.assets.edit(of(name), { domain: "sales" });
    await harness.sync();
    expect([left(), mode()]).toEqual([7, "observe"]);
    expect(await reviews()).toMatchObject([{ state: "DECIDED" }, { state: "OPEN", total: 7 }]);
  });

  test("released lets nothing through that has changed since it was listed", async () => {
    await trip();
    const listed = (await harness.ledger.pageReviewItems((await reviews())[0]?.id as never, { limit: 50 })).items;
    const held = new Set<string>(listed.map((it) => it.item.asset));
    const heldNames: string[][] = [];
    for (const name of names) if (held.has((await harness.state(name.join("."))).asset.id)) heldNames.push([...name]);
    for (const name of heldNames) harness.lakehouse.assets.edit(of(name), { domain: "edited since" });
    await decide({ answer: "RELEASE" });
    await harness.sync();
    expect([left(), mode()]).toEqual([2, "observe"]); // five more were judged anew, and counted
  });

  test("rejected leaves the source in observe, and nothing more is asked until somebody sets its mode", async () => {
    await trip();
    expect(codes(await decide({ answer: "REJECT" }))).toEqual([]);
    await again();
    await harness.sync();
    expect([left(), mode()]).toEqual([7, "observe"]);
    expect(await reviews()).toMatchObject([{ state: "DECIDED", decided: { answer: "REJECT" } }]);
    expect(codes(await decide({ answer: "RELEASE" }, BOB))).toEqual(["ALREADY_DECIDED"]);
  });

  test("released puts right what came to differ while the source was stopped, too", async () => {
    const { id: review } = await trip();
    const untouched = of(["sales", "later"]);
    for (const it of [harness.lakehouse, harness.catalog]) it.assets.put({ ...untouched, fields: { domain: "one" } });
    await harness.sync();
    harness.catalog.assets.edit(untouched, { domain: "two" });
    await harness.sync();
    expect(heldBy(harness.lakehouse, "domain", untouched)).toBe("one");
    const { userErrors } = await gateway().decideReview(
      { review, answer: "RELEASE" },
      ALICE,
      new AbortController().signal,
    );
    await harness.rest();
    expect([userErrors, heldBy(harness.lakehouse, "domain", untouched)]).toEqual([[], "two"]);
  });

  test("that is answered while somebody sets the mode does not keep the mode from being set", async () => {
    const { id: review } = await trip();
    after("pageReviews", () => decide({ answer: "REJECT", review }, BOB));
    const outcome = await gateway().setSourceMode(LAKEHOUSE, "enforce", undefined, ALICE);
    expect(outcome).toMatchObject({ ok: true, value: { record: { mode: "enforce" } } });
    expect((await harness.log("SOURCE_MODE_CHANGED")).at(-1)).toMatchObject({ actor: ALICE, after: "enforce" });
  });

  test("is answered by one of two at once, and once under one key", async () => {
    await trip();
    const answers = [decide({ answer: "RELEASE", idempotencyKey: "k" }), decide({ answer: "REJECT" }, BOB)];
    const [first, second] = await Promise.all(answers);
    expect([first, second].filter((it) => it?.userErrors.length === 0)).toHaveLength(1);
    expect(await harness.log("REVIEW_DECIDED")).toHaveLength(1);
  });

  test("of a listing that lacks too much, released, retires what is still gone, and nothing that was seen since", async () => {
    await start();
    const lost = names.slice(0, 7);
    const kept = harness.lakehouse.assets.list().filter((it) => lost.some((name) => name[1] === it.ref.name[1]));
    for (const name of lost) harness.lakehouse.assets.drop(of(name));
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ suspected: 0, retired: 0 });
    expect(await reviews()).toMatchObject([{ kind: "GUARD", scope: "existence", effect: "retirement", total: 7 }]);
    for (const { ref } of kept.slice(0, 1)) harness.lakehouse.assets.put(ref);
    await harness.scan(LAKEHOUSE);
    expect(codes(await decide({ answer: "RELEASE" }))).toEqual([]);
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ suspected: 6, retired: 0 });
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ suspected: 0, retired: 6 });
    expect((await harness.state(lost[0]?.join("."))).asset.state).toBe("ACTIVE");
  });

  test("of a listing that lacks nothing any more is withdrawn", async () => {
    await start();
    const kept = harness.lakehouse.assets.list().filter((it) => it.ref.kind === "TABLE");
    for (const name of names.slice(0, 7)) harness.lakehouse.assets.drop(of(name));
    await harness.scan(LAKEHOUSE);
    for (const { ref } of kept) harness.lakehouse.assets.put(ref);
    await harness.scan(LAKEHOUSE);
    await harness.scan(LAKEHOUSE);
    expect(await reviews()).toMatchObject([{ state: "WITHDRAWN" }]);
    expect(codes(await decide({ answer: "RELEASE" }))).toEqual(["REVIEW_WITHDRAWN"]);
    harness.lakehouse.assets.drop(of(["sales", "t11"]));
    expect(await harness.scan(LAKEHOUSE)).toMatchObject({ suspected: 1 });
  });
});
