import { describe, expect, test } from "vitest";
import type { SourceId } from "../../src/domain/ids.ts";
import { effectiveMode } from "../../src/treaty/decision.ts";
import type { RuleText } from "../../src/treaty/treaty-text.ts";
import { asset, CATALOG, compile, EVERYTHING, field, LAKEHOUSE, ruleFor } from "./treaty-fixture.ts";

describe("Which rule decides", () => {
  const rules: readonly RuleText[] = [
    EVERYTHING,
    { name: "named", fields: ["owners", "custom.*", "columns.*.description"], authority: "catalog" },
    { name: "cost", fields: ["custom.cost*"], authority: "lakehouse", priority: 1 },
    {
      name: "finance",
      assets: { names: ["finance.**"] },
      fields: ["owners", "custom.costCenter"],
      authority: "lakehouse",
    },
    {
      name: "finance-eu",
      assets: { names: ["finance.eu.**"], labels: { live: "yes" } },
      fields: ["owners"],
      authority: "catalog",
      priority: 5,
    },
    { name: "prices", assets: { kinds: ["TABLE"] }, fields: ["columns.**.price.description"], authority: "lakehouse" },
  ];
  const treaty = compile(rules);

  test.each([
    ["a.b", "domain", "everything"],
    ["a.b", "owners", "named"],
    ["a.b", "custom.team", "named"],
    ["a.b", "custom.costCenter", "cost"],
    ["finance.b", "custom.costCenter", "finance"],
    ["finance.b", "custom.costs", "cost"],
    ["finance.b", "owners", "finance"],
    ["finance.eu.b", "owners", "finance"],
    ["a.b", "columns.x.description", "named"],
    ["a.b", "columns.items.price.description", "prices"],
    ["a.b", "columns.items.price.classifications", "everything"],
  ])("%s %s: %s", (name, path, rule) => {
    expect(ruleFor(treaty.decide(asset(name), field(path)))).toBe(rule);
  });

  test("quoted segments are matched by what they hold", () => {
    const quoted = compile([
      EVERYTHING,
      { name: "odd", assets: { names: ['"my data".**', "finance.*"] }, fields: ["owners"], authority: "lakehouse" },
      { name: "exact", assets: { names: ["sales"] }, fields: ["owners"], authority: "lakehouse" },
    ]);
    const names = [
      '"my data".orders',
      'finance."q1.orders"',
      "finance.q1.orders",
      "finance.orders",
      "sales",
      "sales.orders",
      '"sales"',
    ];
    expect(names.map((it) => ruleFor(quoted.decide(asset(it), field("owners"))))).toEqual([
      "odd", "odd", "everything", "odd", "exact", "everything", "exact",
    ]); // biome-ignore format: one glance
  });

  test("an asset that is asked for again after it changed is looked at anew", () => {
    const labels = {};
    const facts = (sources: readonly SourceId[], own = labels) => asset("finance.eu.b", { labels: own, sources });
    const bound = compile([
      EVERYTHING,
      { name: "bound", assets: { sources: ["lakehouse"] }, fields: ["owners"], authority: "lakehouse" },
    ]);
    const ruleOf = (sources: readonly SourceId[]) => ruleFor(bound.decide(facts(sources), field("owners")));
    expect([ruleOf([CATALOG]), ruleOf([LAKEHOUSE]), ruleOf([]), ruleOf([CATALOG, LAKEHOUSE])]).toEqual([
      "everything",
      "bound",
      "everything",
      "bound",
    ]);
    expect(ruleFor(treaty.decide(facts([]), field("owners")))).toBe("finance");
    expect(ruleFor(treaty.decide(facts([], { live: "yes" }), field("owners")))).toBe("finance-eu");
  });

  test("labels, kinds and bindings are looked at", () => {
    expect(ruleFor(treaty.decide(asset("finance.eu.b", { labels: { live: "yes" } }), field("owners")))).toBe(
      "finance-eu",
    );
    expect(ruleFor(treaty.decide(asset("a.b", { kind: "VIEW" }), field("columns.items.price.description")))).toBe(
      "named",
    );
    const bound = compile([
      EVERYTHING,
      { name: "bound", assets: { sources: ["lakehouse"] }, fields: ["owners"], authority: "lakehouse" },
    ]);
    expect(ruleFor(bound.decide(asset("a"), field("owners")))).toBe("bound");
    expect(ruleFor(bound.decide(asset("a", { sources: [CATALOG] }), field("owners")))).toBe("everything");
  });

  test("a label that every object inherits is no label of the asset", () => {
    const inherited = compile([
      EVERYTHING,
      { name: "r", assets: { labels: { constructor: "x" } }, fields: ["owners"], authority: "lakehouse" },
    ]);
    expect(ruleFor(inherited.decide(asset("a"), field("owners")))).toBe("everything");
  });

  test("equal questions have the identical answer, so that callers can tell it by identity", () => {
    expect(treaty.decide(asset("a.b"), field("domain"))).toBe(treaty.decide(asset("c.d"), field("domain")));
  });

  test("a malformed name or a field that the kind does not have still gets an answer", () => {
    expect(treaty.decide(asset('a."'), field("owners"))).toHaveLength(1);
    expect(treaty.decide(asset("a", { kind: "NAMESPACE" }), field("schema"))).toHaveLength(1);
  });
});

