import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import { equalElements } from "../../src/domain/diff.ts";
import type { Drift } from "../../src/domain/drift.ts";
import { type Elements, toElements } from "../../src/domain/elements.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import { equalJson, type Json } from "../../src/domain/json.ts";
import { type FieldPlan, planField } from "../../src/plan/plan-field.ts";
import type { Seen } from "../../src/plan/source-facts.ts";
import type { OnConflict, OnFirstSight, OnForeignWrite, Part } from "../../src/treaty/decision.ts";
import { normalisedValue } from "../support/arbitrary-values.ts";
import {
  CATALOG,
  held,
  LAKEHOUSE,
  malformed,
  rule,
  seen,
  THIRD,
  UNKNOWN,
  type World,
  worldCase,
} from "./field-case-fixture.ts";

fc.configureGlobal({ numRuns: 300 });

/** `ops.*` is the lakehouse's, every other tag the catalog's; the third system carries both. */
const isOps = (key: string): boolean => key.startsWith("ops.");
const tags = normalisedValue("classifications");
const settings = fc.record({
  onForeignWrite: fc.constantFrom<OnForeignWrite[]>("revert", "adopt", "review"),
  onConflict: fc.constantFrom<OnConflict[]>("authority", "most-restrictive", "newest-at-authority", "review"),
  onFirstSight: fc.constantFrom<OnFirstSight[]>("authority", "union", "review"),
});
const machineDecides = fc.record({
  onForeignWrite: fc.constantFrom<OnForeignWrite[]>("revert", "adopt"),
  onConflict: fc.constantFrom<OnConflict[]>("authority", "newest-at-authority"),
  onFirstSight: fc.constant<OnFirstSight>("union"),
});
type Settings = {
  readonly onForeignWrite: OnForeignWrite;
  readonly onConflict: OnConflict;
  readonly onFirstSight: OnFirstSight;
};

function partsOf(ops: Settings, rest: Settings): readonly Part[] {
  return [
    {
      rule: rule({ name: "ops", authority: LAKEHOUSE, mirrors: [CATALOG, THIRD], ...ops }),
      claims: isOps,
      elements: ["ops.*"],
    },
    { rule: rule({ name: "rest", authority: CATALOG, mirrors: [LAKEHOUSE, THIRD], ...rest }) },
  ];
}

const SOURCES: readonly SourceId[] = [CATALOG, LAKEHOUSE, THIRD];
const contents = fc.tuple(tags, tags, tags);
const bases = fc.tuple(
  fc.option(tags, { nil: undefined }),
  fc.option(tags, { nil: undefined }),
  fc.option(tags, { nil: undefined }),
);

function toWorld(parts: readonly Part[], values: readonly Json[], base: readonly (Json | undefined)[]): World {
  return {
    kind: "classifications",
    parts,
    seen: new Map(SOURCES.map((it, index) => [it, seen(values[index] ?? null)])),
    bases: new Map(SOURCES.map((it, index) => [it, base[index]])),
  };
}

function pick(value: Json, ops: boolean): Elements {
  return new Map([...toElements("classifications", value, false)].filter(([key]) => isOps(key) === ops));
}

function valueIn(world: World, source: SourceId): Json {
  const it = world.seen.get(source);
  return it?.state === "value" ? it.value : null;
}

function carriedOut(world: World, mirror: SourceId, plan: FieldPlan): World {
  const values = new Map(world.seen);
  for (const [source, value] of plan.authorityWrites) values.set(source, seen(value));
  if (plan.mirrorWrite !== undefined)
    values.set(mirror, seen(held("classifications", plan.mirrorWrite, world.holds?.get(mirror))));
  const next = { ...world, seen: values, bases: new Map([...world.bases, [mirror, plan.base]]) };
  // What was written is read back, and the base follows at once.
  return { ...next, bases: new Map([...next.bases, [mirror, planField(worldCase(next, mirror)).base]]) };
}

