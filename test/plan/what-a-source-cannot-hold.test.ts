import { describe, expect, test } from "vitest";
import type { Json } from "../../src/domain/json.ts";
import { planField } from "../../src/plan/plan-field.ts";
import type { Rule } from "../../src/treaty/decision.ts";
import { openDrift } from "./asset-fixture.ts";
import { CATALOG, pairCase, rule, seen, THIRD, UNKNOWN } from "./field-case-fixture.ts";

const owners = (...names: readonly string[]): Json => names.map((principal) => ({ principal, role: null }));

describe("an authority with room for one owner", () => {
  const room = { kind: "owners", authorityRoom: "one" } as const;

  test("keeps its own when a mirror has another one beside it: both stand, and it is told why", () => {
    for (const base of [undefined, owners("a")]) {
      const it = { ...room, rule: { onFirstSight: "union", onForeignWrite: "adopt" } as const, base };
      const plan = planField(pairCase({ ...it, authority: seen(owners("a")), mirror: seen(owners("a", "b")) }));
      expect(plan.authorityWrites.size).toBe(0);
      expect(plan.finding).toMatchObject({ state: "OPEN", because: `${CATALOG} has room for one of these only` });
    }
  });

  test("takes over the one that a mirror has in its place", () => {
    const it = { ...room, rule: { onForeignWrite: "adopt" } as const, base: owners("a") };
    const plan = planField(pairCase({ ...it, authority: seen(owners("a")), mirror: seen(owners("b")) }));
    expect([...plan.authorityWrites]).toEqual([[CATALOG, owners("b")]]);
  });
});

describe("an authority and a mirror with room for one owner each", () => {
  const both = (
    rule: Partial<Rule>,
    base: Json | undefined,
    since: { mirrorSince?: number; authoritySince?: number } = {},
  ) =>
    planField(
      pairCase({
        kind: "owners",
        authorityRoom: "one",
        holds: { cardinality: "one" },
        rule,
        base,
        authority: seen(owners("b")),
        mirror: seen(owners("c")),
        ...since,
      }),
    );

  test("who both got another one are in conflict, and the rule for conflicts decides", () => {
    for (const base of [null, owners("a")]) {
      const adopts = { onForeignWrite: "adopt" } as const;
      expect(both({ ...adopts, onConflict: "authority" }, base)).toMatchObject({
        mirrorWrite: owners("b"),
        finding: { kind: "CONFLICT", state: "REPAIRING" },
      });
      expect(both({ ...adopts, onConflict: "review" }, base)).toMatchObject({
        mirrorWrite: undefined,
        finding: { kind: "CONFLICT", state: "IN_REVIEW" },
      });
      const newest = both({ ...adopts, onConflict: "newest-at-authority" }, base, {
        mirrorSince: 9,
        authoritySince: 8,
      });
      expect([...newest.authorityWrites]).toEqual([[CATALOG, owners("c")]]);
    }
  });

  test("keep both at first sight: nothing is replaced that was never compared", () => {
    for (const onFirstSight of ["authority", "union", "review"] as const) {
      const plan = both({ onFirstSight }, undefined);
      expect([plan.mirrorWrite, plan.authorityWrites.size, plan.finding]).toMatchObject([
        undefined,
        0,
        { kind: "FIRST_SIGHT" },
      ]);
    }
  });
});

describe("a part whose authority can never hold the field", () => {
  const withSecond = (authoritySeen: ReturnType<typeof seen> | { readonly state: "unsupported" }) => {
    const it = pairCase({ kind: "owners", authority: seen(owners("a")), mirror: seen(owners("a")), base: owners("a") });
    const [first] = it.parts;
    if (!first) throw new Error("no part");
    const claims = (key: string): boolean => key === "a";
    const second = { ...first, part: { rule: rule({ name: "second" }) }, authoritySeen };
    return {
      ...it,
      parts: [{ ...first, part: { ...first.part, claims } }, second],
      open: openDrift({ key: "owners" as never }),
    };
  };

  test("keeps no drift of the other part open, and one that cannot be read just now does", () => {
    expect(planField(withSecond({ state: "unsupported" })).finding).toBeNull();
    expect(planField(withSecond(UNKNOWN)).finding).toBe("keep");
  });
});

describe("a part whose authority could not be read when the rest of the field was first compared", () => {
  const tags = (...names: readonly string[]): Json => names.map((name) => ({ name, value: null }));
  const withParts = (catalog: ReturnType<typeof seen>, base: Json | undefined) => {
    const spec = { kind: "classifications", rule: { authority: THIRD } } as const;
    const it = pairCase({ ...spec, authority: seen(null), mirror: seen(tags("pii.email")), base });
    const [ops] = it.parts;
    if (!ops) throw new Error("no part");
    const claims = (key: string): boolean => key.startsWith("ops.");
    const rest = { ...ops, part: { rule: rule({ name: "rest" }) }, authoritySeen: catalog };
    return { ...it, parts: [{ ...ops, part: { ...ops.part, claims } }, rest] };
  };

  test("has no base of it: what the mirror alone has is not taken away once the authority can be read (P7)", () => {
    const { base, compared } = planField(withParts(UNKNOWN, undefined));
    expect(compared).toEqual([THIRD]);
    expect(planField({ ...withParts(seen(null), base), comparedWith: compared }).mirrorWrite).toBeUndefined();
  });

  test("nor has the rest of one that was lost: whatever differs is asked (P7)", () => {
    const lost = { ...withParts(UNKNOWN, undefined), isLost: true };
    expect(planField(lost).base).toBeUndefined();
  });
});

test("a drift whose authority can never hold the field, as after another treaty, is over", () => {
  const spec = { kind: "domain", mirror: seen("a"), base: undefined, open: openDrift({}) } as const;
  expect(planField(pairCase({ ...spec, authority: { state: "unsupported" } })).finding).toBeNull();
  expect(planField(pairCase({ ...spec, authority: UNKNOWN })).finding).toBe("keep");
});
