import { describe, expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { RuleText, TreatySource } from "../../src/treaty/treaty-text.ts";
import {
  asset,
  CATALOG,
  compile,
  EVERYTHING,
  field,
  LAKEHOUSE,
  problemsOf,
  ruleFor,
  SOURCES,
} from "./treaty-fixture.ts";

const override = (rest: Partial<RuleText>): RuleText => ({
  name: "override",
  assets: { names: ["finance.**"] },
  fields: ["owners"],
  authority: "lakehouse",
  ...rest,
});

describe("A treaty must be total", () => {
  test("every field without an authority is told at once, with an example", () => {
    const problems = problemsOf([
      { name: "owners", fields: ["owners", "domain", "custom.cost*"], authority: "catalog" },
    ]);
    expect(problems.map((it) => [it.code, it.counterexample?.field])).toEqual([
      ["no-authority", "classifications"],
      ["no-authority", "sensitivity"],
      ["no-authority", "retention"],
      ["no-authority", "description"],
      ["no-authority", "lifecycle"],
      ["no-authority", "custom.xxxxxxx"],
      ["no-authority", "columns.xxxxxxx.description"],
      ["no-authority", "columns.xxxxxxx.classifications"],
    ]);
    expect(problems[5]?.message).toContain('"custom.*"');
  });

  test("an override or a rule for elements covers nothing by itself", () => {
    const others: RuleText = {
      ...EVERYTHING,
      fields: [
        "classifications",
        "sensitivity",
        "retention",
        "domain",
        "description",
        "lifecycle",
        "custom.*",
        "columns.*.description",
        "columns.*.classifications",
      ],
    };
    const elements: RuleText = { name: "elements", fields: ["owners"], elements: ["*"], authority: "lakehouse" };
    expect(
      problemsOf([others, override({ assets: { names: ["**"] } }), elements]).map((it) => it.counterexample?.field),
    ).toEqual(["owners"]);
  });

  test("with one lakehouse the schema is its own without a rule", () => {
    const treaty = compile([EVERYTHING]);
    const [part] = treaty.decide(asset("a.b"), field("schema"));
    expect(part.rule).toMatchObject({ name: "schema-from-lakehouse", authority: LAKEHOUSE, mirrors: [] });
    expect(treaty.rules.map((it) => it.name)).toEqual(["everything", "schema-from-lakehouse"]);
  });

  test("with two lakehouses somebody must say whose the schema is", () => {
    const two: readonly TreatySource[] = [...SOURCES, { id: parseSourceId("other"), role: "lakehouse" }];
    expect(problemsOf([EVERYTHING], {}, two)).toMatchObject([
      { code: "no-authority", counterexample: { field: "schema" } },
    ]);
    const base: RuleText = { name: "schema", fields: ["schema"], authority: "lakehouse" };
    const other: RuleText = {
      name: "other-schema",
      assets: { sources: ["other"] },
      fields: ["schema"],
      authority: "other",
    };
    const treaty = compile([EVERYTHING, base, other], {}, two);
    expect(ruleFor(treaty.decide(asset("a.b", { sources: [parseSourceId("other")] }), field("schema")))).toBe(
      "other-schema",
    );
    expect(ruleFor(treaty.decide(asset("a.b"), field("schema")))).toBe("schema");
  });
});

describe("A treaty must be unambiguous", () => {
  test.each<[string, readonly RuleText[], object]>([
    [
      "two overrides whose names meet",
      [override({}), override({ name: "eu", assets: { names: ["*.eu.*"] } })],
      { asset: { name: "finance.eu.x", kind: "TABLE" }, field: "owners" },
    ],
    [
      "an override by name and one by source, kind and label",
      [
        override({}),
        override({
          name: "eu",
          assets: { sources: ["lakehouse"], kinds: ["VIEW"], labels: { team: ["a", "b"] } },
          fields: ["*"],
        }),
      ],
      { asset: { kind: "VIEW", labels: { team: "a" }, sources: [LAKEHOUSE] }, field: "owners" },
    ],
    [
      "two base rules for one field",
      [
        { ...EVERYTHING, name: "a", fields: ["owners"] },
        { ...EVERYTHING, name: "b", fields: ["owners"] },
      ],
      { field: "owners" },
    ],
    ["two rules for the rest", [{ ...EVERYTHING, name: "a" }], { field: "owners" }],
    [
      "patterns of custom fields that meet",
      [
        { ...EVERYTHING, name: "a", fields: ["custom.cost*"] },
        { ...EVERYTHING, name: "b", fields: ["custom.*Center"] },
      ],
      { field: "custom.costCenter" },
    ],
    [
      "patterns of columns that meet",
      [override({ fields: ["columns.a.*.description"] }), override({ name: "b", fields: ["columns.*.b.description"] })],
      { field: "columns.a.b.description" },
    ],
    [
      "elements that meet",
      [
        { name: "a", fields: ["classifications"], elements: ["x.*", "ops.*"], authority: "lakehouse" },
        { name: "b", fields: ["classifications"], elements: ["*.tier"], authority: "catalog" },
      ],
      { field: "classifications", element: "x.tier" },
    ],
  ])("%s are refused with an example", (_title, rules, counterexample) => {
    const problems = problemsOf([EVERYTHING, ...rules]);
    expect(problems).toMatchObject([{ code: "ambiguous", counterexample }]);
    expect(problems[0]?.message).toContain("priority");
  });

  test.each<[string, readonly RuleText[]]>([
    ["a priority", [override({}), override({ name: "eu", assets: { names: ["*.eu.*"] }, priority: 1 })]],
    ["other kinds", [override({ assets: { kinds: ["TABLE"] } }), override({ name: "b", assets: { kinds: ["VIEW"] } })]],
    ["other fields", [override({}), override({ name: "b", fields: ["domain", "custom.a"] })]],
    ["other names", [override({}), override({ name: "b", assets: { names: ["sales.**"] } })]],
    [
      "other labels",
      [override({ assets: { labels: { t: "a" } } }), override({ name: "b", assets: { labels: { t: ["b", "c"] } } })],
    ],
    [
      "a field that no asset of that kind has",
      [
        override({ assets: { kinds: ["NAMESPACE"] }, fields: ["*"] }),
        override({ name: "b", fields: ["columns.*.description"] }),
      ],
    ],
    [
      "other elements",
      [
        { name: "a", fields: ["classifications"], elements: ["ops.*"], authority: "lakehouse" },
        {
          name: "b",
          fields: ["classifications", "columns.*.classifications"],
          elements: ["dq.*"],
          authority: "lakehouse",
        },
      ],
    ],
    [
      "another sort: elements, override, named field, the rest",
      [
        override({ fields: ["classifications"] }),
        { ...EVERYTHING, name: "named", fields: ["classifications"] },
        { name: "elements", fields: ["classifications"], elements: ["ops.*"], authority: "lakehouse" },
        override({ name: "own elements", fields: ["classifications"], elements: ["ops.*"] }),
      ],
    ],
  ])("%s sets rules apart", (_title, rules) => {
    expect(problemsOf([EVERYTHING, ...rules])).toEqual([]);
  });

  test("every pair of rules is told once, up to twenty", () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      override({ name: `r${index}`, fields: ["owners", "domain"] }),
    );
    expect(problemsOf([EVERYTHING, ...many.slice(0, 3)]).map((it) => it.path)).toEqual([
      ["rules", 2, "name"],
      ["rules", 3, "name"],
      ["rules", 3, "name"],
    ]);
    expect(problemsOf([EVERYTHING, ...many])).toHaveLength(20);
  });
});