describe("a field whose elements have different authorities", () => {
  test.prop([settings, settings, contents, bases])(
    "a mirror's write touches only the elements that it mirrors",
    (ops, rest, values, base) => {
      const world = toWorld(partsOf(ops, rest), values, base);
      const plan = planField(worldCase(world, LAKEHOUSE));
      if (plan.mirrorWrite !== undefined)
        expect(equalElements(pick(plan.mirrorWrite, true), pick(valueIn(world, LAKEHOUSE), true))).toBe(true);
      for (const [source, value] of plan.authorityWrites) {
        expect(source).toBe(CATALOG);
        expect(equalElements(pick(value, true), pick(valueIn(world, CATALOG), true))).toBe(true);
      }
    },
  );

  test.prop([settings, settings, contents, bases])(
    "elements of a part that the source is no mirror of are left as they are",
    (ops, rest, values, base) => {
      const [first, last] = partsOf(ops, rest) as [Part, Part];
      const world = toWorld([first, { rule: { ...last.rule, mirrors: [LAKEHOUSE] } }], values, base);
      const plan = planField(worldCase(world, THIRD));
      if (plan.mirrorWrite !== undefined)
        expect(equalElements(pick(plan.mirrorWrite, false), pick(valueIn(world, THIRD), false))).toBe(true);
      expect(plan.authorityWrites.has(CATALOG)).toBe(false);
    },
  );

  test.prop([settings, settings, contents, bases, fc.constantFrom(CATALOG, LAKEHOUSE)])(
    "an authority that is UNKNOWN leaves its own elements alone; the other authority's go on",
    (ops, rest, values, base, blind) => {
      const sighted = toWorld(partsOf(ops, rest), values, base);
      const world = { ...sighted, seen: new Map<SourceId, Seen>([...sighted.seen, [blind, UNKNOWN]]) };
      const plan = planField(worldCase(world, THIRD));
      const blindIsOps = blind === LAKEHOUSE;
      if (plan.mirrorWrite !== undefined)
        expect(equalElements(pick(plan.mirrorWrite, blindIsOps), pick(valueIn(world, THIRD), blindIsOps))).toBe(true);
      expect(plan.authorityWrites.has(blind)).toBe(false);
      const [before, after] = [base[2] ?? null, plan.base ?? null];
      if (base[2] !== undefined) expect(equalElements(pick(after, blindIsOps), pick(before, blindIsOps))).toBe(true);
    },
  );

  test.prop([settings, settings, tags, tags, tags, bases, fc.boolean(), fc.constantFrom(CATALOG, LAKEHOUSE)])(
    "a drift that was found is kept while the authority of which it tells is UNKNOWN, and no longer",
    (ops, rest, catalog, lakehouse, found, base, wasBlind, blind) => {
      const blinded = (it: World): World => ({ ...it, seen: new Map([...it.seen, [blind, UNKNOWN]]) });
      const before = toWorld(partsOf(ops, rest), [catalog, lakehouse, found], base);
      const { finding } = planField(worldCase(wasBlind ? blinded(before) : before, THIRD));
      fc.pre(finding !== null && finding !== "keep");
      const agreed = [...pick(catalog, false).values(), ...pick(lakehouse, true).values()];
      // What the authority that is UNKNOWN has never come to say of it stands in the mirror all the same.
      const value = [...agreed, ...(wasBlind ? pick(found, blind === LAKEHOUSE).values() : [])];
      const after = blinded(toWorld(partsOf(ops, rest), [catalog, lakehouse, value], [value, value, value]));
      const { authority, wanted } = finding;
      const open = { ...drift(found), authority, wanted };
      expect(planField({ ...worldCase(after, THIRD), open }).finding).toBe(authority === blind ? "keep" : null);
    },
  );

  test.prop([settings, settings, contents, bases, fc.boolean()])(
    "malformed content that may hold a source's own elements is not overwritten",
    (ops, rest, values, base, none) => {
      const readable = toWorld(partsOf(ops, rest), values, none ? [] : base);
      const world = { ...readable, seen: new Map<SourceId, Seen>([...readable.seen, [LAKEHOUSE, malformed("?")]]) };
      const plan = planField(worldCase(world, LAKEHOUSE));
      expect(plan.mirrorWrite).toBeUndefined();
      expect([...plan.authorityWrites]).toEqual([]);
    },
  );

  test.prop([machineDecides, machineDecides, contents, bases])(
    "when nobody edits any more all sources agree after at most three rounds, and then nothing is written (P2, P3)",
    (ops, rest, values, base) => {
      let world = toWorld(partsOf(ops, rest), values, base);
      let isReviewed = false;
      const round = (): number => {
        let writes = 0;
        for (const mirror of SOURCES) {
          const plan = planField(worldCase(world, mirror));
          isReviewed ||= plan.action === "REVIEW";
          writes += plan.authorityWrites.size + (plan.mirrorWrite === undefined ? 0 : 1);
          world = carriedOut(world, mirror, plan);
        }
        return writes;
      };
      for (let count = 0; count < 3; count += 1) round();
      if (isReviewed) return;
      expect(round()).toBe(0);
      expect(valueIn(world, THIRD)).toEqual(valueIn(world, CATALOG));
      expect(valueIn(world, LAKEHOUSE)).toEqual(valueIn(world, CATALOG));
      for (const mirror of SOURCES) expect(planField(worldCase(world, mirror)).finding).toBeNull();
    },
  );
});

