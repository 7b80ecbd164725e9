import { describe, expect, test } from "vitest";
import { checkCapabilities } from "../../src/treaty/check-capabilities.ts";
import { describeAuthorities } from "../../src/treaty/describe-authorities.ts";
import { explainRule } from "../../src/treaty/explain-rule.ts";
import { asset, CATALOG, compile, EVERYTHING, field, LAKEHOUSE } from "./treaty-fixture.ts";

const treaty = compile(
  [
    EVERYTHING,
    { name: "people", fields: ["owners", "classifications"], authority: "catalog", mirrors: ["lakehouse"] },
    { name: "finance", assets: { names: ["finance.**"] }, fields: ["owners"], authority: "lakehouse" },
    {
      name: "finance-eu",
      assets: { names: ["*.eu.**"], kinds: ["TABLE"] },
      fields: ["owners"],
      authority: "catalog",
      priority: 2,
    },
    { name: "ops", fields: ["classifications"], elements: ["ops.*"], authority: "lakehouse", mirrors: ["catalog"] },
    { name: "cost", fields: ["custom.cost*"], authority: "lakehouse", mode: { lakehouse: "pause" } },
  ],
  { defaults: { mode: "enforce" } },
);

describe("Explaining one field", () => {
  test("tells the rule that decides first, then the beaten ones and those that do not match, each with the reason", () => {
    const { verdicts } = explainRule(treaty, asset("finance.eu.orders"), field("owners"));
    expect(verdicts.map((it) => [it.rule, it.verdict])).toEqual([
      ["finance-eu", "governs"],
      ["finance", "beaten"],
      ["people", "beaten"],
      ["everything", "beaten"],
      ["ops", "no-match"],
      ["cost", "no-match"],
      ["schema-from-lakehouse", "no-match"],
    ]);
    expect(verdicts.map((it) => it.because)).toEqual([
      "It is an override for these assets, which goes before rules for all assets (names *.eu.**; kinds TABLE), with priority 2.",
      'It matches, but "finance-eu" has the higher priority (2 over 0).',
      'It matches, but "finance-eu" is an override for this asset.',
      'It matches, but "finance-eu" is an override for this asset.',
      "It does not match: its fields (classifications) leave out owners.",
      "It does not match: its fields (custom.cost*) leave out owners.",
      "It does not match: its fields (schema) leave out owners.",
    ]);
  });

  test("tells whose elements are whose", () => {
    const { verdicts, parts } = explainRule(treaty, asset("a.b"), field("classifications"));
    expect(verdicts.filter((it) => it.verdict === "governs").map((it) => [it.rule, it.elements])).toEqual([
      ["ops", ["ops.*"]],
      ["people", []],
    ]);
    expect(verdicts.find((it) => it.rule === "everything")?.because).toBe(
      'It matches, but "people" names the field, and "*" yields to that.',
    );
    expect(parts).toBe(treaty.decide(asset("a.b"), field("classifications")));
  });

  test.each([
    [{ kind: "VIEW" as const }, "It does not match: it is for TABLE only."],
    [{}, "It does not match: no name pattern of it matches a.b."],
  ])("tells why a rule does not match %j", (rest, because) => {
    expect(
      explainRule(treaty, asset("a.b", rest), field("owners")).verdicts.find((it) => it.rule === "finance-eu")?.because,
    ).toBe(because);
  });

  test.each([
    [
      { sources: [LAKEHOUSE] },
      "It is an override for these assets, which goes before rules for all assets (bound in lakehouse; label t=1|2).",
    ],
    [{ sources: [CATALOG] }, "It does not match: the asset is not bound in lakehouse."],
    [{ sources: [LAKEHOUSE], labels: {} }, "It does not match: the asset's label t is not 1 or 2."],
  ])("tells of bindings and labels: %j", (rest, because) => {
    const bound = compile([
      EVERYTHING,
      {
        name: "r",
        assets: { sources: ["lakehouse"], labels: { t: ["1", "2"] } },
        fields: ["owners"],
        authority: "lakehouse",
      },
    ]);
    expect(
      explainRule(bound, asset("a", { labels: { t: "2" }, ...rest }), field("owners")).verdicts.find(
        (it) => it.rule === "r",
      )?.because,
    ).toBe(because);
  });
});

describe("Who has authority over what", () => {
  const rows = describeAuthorities(treaty);

  test("is told for every field of every kind of asset", () => {
    expect(rows).toHaveLength(8 + 11 + 11);
    expect(rows.filter((it) => it.assetKind === "NAMESPACE").map((it) => it.fields)).toEqual([
      "owners", "classifications", "sensitivity", "retention", "domain", "description", "lifecycle", "custom.*",
    ]); // biome-ignore format: one glance
    expect(rows.find((it) => it.assetKind === "VIEW" && it.fields === "schema")?.rule.authority).toBe(LAKEHOUSE);
  });

  test("with the exceptions, the strongest first, that can apply to that kind", () => {
    const owners = (kind: string) => rows.find((it) => it.assetKind === kind && it.fields === "owners")?.exceptions;
    expect(owners("TABLE")?.map((it) => [it.rule.name, it.scope])).toEqual([
      ["finance-eu", "assets: names *.eu.**; kinds TABLE"],
      ["finance", "assets: names finance.**"],
    ]);
    expect(owners("VIEW")?.map((it) => it.rule.name)).toEqual(["finance"]);
    const other = rows
      .filter((it) => it.assetKind === "TABLE" && /custom|^class/.test(it.fields))
      .flatMap((it) => it.exceptions);
    expect(other.map((it) => it.scope)).toEqual(["elements: ops.*", "custom.cost*"]);
  });

  test("with the mode for the authority and each mirror", () => {
    expect(rows[0]?.modes).toEqual([
      { source: CATALOG, mode: "enforce" },
      { source: LAKEHOUSE, mode: "enforce" },
    ]);
    expect(rows.find((it) => it.fields === "custom.*")?.exceptions[0]?.rule.modes).toEqual({ lakehouse: "pause" });
  });
});

describe("What the sources cannot do", () => {
  test("is told once a rule, source and field, with the kinds of assets", () => {
    const small = compile([EVERYTHING]);
    const everywhere = ["NAMESPACE", "TABLE", "VIEW"] as const;
    const warnings = checkCapabilities(small, (source) =>
      source === CATALOG
        ? undefined
        : [
            ...small.table.TABLE.owners.whole.map(() => ({
              field: "owners" as const,
              kinds: ["TABLE" as const],
              write: true,
            })),
            ...(
              [
                "classifications",
                "sensitivity",
                "retention",
                "domain",
                "description",
                "lifecycle",
                "custom",
                "schema",
              ] as const
            ).map((it) => ({ field: it, kinds: everywhere, write: it !== "domain" })),
            { field: "columns.description", kinds: everywhere, write: true },
            { field: "columns.classifications", kinds: everywhere, write: true },
          ],
    );
    expect(warnings.map((it) => it.message)).toEqual([
      'Rule "everything": lakehouse is a mirror, but cannot hold owners of namespace, view.',
      'Rule "everything": lakehouse is a mirror, but nothing can be written to its domain of namespace, table, view.',
    ]);
  });

  test("an authority that cannot hold the field is told as well", () => {
    const warnings = checkCapabilities(compile([EVERYTHING]), (source) => (source === LAKEHOUSE ? undefined : []));
    expect(warnings).toHaveLength(10);
    expect(warnings[0]?.message).toBe(
      'Rule "everything": catalog is the authority, but cannot hold owners of namespace, table, view.',
    );
  });
});
