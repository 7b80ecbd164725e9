import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { isDivisible, toElements } from "../../src/domain/elements.ts";
import type { FieldKind } from "../../src/domain/field.ts";
import { equalJson, isJsonObject, type Json } from "../../src/domain/json.ts";
import { type FieldPlan, planField } from "../../src/plan/plan-field.ts";
import type { FieldCapability } from "../../src/ports/source.ts";
import type { Merge, Mode, OnConflict, OnFirstSight, OnForeignWrite } from "../../src/treaty/decision.ts";
import { normalisedValue } from "../support/arbitrary-values.ts";
import { CATALOG, held, malformed, type PairSpec, pairCase, seen, UNKNOWN } from "./field-case-fixture.ts";

fc.configureGlobal({ numRuns: 300 });

interface Shape {
  readonly kind: FieldKind;
  readonly merge: Merge;
  readonly holds: Partial<FieldCapability>;
}
const shape: fc.Arbitrary<Shape> = fc.constantFrom<Shape[]>(
  { kind: "description", merge: "replace", holds: {} },
  { kind: "retention", merge: "replace", holds: {} },
  { kind: "sensitivity", merge: "replace", holds: {} },
  { kind: "custom", merge: "replace", holds: {} },
  { kind: "custom", merge: "map", holds: {} },
  { kind: "owners", merge: "map", holds: {} },
  { kind: "owners", merge: "map", holds: { omits: ["role"] } },
  { kind: "owners", merge: "replace", holds: { omits: ["role"] } },
  { kind: "classifications", merge: "set", holds: {} },
  { kind: "classifications", merge: "replace", holds: {} },
);
/** A shape with values of it: what the authority holds, and two more. */
const values = shape.chain((it) =>
  fc.record({
    shape: fc.constant(it),
    a: normalisedValue(it.kind),
    m: normalisedValue(it.kind),
    b: normalisedValue(it.kind),
  }),
);
type Values = { readonly shape: Shape; readonly a: Json; readonly m: Json; readonly b: Json };

/** How finely the field is merged: a text beside an object has no elements in common with it. */
function isWhole({ kind, merge }: Shape, ...of: readonly Json[]): boolean {
  return merge === "replace" || of.some((it) => it !== null && !isDivisible(kind, it));
}

const onForeignWrite = fc.constantFrom<OnForeignWrite[]>("revert", "adopt", "review");
const onConflict = fc.constantFrom<OnConflict[]>("authority", "most-restrictive", "newest-at-authority", "review");
const onFirstSight = fc.constantFrom<OnFirstSight[]>("authority", "union", "review");
const anyRule = fc.record({ onForeignWrite, onConflict, onFirstSight });
const mode = fc.constantFrom<Mode[]>("enforce", "enforce", "observe", "pause", "seed-once");

/** `m` and `b` as the mirror can hold them. */
function specOf(
  { a, b, m, shape: { kind, merge, holds } }: Values,
  rest: Partial<PairSpec> & { none?: boolean } = {},
): PairSpec {
  const { none, ...more } = rest;
  const base = none === true ? undefined : held(kind, b, holds);
  return {
    kind,
    authority: seen(a),
    mirror: seen(held(kind, m, holds)),
    base,
    holds,
    ...more,
    rule: { merge, ...rest.rule },
  };
}

function expectNothingWritten(plan: FieldPlan): void {
  expect(plan.mirrorWrite).toBeUndefined();
  expect([...plan.authorityWrites]).toEqual([]);
}

function rulesOf(spec: PairSpec): { readonly a: Json; readonly m: Json } {
  const value = (it: PairSpec["mirror"]): Json => (it.state === "value" ? it.value : null);
  return { a: held(spec.kind, value(spec.authority), spec.holds), m: value(spec.mirror) };
}