describe("a mirror with room for one element", () => {
  const owners = normalisedValue("owners");
  const parts = (it: Settings): readonly Part[] => [{ rule: rule(it) }];
  const one = new Map([[LAKEHOUSE, { cardinality: "one" as const, omits: ["role" as const] }]]);
  const world = (it: Settings, authority: Json, mirror: Json, base: Json | undefined): World => ({
    kind: "owners",
    parts: parts(it),
    seen: new Map([
      [CATALOG, seen(authority)],
      [LAKEHOUSE, seen(held("owners", mirror, one.get(LAKEHOUSE)))],
    ]),
    bases: new Map([[LAKEHOUSE, base === undefined ? undefined : held("owners", base, one.get(LAKEHOUSE))]]),
    holds: one,
  });

  test.prop([settings, owners, owners, fc.option(owners, { nil: undefined })])(
    "is never sent two, and what only it holds is not lost without a decision",
    (it, authority, mirror, base) => {
      const before = world(it, authority, mirror, base);
      const plan = planField(worldCase(before, LAKEHOUSE));
      if (plan.mirrorWrite === undefined) return;
      expect(toElements("owners", plan.mirrorWrite, false).size).toBeLessThanOrEqual(1);
      if (base !== undefined) return;
      const kept = new Set([
        ...toElements("owners", plan.mirrorWrite, false).keys(),
        ...toElements("owners", plan.authorityWrites.get(CATALOG) ?? authority, false).keys(),
      ]);
      for (const key of toElements("owners", valueIn(before, LAKEHOUSE), false).keys()) expect(kept).toContain(key);
    },
  );

  test.prop([machineDecides, owners, owners, fc.option(owners, { nil: undefined })])(
    "comes to rest within three rounds",
    (it, authority, mirror, base) => {
      let now = world(it, authority, mirror, base);
      for (let count = 0; count < 3; count += 1) now = carried(now);
      const plan = planField(worldCase(now, LAKEHOUSE));
      if (plan.action === "REVIEW") return;
      expect(plan.mirrorWrite).toBeUndefined();
      expect(plan.authorityWrites.size).toBe(0);
      expect(plan.finding).toBeNull();
    },
  );

  function carried(it: World): World {
    const plan = planField(worldCase(it, LAKEHOUSE));
    const values = new Map(it.seen);
    const adopted = plan.authorityWrites.get(CATALOG);
    if (adopted !== undefined) values.set(CATALOG, seen(adopted));
    if (plan.mirrorWrite !== undefined)
      values.set(LAKEHOUSE, seen(held("owners", plan.mirrorWrite, one.get(LAKEHOUSE))));
    return { ...it, seen: values, bases: new Map([[LAKEHOUSE, plan.base]]) };
  }
});