describe("A rule that cannot be carried out is refused, and where it stands is told", () => {
  const base = (rest: Partial<RuleText>): RuleText => ({ ...EVERYTHING, name: "r", fields: ["owners"], ...rest });
  test.each<[string, RuleText, string, readonly (string | number)[]]>([
    ["a source that is not there", base({ authority: "nowhere" }), "unknown-source", ["authority"]],
    ["a mirror that is not there", base({ mirrors: ["lakehouse", "nowhere"] }), "unknown-source", ["mirrors", 1]],
    [
      "a selector's source that is not there",
      override({ assets: { sources: ["nowhere"] } }),
      "unknown-source",
      ["assets", "sources", 0],
    ],
    ["the authority as a mirror", base({ mirrors: ["catalog"] }), "authority-is-mirror", ["mirrors", 0]],
    ["a mirror twice", base({ mirrors: ["lakehouse", "lakehouse"] }), "duplicate-mirror", ["mirrors", 1]],
    ["a field that does not exist", base({ fields: ["owners", "owner"] }), "bad-field-pattern", ["fields", 1]],
    ["a field beside the rest", base({ fields: ["*", "owners"] }), "bad-field-pattern", ["fields", 1]],
    ["a custom field that cannot exist", base({ fields: ["custom.1*"] }), "bad-field-pattern", ["fields", 0]],
    ["no fields", base({ fields: [] }), "empty-list", ["fields"]],
    [
      "a bad pattern of names",
      override({ assets: { names: ["finance.**", "a..b"] } }),
      "bad-name-pattern",
      ["assets", "names", 1],
    ],
    ["an empty list of names", override({ assets: { names: [] } }), "empty-list", ["assets", "names"]],
    [
      "a label without values",
      override({ assets: { labels: { team: [] } } }),
      "empty-list",
      ["assets", "labels", "team"],
    ],
    [
      "a field that these kinds do not have",
      override({ assets: { kinds: ["NAMESPACE"] }, fields: ["owners", "schema"] }),
      "never-matches",
      ["fields", 1],
    ],
    ["merging what is no set", base({ fields: ["owners", "domain"], merge: "set" }), "merge-not-possible", ["merge"]],
    ["a custom field as a set", base({ fields: ["custom.a"], merge: "set" }), "merge-not-possible", ["merge"]],
    ["the most restrictive of what has no order", base({ onConflict: "most-restrictive" }), "no-order", ["onConflict"]],
    ["elements of what has none", base({ fields: ["domain"], elements: ["a"] }), "elements-not-possible", ["elements"]],
    ["elements of everything", base({ fields: ["*"], elements: ["a"] }), "elements-not-possible", ["elements"]],
    ["no elements", base({ elements: [] }), "empty-list", ["elements"]],
    ["an element that cannot exist", base({ elements: ["a b"] }), "bad-element-pattern", ["elements", 0]],
    [
      "a classification that cannot exist",
      base({ fields: ["classifications"], elements: ["-a"] }),
      "bad-element-pattern",
      ["elements", 0],
    ],
    [
      "a mode for a stranger",
      base({ mirrors: [], mode: { lakehouse: "enforce" } }),
      "mode-not-possible",
      ["mode", "lakehouse"],
    ],
    ["seed-once at the authority", base({ mode: { catalog: "seed-once" } }), "mode-not-possible", ["mode", "catalog"]],
    [
      "a schema that the catalog decides on",
      base({ fields: ["schema"], mirrors: [] }),
      "schema-authority",
      ["authority"],
    ],
    [
      "a schema with mirrors",
      base({ fields: ["schema"], authority: "lakehouse", mirrors: ["catalog"] }),
      "schema-mirrored",
      ["mirrors"],
    ],
    ["the name of the gateway's own rule", base({ name: "schema-from-lakehouse" }), "reserved-name", ["name"]],
    ["a name that is taken", base({ name: "everything" }), "duplicate-rule", ["name"]],
  ])("%s", (_title, rule, code, path) => {
    const problems = problemsOf([EVERYTHING, rule]).filter((it) => it.code !== "no-authority");
    expect(problems.map((it) => [it.code, it.path])).toContainEqual([code, ["rules", 1, ...path]]);
    expect(problems.every((it) => it.message.endsWith(".") && it.message.length > 40)).toBe(true);
  });

  test("all problems of all rules come in one go", () => {
    const codes = problemsOf([
      base({ authority: "nowhere", merge: "set", fields: ["domain"] }),
      override({ mirrors: ["lakehouse"] }),
    ]).map((it) => it.code);
    expect(codes).toEqual(
      expect.arrayContaining(["unknown-source", "merge-not-possible", "authority-is-mirror", "no-authority"]),
    );
  });
});