describe("Elements of one field", () => {
  const treaty = compile([
    EVERYTHING,
    { name: "ops", fields: ["classifications"], elements: ["ops.*"], authority: "lakehouse", mirrors: ["catalog"] },
    { name: "tiers", fields: ["classifications"], elements: ["*.tier", "slo"], authority: "catalog", priority: 1 },
    {
      name: "finance-ops",
      assets: { names: ["finance.**"] },
      fields: ["classifications"],
      elements: ["ops.*"],
      authority: "catalog",
    },
    { name: "finance", assets: { names: ["finance.**"] }, fields: ["classifications"], authority: "lakehouse" },
  ]);
  const parts = treaty.decide(asset("a.b"), field("classifications"));

  test("each go to the rule that claims them, the rest to the last part", () => {
    expect(["ops.x", "ops.tier", "dq.tier", "slo", "pii"].map((it) => ruleFor(parts, it))).toEqual([
      "ops",
      "tiers",
      "tiers",
      "tiers",
      "everything",
    ]);
    expect(parts.map((it) => it.elements)).toEqual([["*.tier", "slo"], ["ops.*"], undefined]);
    expect(parts.at(-1)?.claims).toBeUndefined();
  });

  test("no element is claimed twice", () => {
    expect(parts.filter((it) => it.claims?.("ops.tier")).map((it) => it.rule.name)).toEqual(["tiers"]);
  });

  test("an override changes the rest, and only an override for elements changes who has those", () => {
    const finance = treaty.decide(asset("finance.b"), field("classifications"));
    expect(["ops.x", "dq.tier", "pii"].map((it) => ruleFor(finance, it))).toEqual(["finance-ops", "tiers", "finance"]);
  });

  test("a rule for elements of tags leaves column tags alone", () => {
    expect(treaty.decide(asset("a.b"), field("columns.x.classifications"))).toHaveLength(1);
  });
});

describe("What a rule comes to", () => {
  test("fields are merged as their kind allows, unless the rule says otherwise", () => {
    const treaty = compile([
      EVERYTHING,
      { ...EVERYTHING, name: "whole", fields: ["classifications"], merge: "replace" },
      { ...EVERYTHING, name: "map", fields: ["custom.*"], merge: "map" },
    ]);
    const mergeOf = (path: string) => treaty.decide(asset("a"), field(path))[0].rule.merge;
    expect(["owners", "domain", "classifications", "columns.a.classifications", "custom.a"].map(mergeOf)).toEqual([
      "map",
      "replace",
      "replace",
      "map",
      "map",
    ]);
  });

  test("a default of most-restrictive holds where there is an order, elsewhere a person decides", () => {
    const treaty = compile([EVERYTHING], { defaults: { onConflict: "most-restrictive" } });
    const onConflictOf = (path: string) => treaty.decide(asset("a"), field(path))[0].rule.onConflict;
    expect(["sensitivity", "retention", "classifications", "owners", "description"].map(onConflictOf)).toEqual([
      "most-restrictive",
      "most-restrictive",
      "most-restrictive",
      "review",
      "review",
    ]);
  });

  test("a mode for one source leaves the others at the default, and a source's own mode lowers it", () => {
    const [{ rule }] = compile([{ ...EVERYTHING, mode: { lakehouse: "observe" } }], {
      defaults: { mode: "enforce" },
    }).decide(asset("a"), field("owners"));
    expect([
      effectiveMode(rule, LAKEHOUSE, "enforce"),
      effectiveMode(rule, CATALOG, "enforce"),
      effectiveMode(rule, CATALOG, "pause"),
    ]).toEqual(["observe", "enforce", "pause"]);
  });

  test("seed-once for a rule is for its mirrors; its authority goes on taking mutations", () => {
    const [{ rule }] = compile([{ ...EVERYTHING, mode: "seed-once" }]).decide(asset("a"), field("owners"));
    expect([effectiveMode(rule, LAKEHOUSE, "enforce"), effectiveMode(rule, CATALOG, "enforce")]).toEqual([
      "seed-once",
      "enforce",
    ]);
  });
});
