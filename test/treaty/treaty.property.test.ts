import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { ASSET_KINDS } from "../../src/domain/asset.ts";
import { isFieldOn } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import { compileTreaty } from "../../src/treaty/compile.ts";
import type { AssetFacts, FieldFacts } from "../../src/treaty/decision.ts";
import { explainRule } from "../../src/treaty/explain-rule.ts";
import type { RuleText, SelectorText } from "../../src/treaty/treaty-text.ts";
import { CATALOG, EVERYTHING, field, LAKEHOUSE, ruleFor, SOURCES } from "./treaty-fixture.ts";

/** A second reading of the language, as plain as it can be, to hold the compiler against. */
const nameMatches = (pattern: string, name: string) =>
  new RegExp(`^${pattern.replaceAll(/\*+|\./g, (it) => (it === "." ? "\\." : it === "*" ? "[^.]*" : "[^]*"))}$`).test(
    name,
  );
const textMatches = (pattern: string, text: string) =>
  new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll(/\*+/g, "[^]*")}$`).test(text);

function selects(selector: SelectorText | undefined, asset: AssetFacts): boolean {
  if (!selector) return true;
  const { names, kinds, sources, labels } = selector;
  return (
    (names?.some((it) => nameMatches(it, asset.name)) ?? true) &&
    (kinds?.includes(asset.kind) ?? true) &&
    (sources?.some((it) => asset.sources.includes(it as SourceId)) ?? true) &&
    Object.entries(labels ?? {}).every(([key, value]) => [value].flat().includes(asset.labels[key] ?? ""))
  );
}

const namesField = (pattern: string, { path }: FieldFacts) =>
  pattern === "*" ? path !== "schema" : textMatches(pattern, path);
const applies = (rule: RuleText, asset: AssetFacts, at: FieldFacts) =>
  selects(rule.assets, asset) && rule.fields.some((it) => namesField(it, at));

/** 4: elements of these assets … 0: "*". */
function sortOf(rule: RuleText, at: FieldFacts): number {
  if (rule.elements) return rule.assets ? 4 : 3;
  if (rule.assets) return 2;
  return rule.fields.some((it) => it !== "*" && namesField(it, at)) ? 1 : 0;
}

/** Rules that claim the element (or, undefined, the whole field), the winners first; equal rank means that the treaty is ambiguous. */
function rank(rules: readonly RuleText[], asset: AssetFacts, at: FieldFacts, element: string | undefined) {
  return rules
    .filter((it) => applies(it, asset, at))
    .filter((it) =>
      it.elements ? element !== undefined && it.elements.some((own) => textMatches(own, element)) : true,
    )
    .map((rule) => ({ rule, sort: sortOf(rule, at), priority: rule.priority ?? 0 }))
    .sort((a, b) => b.sort - a.sort || b.priority - a.priority);
}

const FIELDS = [
  "owners",
  "classifications",
  "domain",
  "custom.a",
  "custom.ab",
  "custom.b",
  "columns.a.description",
  "columns.a.b.description",
].map(field);
const ELEMENTS = [undefined, "a", "b", "a.a", "b.a", "a.b", "ab"];
const ASSETS: readonly AssetFacts[] = ["a", "b", "a.a", "a.b", "b.a", "ab.b", "a.b.a", "b.b.b"].flatMap((name) =>
  ASSET_KINDS.flatMap((kind) =>
    [[], [CATALOG], [LAKEHOUSE], [CATALOG, LAKEHOUSE]].flatMap((sources) =>
      [{}, { t: "1" }, { t: "2", u: "1" }].map((labels) => ({ name, kind, sources, labels })),
    ),
  ),
);

const names = fc.subarray(["a.*", "*.b", "a.**", "**.b", "b", "a.b", "**", "a*"], { minLength: 1, maxLength: 2 });
const selector: fc.Arbitrary<SelectorText> = fc.record(
  {
    names,
    kinds: fc.subarray([...ASSET_KINDS], { minLength: 1 }),
    sources: fc.subarray(["catalog", "lakehouse"], { minLength: 1 }),
    labels: fc.record({ t: fc.constantFrom("1", "2", ["1", "2"]), u: fc.constant("1") }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const fields = fc.oneof(
  { arbitrary: fc.constant(["*"]), weight: 1 },
  {
    arbitrary: fc.subarray(
      ["owners", "domain", "custom.a", "custom.a*", "custom.*b", "columns.a.*.description", "columns.*.description"],
      { minLength: 1, maxLength: 2 },
    ),
    weight: 5,
  },
);
const priority = fc.constantFrom(0, 0, 1);
const authority = fc.constantFrom("catalog", "lakehouse");
const wholeRule = fc.record({ assets: selector, fields, priority, authority });
const elementRule = fc.record(
  {
    assets: selector,
    fields: fc.subarray(["owners", "classifications"], { minLength: 1 }),
    elements: fc.subarray(["a", "a*", "*.a", "*b", "a.*"], { minLength: 1, maxLength: 2 }),
    priority,
    authority,
  },
  { requiredKeys: ["fields", "elements", "priority", "authority"] },
);
const baseRule = fc.record({ fields, priority, authority });
const rulesOf = fc
  .array(fc.oneof(wholeRule, wholeRule, elementRule, baseRule), { maxLength: 4 })
  .map((rules): readonly RuleText[] => [EVERYTHING, ...rules.map((it, index) => ({ name: `r${index}`, ...it }))]);

function questions(): [AssetFacts, FieldFacts, string | undefined][] {
  return ASSETS.flatMap((asset) =>
    FIELDS.filter((at) => isFieldOn(asset.kind, at.kind)).flatMap((at) =>
      ELEMENTS.filter((it) => it === undefined || at.kind === "owners" || at.kind === "classifications").map(
        (element): [AssetFacts, FieldFacts, string | undefined] => [asset, at, element],
      ),
    ),
  );
}
const QUESTIONS = questions();
const isTied = (rules: readonly RuleText[], [asset, at, element]: (typeof QUESTIONS)[number]) => {
  const ranked = rank(rules, asset, at, element);
  return ranked.some((it, index) =>
    ranked.slice(0, index).some((other) => other.sort === it.sort && other.priority === it.priority),
  );
};

describe("Any treaty", () => {
  test.prop([rulesOf], { numRuns: 150 })(
    "is refused as ambiguous wherever two rules of equal rank claim the same",
    (rules) => {
      const result = compileTreaty({ rules }, SOURCES);
      const codes = result.ok ? [] : result.error.map((it) => it.code);
      fc.pre(!codes.includes("never-matches")); // a rule that is broken by itself is not compared
      if (QUESTIONS.some((it) => isTied(rules, it))) expect(codes).toContain("ambiguous");
    },
  );

  test.prop([rulesOf], { numRuns: 300 })(
    "that is refused as ambiguous comes with an example on which two rules of equal rank do meet",
    (rules) => {
      const result = compileTreaty({ rules }, SOURCES);
      for (const problem of result.ok ? [] : result.error.filter((it) => it.code === "ambiguous")) {
        const { asset, field: path, element } = problem.counterexample ?? expect.fail("no example");
        expect(isFieldOn(asset.kind, field(path).kind)).toBe(true);
        expect(isTied(rules, [asset, field(path), element])).toBe(true);
      }
    },
  );

  test.prop([rulesOf], { numRuns: 150 })(
    "that is taken decides as the plain reading does, always the same, and explains it so",
    (rules) => {
      const result = compileTreaty({ rules }, SOURCES);
      fc.pre(result.ok);
      if (!result.ok) return;
      const wrong = QUESTIONS.filter(([asset, at, element]) => {
        const parts = result.value.decide(asset, at);
        const decided = ruleFor(element === undefined ? parts.slice(-1) : parts, element);
        const claiming = parts.filter((it) => it.claims?.(element ?? "")).length;
        return decided !== rank(rules, asset, at, element)[0]?.rule.name || claiming > 1;
      });
      expect(wrong).toEqual([]);
      const [asset, at] = QUESTIONS[rules.length * 97] ?? expect.fail();
      const { parts, verdicts } = explainRule(result.value, asset, at);
      expect(verdicts.filter((it) => it.verdict === "governs").map((it) => it.rule)).toEqual(
        parts.map((it) => it.rule.name),
      );
      expect(verdicts.map((it) => it.rule).sort()).toEqual(
        [...rules.map((it) => it.name), "schema-from-lakehouse"].sort(),
      );
    },
  );

  test.prop([rulesOf, fc.infiniteStream(fc.nat())], { numRuns: 100 })(
    "means the same, and has the same hash, in any order of its rules",
    (rules, order) => {
      const ranked = rules.map((rule) => ({ rule, at: order.next().value ?? 0 })).sort((a, b) => a.at - b.at);
      const [one, other] = [rules, ranked.map((it) => it.rule)].map((it) => compileTreaty({ rules: it }, SOURCES));
      expect(one?.ok).toBe(other?.ok);
      if (!one?.ok || !other?.ok) return;
      expect(one.value.hash).toBe(other.value.hash);
      const differing = QUESTIONS.filter(
        ([asset, at, element]) =>
          ruleFor(one.value.decide(asset, at), element) !== ruleFor(other.value.decide(asset, at), element),
      );
      expect(differing).toEqual([]);
    },
  );
});
