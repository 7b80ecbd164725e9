import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import { equalElements } from "../../src/domain/diff.ts";
import type { Drift } from "../../src/domain/drift.ts";
import { type Elements, fromElements, toElements } from "../../src/domain/elements.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { FieldCase } from "../../src/plan/field-case.ts";
import { type FieldPlan, planField } from "../../src/plan/plan-field.ts";
import type { Seen } from "../../src/plan/source-facts.ts";
import type { OnConflict, OnFirstSight, OnForeignWrite, Rule } from "../../src/treaty/decision.ts";
import { normalisedValue } from "../support/arbitrary-values.ts";
import { openDrift } from "./asset-fixture.ts";
import { CATALOG, LAKEHOUSE, malformed, rule, seen, THIRD, UNKNOWN, worldCase } from "./field-case-fixture.ts";

fc.configureGlobal({ numRuns: 300 });

const ASKS = { onForeignWrite: "review", onConflict: "review", onFirstSight: "review" } as const;
const isOps = (key: string): boolean => key.startsWith("ops.");
const tags = (...names: readonly string[]): Json =>
  names.length === 0 ? null : [...names].sort().map((name) => ({ name, value: null }));

interface Spec {
  readonly ops?: Partial<Rule>;
  readonly rest?: Partial<Rule>;
  readonly catalog: Seen;
  readonly lakehouse: Seen;
  readonly third: Seen;
  readonly base: Json | undefined;
}

/** `ops.*` is the lakehouse's, every other tag the catalog's; the third system, a mirror of both, is the one that is looked at. */
function caseOf({ base, catalog, lakehouse, ops, rest, third }: Spec, open?: Drift): FieldCase {
  const parts = [
    { rule: rule({ name: "ops", authority: LAKEHOUSE, mirrors: [THIRD], ...ops }), claims: isOps, elements: ["ops.*"] },
    { rule: rule({ name: "rest", authority: CATALOG, mirrors: [THIRD], ...rest }) },
  ];
  const values = new Map<SourceId, Seen>([
    [CATALOG, catalog],
    [LAKEHOUSE, lakehouse],
    [THIRD, third],
  ]);
  const it = worldCase({ kind: "classifications", parts, seen: values, bases: new Map([[THIRD, base]]) }, THIRD);
  return { ...it, open };
}

function asked(spec: Spec): Drift {
  const { finding } = planField(caseOf(spec));
  if (finding === null || finding === "keep") throw new Error("there is nothing to ask");
  const { because: _because, base: _base, isAnswered: _isAnswered, ...rest } = finding;
  return { ...openDrift({ key: "classifications" as never, source: THIRD }), ...rest };
}

function answered(spec: Spec, decision: "authority" | "mirror", now: Partial<Spec> = {}): FieldPlan {
  return planField(caseOf({ ...spec, ...now }, { ...asked(spec), decision }));
}

describe("an answer about one authority's elements of a field", () => {
  const foreign: Spec = {
    rest: ASKS,
    catalog: seen(null),
    lakehouse: seen(null),
    third: seen(tags("pii.x")),
    base: null,
  };

  example("for the mirror takes nothing away from another authority that has not reached the mirror yet (P5)", () => {
    const now = { lakehouse: seen(tags("ops.y")) };
    for (const plan of [answered(foreign, "mirror", now), answered({ ...foreign, ...now }, "mirror")]) {
      expect([...plan.authorityWrites]).toEqual([[CATALOG, tags("pii.x")]]);
      expect(plan.mirrorWrite).toEqual(tags("ops.y", "pii.x"));
    }
  });

  example("for the authority undoes nothing of another that could not be read when it was asked", () => {
    const blind = { ...foreign, lakehouse: UNKNOWN, third: seen(tags("ops.z", "pii.x")) };
    const back = { lakehouse: seen(null) };
    const plan = answered({ ...blind, ops: ASKS }, "authority", back);
    expect(plan.mirrorWrite).toEqual(tags("ops.z"));
    expect([...plan.authorityWrites]).toEqual([]);
    const adopting = answered({ ...blind, ops: { onForeignWrite: "adopt" } }, "authority", back);
    expect([...adopting.authorityWrites]).toEqual([[LAKEHOUSE, tags("ops.z")]]);
    expect(answered(blind, "authority").mirrorWrite).toEqual(tags("ops.z"));
  });

  example("holds however the other's elements move meanwhile", () => {
    const now = { lakehouse: seen(tags("ops.y")), third: seen(tags("ops.z", "pii.x")) };
    for (const [ops, theirs] of [[{}, tags("ops.y")] as const, [ASKS, tags("ops.y", "ops.z")] as const]) {
      const plan = answered({ ...foreign, ops }, "authority", now);
      expect(plan.mirrorWrite).toEqual(theirs);
      expect(answered({ ...foreign, ops }, "mirror", now).authorityWrites.get(CATALOG)).toEqual(tags("pii.x"));
    }
  });

  example("is carried out before the other's question is asked", () => {
    const both = { ...foreign, ops: ASKS, third: seen(tags("ops.z", "pii.x")) };
    const first = asked(both).authority;
    expect(answered(both, "authority").finding).toMatchObject({
      authority: first,
      state: "REPAIRING",
      isAnswered: true,
    });
    const left = first === CATALOG ? "ops.z" : "pii.x";
    const next = asked({ ...both, third: seen(tags(left)) });
    expect(next).toMatchObject({ authority: first === CATALOG ? LAKEHOUSE : CATALOG, state: "IN_REVIEW" });
  });

  example(
    "is not carried out again when somebody has undone it at the authority, whatever became of the other's",
    () => {
      const both = { ...foreign, third: seen(tags("ops.z", "pii.x")), ops: { onForeignWrite: "adopt" as const } };
      expect(answered(both, "mirror").authorityWrites.get(CATALOG)).toEqual(tags("pii.x"));
      const undone = answered(both, "mirror", { base: tags("pii.x") });
      expect(undone.authorityWrites.has(CATALOG)).toBe(false);
      expect(undone.authorityWrites.get(LAKEHOUSE)).toEqual(tags("ops.z"));
    },
  );

  example("does not hold for elements that another treaty has given to another authority since (P7)", () => {
    const open: Drift = { ...asked(foreign), decision: "authority" };
    const moved = caseOf({ ...foreign, rest: { ...ASKS, authority: LAKEHOUSE }, ops: { authority: CATALOG } }, open);
    const plan = planField({ ...moved, base: undefined });
    expect([plan.mirrorWrite, plan.finding]).toMatchObject([undefined, { authority: LAKEHOUSE, state: "IN_REVIEW" }]);
  });

  example("for the authorities, where one write replaces what was shown as a whole, is about all of it", () => {
    const held = tags("ops.y", "pii.x");
    const broken = {
      ops: ASKS,
      rest: ASKS,
      catalog: seen(tags("pii.x")),
      lakehouse: seen(tags("ops.y")),
      third: malformed("?"),
      base: held,
    };
    expect(answered(broken, "authority").mirrorWrite).toEqual(held);
    const changed = answered(broken, "authority", { lakehouse: seen(tags("ops.other")) });
    expect([changed.mirrorWrite, changed.finding]).toMatchObject([undefined, { state: "IN_REVIEW" }]);
  });
});