describe("what is seen, and what is done (DESIGN.md, section 3)", () => {
  test.prop([values, anyRule, mode])("in sync: nothing is written, told or changed", (it, rule, mirrorMode) => {
    const plan = planField(pairCase(specOf({ ...it, m: it.a, b: it.a }, { rule, mirrorMode })));
    expectNothingWritten(plan);
    expect(plan.finding).toBeNull();
    expect(plan.action).toBeNull();
    expect(plan.base).toEqual(held(it.shape.kind, it.a, it.shape.holds));
  });

  test.prop([values, anyRule])(
    "authority changed: the mirror gets the authority's value as it can hold it, the base waits",
    (it, rule) => {
      const spec = specOf({ ...it, m: it.b }, { rule });
      const plan = planField(pairCase(spec));
      const { a, m } = rulesOf(spec);
      expect(plan.mirrorWrite).toEqual(equalJson(a, m) ? undefined : a);
      expect([...plan.authorityWrites]).toEqual([]);
      expect(plan.finding).toBeNull();
      expect(plan.action).toBe(equalJson(a, m) ? null : "MIRROR");
      expect(plan.base).toEqual(spec.base);
    },
  );

  test.prop([values, onConflict, onFirstSight])(
    "foreign write under revert: the mirror is put back, and the drift says so",
    (it, conflict, first) => {
      const spec = specOf(
        { ...it, b: it.a },
        { rule: { onForeignWrite: "revert", onConflict: conflict, onFirstSight: first } },
      );
      const { a, m } = rulesOf(spec);
      fc.pre(!equalJson(a, m));
      const plan = planField(pairCase(spec));
      expect(plan.mirrorWrite).toEqual(a);
      expect([...plan.authorityWrites]).toEqual([]);
      expect(plan.finding).toMatchObject({
        kind: "FOREIGN_WRITE",
        state: "REPAIRING",
        wanted: a,
        found: m,
        base: spec.base,
      });
      expect(plan.base).toEqual(spec.base);
    },
  );

  test.prop([values, onConflict, onFirstSight])(
    "foreign write under adopt: the authority gets what the mirror holds, and keeps what the mirror cannot hold",
    (it, conflict, first) => {
      const spec = specOf(
        { ...it, b: it.a },
        { rule: { onForeignWrite: "adopt", onConflict: conflict, onFirstSight: first } },
      );
      const { a, m } = rulesOf(spec);
      fc.pre(!equalJson(a, m));
      const plan = planField(pairCase(spec));
      expect(plan.mirrorWrite).toBeUndefined();
      const adopted = plan.authorityWrites.get(CATALOG);
      if (adopted === undefined) throw new Error("nothing was adopted");
      expect(held(it.shape.kind, adopted, it.shape.holds)).toEqual(m);
      if (it.shape.kind === "owners") expect(rolesLost(it.a, adopted, it.shape.holds)).toEqual([]);
      expect(plan.finding).toMatchObject({ kind: "FOREIGN_WRITE", state: "REPAIRING", found: m });
      expect(plan.action).toBe("ADOPT");
    },
  );

  test.prop([values, onConflict, onFirstSight])(
    "foreign write under review: a person is asked, nothing is written",
    (it, conflict, first) => {
      const spec = specOf(
        { ...it, b: it.a },
        { rule: { onForeignWrite: "review", onConflict: conflict, onFirstSight: first } },
      );
      const { a, m } = rulesOf(spec);
      fc.pre(!equalJson(a, m));
      const plan = planField(pairCase(spec));
      expectNothingWritten(plan);
      expect(plan.finding).toMatchObject({
        kind: "FOREIGN_WRITE",
        state: "IN_REVIEW",
        because: expect.stringContaining("review"),
      });
    },
  );

  test.prop([values, anyRule])("converged independently: a new base, nothing written", (it, rule) => {
    const plan = planField(pairCase(specOf({ ...it, m: it.a }, { rule })));
    expectNothingWritten(plan);
    expect(plan.finding).toBeNull();
    expect(plan.base).toEqual(held(it.shape.kind, it.a, it.shape.holds));
  });

  test.prop([values.filter((it) => it.shape.merge === "replace"), onForeignWrite])(
    "conflict of whole values: by the conflict rule",
    (it, foreign) => {
      const { kind } = it.shape;
      const spec = (conflict: OnConflict): PairSpec =>
        specOf(it, { rule: { onForeignWrite: foreign, onConflict: conflict } });
      const { a, m } = rulesOf(spec("authority"));
      const base = spec("authority").base as Json;
      fc.pre(!equalJson(a, m) && !equalJson(a, base) && !equalJson(m, base));
      const byAuthority = planField(pairCase(spec("authority")));
      expect(byAuthority.mirrorWrite).toEqual(a);
      expect(byAuthority.finding).toMatchObject({ kind: "CONFLICT", state: "REPAIRING" });
      const inReview = planField(pairCase(spec("review")));
      expectNothingWritten(inReview);
      expect(inReview.finding).toMatchObject({ kind: "CONFLICT", state: "IN_REVIEW" });
      if (kind === "description" || kind === "owners" || kind === "custom") {
        expect(planField(pairCase(spec("most-restrictive"))).action).toBe(
          a === null || m === null ? (a === null ? "ADOPT" : "REVERT") : "REVIEW",
        );
      }
    },
  );

  test.prop([values, fc.nat(5), fc.nat(5), onForeignWrite])(
    "conflict under newest-at-authority: the mirror wins only if it provably changed later",
    (it, mirrorSince, authoritySince, foreign) => {
      const rule = { onConflict: "newest-at-authority" as const, onForeignWrite: foreign };
      const spec = specOf({ ...it, shape: { ...it.shape, merge: "replace" } }, { rule, mirrorSince, authoritySince });
      const { a, m } = rulesOf(spec);
      fc.pre(!equalJson(a, m) && !equalJson(a, spec.base) && !equalJson(m, spec.base));
      const plan = planField(pairCase(spec));
      expect(plan.action).toBe(mirrorSince > authoritySince ? "ADOPT" : "REVERT");
      const { mirrorSince: _, ...undated } = spec;
      expect(planField(pairCase(undated)).action).toBe("REVERT");
    },
  );

  test.prop([values, anyRule])("first sight: no element is taken away anywhere, whatever the rule", (it, rule) => {
    const spec = specOf(it, { rule, none: true });
    const plan = planField(pairCase(spec));
    const { a, m } = rulesOf(spec);
    const whole = isWhole(it.shape, it.a, m);
    const keys = (value: Json): readonly string[] => [...toElements(it.shape.kind, value, whole).keys()];
    if (plan.mirrorWrite !== undefined) expect(keys(plan.mirrorWrite)).toEqual(expect.arrayContaining([...keys(m)]));
    for (const value of plan.authorityWrites.values())
      expect(keys(value)).toEqual(expect.arrayContaining([...keys(it.a)]));
    expect(plan.base).toEqual(equalJson(a, m) ? a : undefined);
    if (equalJson(a, m)) expect(plan.finding).toBeNull();
  });

  test.prop([values])(
    "first sight under union: each side gets what only the other has; what both have differently is reviewed",
    (it) => {
      const { kind } = it.shape;
      const spec = specOf(it, { rule: { onFirstSight: "union" }, none: true });
      const { a, m } = rulesOf(spec);
      const whole = isWhole(it.shape, a, m);
      const [left, right] = [toElements(kind, a, whole), toElements(kind, m, whole)];
      const differs = [...left].some(([key, value]) => right.has(key) && !equalJson(value, right.get(key)));
      const plan = planField(pairCase(spec));
      expect(plan.finding !== null && plan.finding !== "keep" && plan.finding.state === "IN_REVIEW").toBe(differs);
      const wantsMirror = [...left.keys()].some((key) => !right.has(key));
      const wantsAuthority = [...right.keys()].some((key) => !left.has(key));
      expect(plan.mirrorWrite !== undefined).toBe(wantsMirror);
      expect(plan.authorityWrites.size).toBe(wantsAuthority ? 1 : 0);
    },
  );

  test.prop([values])("first sight under review: nothing is written", (it) => {
    expectNothingWritten(planField(pairCase(specOf(it, { rule: { onFirstSight: "review" }, none: true }))));
  });
});