describe("a person's decision on an open drift", () => {
  const alice: Json = [{ name: "pii.email", value: null }];
  const bob: Json = [{ name: "pii.name", value: null }];
  const review: Settings = { onForeignWrite: "review", onConflict: "review", onFirstSight: "review" };
  const decided = (
    decision: "authority" | "mirror",
    found: Json,
    base: Json | undefined,
    mirror: Seen = seen(bob),
  ): FieldPlan =>
    planField({
      ...worldCase(
        {
          kind: "classifications",
          parts: [{ rule: rule(review) }],
          seen: new Map([
            [CATALOG, seen(alice)],
            [LAKEHOUSE, mirror],
          ]),
          bases: new Map([[LAKEHOUSE, base]]),
        },
        LAKEHOUSE,
      ),
      open: { ...drift(found), wanted: alice, decision },
    });

  example.each([[undefined], [alice], [null]])("for the authority: the mirror gets its value, with base %j", (base) => {
    const plan = decided("authority", bob, base);
    expect(plan.mirrorWrite).toEqual(alice);
    expect([...plan.authorityWrites]).toEqual([]);
    expect(plan.action).not.toBe("REVIEW");
  });

  example("for the mirror: the authority gets its value", () => {
    const plan = decided("mirror", bob, alice);
    expect(plan.mirrorWrite).toBeUndefined();
    expect(plan.authorityWrites.get(CATALOG)).toEqual(bob);
  });

  example("is no decision on what the person has not seen", () => {
    const plan = decided("authority", null, alice);
    expect(plan.mirrorWrite).toBeUndefined();
    expect(plan.finding).toMatchObject({ state: "IN_REVIEW" });
  });

  example("for a mirror with malformed content cannot be carried out, and stays in review", () => {
    const plan = decided("mirror", "?", alice, malformed("?"));
    expect([...plan.authorityWrites]).toEqual([]);
    expect(plan.finding).toMatchObject({ state: "IN_REVIEW" });
    expect(decided("authority", "?", alice, malformed("?")).mirrorWrite).toEqual(alice);
  });

  test.prop([tags, tags, fc.option(tags, { nil: undefined })])(
    "leads to the value decided for, whatever the base, and for the mirror once: what both have held since stands no more above the authority",
    (a, m, base) => {
      fc.pre(!equalJson(a, m));
      const world: World = {
        kind: "classifications",
        parts: [{ rule: rule(review) }],
        seen: new Map([
          [CATALOG, seen(a)],
          [LAKEHOUSE, seen(m)],
        ]),
        bases: new Map([[LAKEHOUSE, base]]),
      };
      const asked = { ...drift(m), wanted: a };
      const plan = planField({ ...worldCase(world, LAKEHOUSE), open: { ...asked, decision: "authority" } });
      expect(plan.mirrorWrite).toEqual(a);
      expect(plan.finding === null || (plan.finding !== "keep" && plan.finding.state === "REPAIRING")).toBe(true);
      const adopting = planField({ ...worldCase(world, LAKEHOUSE), open: { ...asked, decision: "mirror" } });
      const isCarriedOut = base !== undefined && equalJson(base, m);
      expect(adopting.authorityWrites.get(CATALOG)).toEqual(isCarriedOut ? undefined : m);
      expect(adopting.mirrorWrite).toEqual(isCarriedOut ? a : undefined);
      if (isCarriedOut) expect(adopting.finding).toBeNull();
      else expect(adopting.finding).toMatchObject({ state: "REPAIRING" });
    },
  );

  example("for the mirror holds also of what had not come to it yet, as the person saw", () => {
    const plan = planField({
      ...worldCase(
        {
          kind: "classifications",
          parts: [{ rule: rule(review) }],
          seen: new Map([
            [CATALOG, seen([...alice, ...bob])],
            [LAKEHOUSE, seen(null)],
          ]),
          bases: new Map([[LAKEHOUSE, alice]]),
        },
        LAKEHOUSE,
      ),
      open: { ...drift(null), wanted: [...alice, ...bob], decision: "mirror" },
    });
    expect(plan.authorityWrites.get(CATALOG)).toBeNull();
    expect(plan.mirrorWrite).toBeUndefined();
  });
});

function drift(found: Json): Drift {
  const ids = {
    id: "drift:1" as Drift["id"],
    asset: "asset:1" as Drift["asset"],
    key: "classifications" as Drift["key"],
    path: "classifications" as Drift["path"],
  };
  return {
    ...ids,
    kind: "FOREIGN_WRITE",
    authority: CATALOG,
    source: THIRD,
    wanted: null,
    found,
    state: "IN_REVIEW",
    rule: "rule",
    openedAt: "2026-01-01T00:00:00.000Z",
  };
}