const values = normalisedValue("classifications");
const settings = fc.record({
  onForeignWrite: fc.constantFrom<OnForeignWrite[]>("revert", "adopt", "review"),
  onConflict: fc.constantFrom<OnConflict[]>("authority", "most-restrictive", "newest-at-authority", "review"),
  onFirstSight: fc.constantFrom<OnFirstSight[]>("authority", "union", "review"),
});

function pick(value: Json, ops: boolean): Elements {
  return new Map([...toElements("classifications", value, false)].filter(([key]) => isOps(key) === ops));
}

/** What the third system, the lakehouse and the catalog hold of the lakehouse's elements, or of the catalog's, after the plan. */
function carriedOut(plan: FieldPlan, { catalog, lakehouse, third }: Spec, ops: boolean): readonly Elements[] {
  const valueOf = (it: Seen): Json => (it.state === "value" ? it.value : null);
  const { authorityWrites, mirrorWrite = valueOf(third) } = plan;
  const { [LAKEHOUSE]: first = valueOf(lakehouse), [CATALOG]: last = valueOf(catalog) } =
    Object.fromEntries(authorityWrites);
  return [mirrorWrite, first, last].map((it) => pick(it, ops));
}

test.prop([
  settings,
  settings,
  fc.tuple(values, values, values),
  fc.option(values, { nil: undefined }),
  fc.tuple(values, values),
  fc.boolean(),
  fc.constantFrom("authority", "mirror"),
])(
  "an answer decides on one authority's elements, and on the others' nothing comes of it at all",
  (ops, rest, [catalog, lakehouse, third], base, [nextLakehouse, nextOps], wasBlind, decision) => {
    const spec = { ops, rest, catalog: seen(catalog), third: seen(third), base };
    const before: Spec = { ...spec, lakehouse: wasBlind ? UNKNOWN : seen(lakehouse) };
    const { finding } = planField(caseOf(before));
    fc.pre(finding !== null && finding !== "keep" && finding.state === "IN_REVIEW" && finding.authority === CATALOG);
    // Everybody goes on editing what is the lakehouse's.
    const found = fromElements("classifications", new Map([...pick(third, false), ...pick(nextOps, true)]), false);
    const now: Spec = { ...spec, lakehouse: seen(nextLakehouse), third: seen(found) };
    const plan = planField(caseOf(now, { ...asked(before), decision }));
    const unanswered = planField(caseOf(now));
    for (const [index, it] of carriedOut(unanswered, now, true).entries())
      expect(equalElements(carriedOut(plan, now, true)[index] ?? new Map(), it)).toBe(true);
    const [atMirror = new Map(), , atCatalog = new Map()] = carriedOut(plan, now, false);
    const [wanted, held] = [pick(catalog, false), pick(third, false)];
    if (decision === "authority")
      expect([equalElements(atMirror, wanted), equalElements(atCatalog, wanted)]).toEqual([true, true]);
    else if (base === undefined || !equalElements(pick(base, false), held))
      expect([equalElements(atMirror, held), equalElements(atCatalog, held)]).toEqual([true, true]);
  },
);