describe("laws", () => {
  test.prop([
    values,
    anyRule,
    fc.constantFrom<("authority" | "mirror" | "both")[]>("authority", "mirror", "both"),
    fc.boolean(),
    mode,
  ])(
    "UNKNOWN on any side: nothing is written, every finding is kept, the base stays",
    (it, rule, which, none, mirrorMode) => {
      const blind = {
        ...(which === "mirror" ? {} : { authority: UNKNOWN }),
        ...(which === "authority" ? {} : { mirror: UNKNOWN }),
      };
      const spec = specOf(it, { rule, none, mirrorMode, ...blind });
      const plan = planField(pairCase(spec));
      expectNothingWritten(plan);
      expect(plan.finding).toBe("keep");
      expect(plan.base).toEqual(spec.base);
      expect(plan.action).toBeNull();
    },
  );

  test.prop([values, anyRule, fc.boolean(), fc.constantFrom<Mode[]>("observe", "pause")])(
    "in mode observe and pause nothing is written to the mirror",
    (it, rule, none, mirrorMode) => {
      const plan = planField(pairCase(specOf(it, { rule, none, mirrorMode })));
      expect(plan.mirrorWrite).toBeUndefined();
    },
  );

  test.prop([values, anyRule, fc.boolean(), fc.constantFrom<Mode[]>("observe", "pause", "seed-once")])(
    "the authority is written only in mode enforce, and only where it can be",
    (it, rule, none, authorityMode) => {
      expect([...planField(pairCase(specOf(it, { rule, none, authorityMode }))).authorityWrites]).toEqual([]);
      expect([...planField(pairCase(specOf(it, { rule, none, authorityWritable: false }))).authorityWrites]).toEqual(
        [],
      );
    },
  );

  test.prop([values, anyRule, fc.boolean()])(
    "seed-once fills what the mirror lacks at first sight, and nothing else ever",
    (it, rule, none) => {
      const spec = specOf(it, { rule, none, mirrorMode: "seed-once" });
      const plan = planField(pairCase(spec));
      const { a, m } = rulesOf(spec);
      const whole = isWhole(it.shape, a, m);
      expect([...plan.authorityWrites]).toEqual([]);
      expect(plan.finding).toBeNull();
      if (plan.mirrorWrite === undefined) return;
      expect(spec.base).toBeUndefined();
      const before = toElements(it.shape.kind, m, whole);
      const after = toElements(it.shape.kind, plan.mirrorWrite, whole);
      for (const [key, value] of before) expect(after.get(key)).toEqual(value);
    },
  );

  test.prop([values, anyRule])("what cannot be written is told, with the reason", (it, rule) => {
    const spec = specOf(it, { rule: { ...rule, onForeignWrite: "revert", onConflict: "authority" } });
    const { a, m } = rulesOf(spec);
    const whole = isWhole(it.shape, a, m, spec.base ?? null);
    fc.pre(!equalJson(a, m) && (whole || equalJson(m, spec.base)));
    for (const plan of [
      planField(pairCase({ ...spec, mirrorMode: "observe" })),
      planField(pairCase({ ...spec, holds: { ...spec.holds, write: false } })),
    ]) {
      expectNothingWritten(plan);
      expect(plan.finding).toMatchObject({
        state: "OPEN",
        because: expect.stringMatching(/mode observe|cannot write/),
        wanted: a,
        found: m,
      });
      expect(plan.action).toBe("HOLD");
    }
  });

  test.prop([values, anyRule, fc.boolean(), mode, fc.constantFrom("x", "?")])(
    "malformed content is never adopted, and never becomes a base",
    (it, rule, none, mirrorMode, raw) => {
      const spec = specOf(it, { rule, none, mirrorMode, mirror: malformed(raw) });
      const plan = planField(pairCase(spec));
      expect([...plan.authorityWrites]).toEqual([]);
      expect(plan.base).toEqual(spec.base);
      if (plan.mirrorWrite !== undefined) expect(JSON.stringify(plan.mirrorWrite)).not.toContain("malformed");
    },
  );

  test.prop([values, anyRule, fc.boolean()])(
    "the base is always one that both sides hold, or the old one",
    (it, rule, none) => {
      const spec = specOf(it, { rule, none });
      const { kind } = it.shape;
      const { a, m } = rulesOf(spec);
      const whole = isWhole(it.shape, a, m, spec.base ?? null);
      const plan = planField(pairCase(spec));
      const sides = [a, m, spec.base ?? null].map((value) => toElements(kind, value, whole));
      const [authority, mirror, base] = sides as [
        ReadonlyMap<string, Json>,
        ReadonlyMap<string, Json>,
        ReadonlyMap<string, Json>,
      ];
      if (plan.base === undefined) expect(spec.base).toBeUndefined();
      else
        for (const [key, value] of toElements(kind, plan.base, whole)) {
          const isAgreed = equalJson(authority.get(key), value) && equalJson(mirror.get(key), value);
          expect(isAgreed || equalJson(base.get(key), value)).toBe(true);
        }
    },
  );

  test.prop([
    values,
    fc.record({
      onForeignWrite: fc.constantFrom<OnForeignWrite[]>("revert", "adopt"),
      onConflict: fc.constantFrom<OnConflict[]>("authority", "most-restrictive", "newest-at-authority"),
    }),
    fc.boolean(),
  ])("once its writes are carried out, nothing is left to write or to tell", (it, rule, none) => {
    const spec = specOf(it, { rule: { ...rule, onFirstSight: "union" }, none });
    const first = planField(pairCase(spec));
    if (first.action === "REVIEW") return;
    const second = planField(pairCase(carriedOut(spec, first)));
    expectNothingWritten(second);
    expect(second.finding).toBeNull();
    const third = planField(pairCase(carriedOut(carriedOut(spec, first), second)));
    expect(third).toEqual(second);
    const { a, m } = rulesOf(carriedOut(spec, first));
    expect(a).toEqual(m);
  });
});

function carriedOut(spec: PairSpec, plan: FieldPlan): PairSpec {
  const adopted = plan.authorityWrites.get(CATALOG);
  return {
    ...spec,
    base: plan.base,
    authority: adopted === undefined ? spec.authority : seen(adopted),
    mirror: plan.mirrorWrite === undefined ? spec.mirror : seen(held(spec.kind, plan.mirrorWrite, spec.holds)),
  };
}

/** Owners who are still there, but whose role is gone because the mirror could not hold it. */
function rolesLost(before: Json, after: Json, holds: Partial<FieldCapability>): readonly string[] {
  if (!holds.omits?.includes("role")) return [];
  const roles = (value: Json): ReadonlyMap<string, Json> =>
    new Map(
      (Array.isArray(value) ? (value as Json[]) : [])
        .filter(isJsonObject)
        .map((it) => [String(it["principal"]), it["role"] ?? null]),
    );
  const now = roles(after);
  return [...roles(before)].filter(([who, role]) => now.has(who) && now.get(who) !== role).map(([who]) => who);
}