describe("Settings besides the rules", () => {
  test("have the documented defaults", () => {
    const treaty = compile([EVERYTHING]);
    expect(treaty.sensitivityLevels).toEqual(["PUBLIC", "INTERNAL", "CONFIDENTIAL", "RESTRICTED"]);
    expect(treaty.deletion).toEqual({ misses: 3, graceMs: 3_600_000 });
    expect(treaty.guards).toEqual({
      maxRemovals: 1_000,
      maxRemovalPercent: 10,
      maxRewrites: 10_000,
      maxRewritePercent: 50,
      maxRetirements: 1_000,
      maxRetirementPercent: 10,
    });
    expect(treaty.rules[0]).toMatchObject({
      onForeignWrite: "review",
      onConflict: "review",
      onFirstSight: "review",
      defaultMode: "observe",
    });
  });

  test("take what is stated", () => {
    const treaty = compile([EVERYTHING], {
      sensitivityLevels: ["LOW", "HIGH"],
      deletion: { misses: 1, gracePeriod: "PT0S" },
      guards: { maxRemovals: 5, maxRewritePercent: 12.5 },
      defaults: { mode: "enforce", onForeignWrite: "revert", onConflict: "authority", onFirstSight: "union" },
    });
    expect(treaty.sensitivityLevels).toEqual(["LOW", "HIGH"]);
    expect(treaty.deletion).toEqual({ misses: 1, graceMs: 0 });
    expect(treaty.guards).toMatchObject({ maxRemovals: 5, maxRemovalPercent: 10, maxRewritePercent: 12.5 });
    expect(treaty.rules[0]).toMatchObject({
      onForeignWrite: "revert",
      onConflict: "authority",
      onFirstSight: "union",
      defaultMode: "enforce",
    });
  });

  test("an ephemeral asset is held back until it is old enough, another one never", () => {
    const treaty = compile([EVERYTHING], { ephemeral: { names: ["**.tmp_*"], youngerThan: "PT10M" } });
    expect(treaty.ephemeralUntilMs(asset("a.tmp_1"), 1_000)).toBe(601_000);
    expect(treaty.ephemeralUntilMs(asset("a.orders"), 1_000)).toBeUndefined();
    expect(compile([EVERYTHING], { ephemeral: { youngerThan: "PT10M" } }).ephemeralUntilMs(asset("a"), 0)).toBe(
      600_000,
    );
    expect(compile([EVERYTHING]).ephemeralUntilMs(asset("a.tmp_1"), 0)).toBeUndefined();
  });

  test.each([
    [{ sensitivityLevels: [] }, ["sensitivityLevels"]],
    [{ sensitivityLevels: ["A", "A"] }, ["sensitivityLevels"]],
    [{ deletion: { misses: 0 } }, ["deletion", "misses"]],
    [{ deletion: { gracePeriod: "1h" } }, ["deletion", "gracePeriod"]],
    [{ ephemeral: { youngerThan: "P1M" } }, ["ephemeral", "youngerThan"]],
    [{ ephemeral: { youngerThan: "P1D", names: ["a", "a..b"] } }, ["ephemeral", "names", 1]],
    [{ guards: { maxRemovals: -1 } }, ["guards", "maxRemovals"]],
    [{ guards: { maxRewritePercent: 101 } }, ["guards", "maxRewritePercent"]],
    [{ guards: { maxRemovalPercent: Number.NaN } }, ["guards", "maxRemovalPercent"]],
  ])("%j is refused", (rest, path) => {
    expect(problemsOf([EVERYTHING], rest).map((it) => it.path)).toEqual([path]);
  });
});

test("a treaty of a thousand overrides is proved and decides", () => {
  const rules = Array.from({ length: 1_000 }, (_, at) =>
    override({ name: `r${at}`, assets: { names: [`team${at}.**`] } }),
  );
  const treaty = compile([EVERYTHING, ...rules]);
  expect(ruleFor(treaty.decide(asset("team999.orders"), field("owners")))).toBe("r999");
  expect(treaty.decide(asset("other.orders"), field("owners"))[0].rule.authority).toBe(CATALOG);
});
