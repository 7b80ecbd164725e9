import { afterEach, describe, expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { Review } from "../../src/domain/review.ts";
import type { ReviewOutcome } from "../../src/ports/gateway.ts";
import { lookAgain } from "../../src/reconcile/look-again.ts";
import { decideReview } from "../../src/route/decide-review.ts";
import { ALICE, CATALOG, EngineHarness, heldBy, ORDERS, rules } from "../support/engine-harness.ts";
import { MemorySource } from "../support/memory-source.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function reviews(): Promise<readonly Review[]> {
  return (await harness.ledger.pageReviews({}, { limit: 100 })).items.map((it) => it.item);
}

async function decide(answer: "AUTHORITY" | "MIRROR"): Promise<ReviewOutcome> {
  const review = (await reviews()).at(-1)?.id ?? "";
  const { engine, route } = harness;
  return harness.clock.run(decideReview(engine, route, { review, answer }, ALICE, new AbortController().signal));
}

const both = (field: string): readonly unknown[] => [heldBy(harness.catalog, field), heldBy(harness.lakehouse, field)];

describe("a review of a field of which another treaty asks another source", () => {
  const third = parseSourceId("third");

  /** Under the first treaty the catalog says "sales" and somebody has written "foreign"; under the next the third source says "finance". */
  async function openThenChange(meanwhile: () => Promise<void>): Promise<void> {
    const other = new MemorySource({ id: third, role: "catalog" });
    const asks = { onForeignWrite: "review", onConflict: "review", onFirstSight: "review" } as const;
    harness = await EngineHarness.open({ rules: rules(asks), more: [other] });
    for (const it of [harness.lakehouse, harness.catalog]) it.assets.put({ ...ORDERS, fields: { domain: "sales" } });
    other.assets.put({ ...ORDERS, fields: { domain: "finance" } });
    await harness.sync();
    harness.lakehouse.assets.edit(ORDERS, { domain: "foreign" });
    await harness.sync();
    await meanwhile();
    const next = rules(asks).map((it) => (it.name === "governance" ? { ...it, authority: "third" } : it));
    await harness.startWith(next);
  }

  async function look(): Promise<void> {
    await lookAgain(harness.engine);
    await harness.sync();
  }

  test("is not answered before it is asked anew", async () => {
    await openThenChange(() => Promise.resolve());
    for (const answer of ["AUTHORITY", "MIRROR"] as const)
      expect(await decide(answer)).toMatchObject({
        review: { state: "OPEN", authority: CATALOG },
        userErrors: [{ code: "VERSION_CONFLICT", message: expect.stringContaining("third has authority") }],
      });
    await look();
    expect(await reviews()).toMatchObject([{ state: "OPEN", authority: third, wanted: "finance", found: "foreign" }]);
    expect((await decide("AUTHORITY")).userErrors).toEqual([]);
    await harness.rest();
    expect(both("domain")).toEqual(["sales", "finance"]);
  });

  test("is not carried out with what nobody has seen", async () => {
    await openThenChange(async () => expect((await decide("AUTHORITY")).userErrors).toEqual([]));
    await look();
    expect(both("domain")).toEqual(["sales", "foreign"]);
    expect(await reviews()).toMatchObject([{ state: "OPEN", authority: third, wanted: "finance", found: "foreign" }]);
  });
});

describe("a review of elements that another treaty gives to another source, which leaves others with the one that was asked", () => {
  const third = parseSourceId("third");
  const [EMAIL, TIER] = ["pii.email", "ops.tier"].map((name) => ({ name, value: null }));
  const all = {
    mode: "enforce", mirrors: ["lakehouse"],
    onForeignWrite: "review", onConflict: "review", onFirstSight: "review",
  } as const; // biome-ignore format: one glance
  const pii = { ...all, name: "pii", fields: ["classifications"], elements: ["pii.*"] };

  /** Somebody has written `pii.email` at the lakehouse, which the catalog has not; the third source, of which it is by now, neither. */
  async function openThenChange(meanwhile: () => Promise<void>): Promise<void> {
    const other = new MemorySource({ id: third, role: "catalog" });
    const rest = { ...all, name: "all", fields: ["*"], authority: "catalog" };
    const first = [rest, { ...pii, authority: "catalog" }];
    harness = await EngineHarness.open({ rules: first, more: [other] });
    for (const { assets } of [harness.lakehouse, harness.catalog, other])
      assets.put({ ...ORDERS, fields: { classifications: [TIER] } });
    await harness.sync();
    harness.lakehouse.assets.edit(ORDERS, { classifications: [TIER, EMAIL] });
    await harness.sync();
    expect(await reviews()).toMatchObject([{ state: "OPEN", authority: CATALOG }]);
    await meanwhile();
    await harness.startWith([rest, { ...pii, authority: "third" }]);
  }

  test("is not answered before it is asked anew", async () => {
    await openThenChange(() => Promise.resolve());
    for (const answer of ["AUTHORITY", "MIRROR"] as const)
      expect((await decide(answer)).userErrors).toMatchObject([
        { code: "VERSION_CONFLICT", message: expect.stringContaining("third has authority over what differs") },
      ]);
    await lookAgain(harness.engine);
    await harness.sync();
    expect(await reviews()).toMatchObject([{ state: "OPEN", authority: third }]);
    expect((await decide("AUTHORITY")).userErrors).toEqual([]);
    await harness.rest();
    expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER]);
  });

  test("is not carried out with what nobody has seen (P7)", async () => {
    await openThenChange(async () => expect((await decide("AUTHORITY")).userErrors).toEqual([]));
    await lookAgain(harness.engine);
    await harness.sync();
    expect(heldBy(harness.lakehouse, "classifications")).toEqual([TIER, EMAIL]);
    expect((await reviews()).at(-1)).toMatchObject({ state: "OPEN", authority: third });
  });
});
