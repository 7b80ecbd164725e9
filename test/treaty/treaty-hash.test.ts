import { expect, test } from "vitest";
import type { RuleText, TreatyText } from "../../src/treaty/treaty-text.ts";
import { compile, EVERYTHING } from "./treaty-fixture.ts";

const RULE: RuleText = {
  name: "r",
  assets: {
    names: ["a", "b"],
    kinds: ["TABLE", "VIEW"],
    sources: ["catalog", "lakehouse"],
    labels: { x: ["1", "2"], y: "1" },
  },
  fields: ["owners", "classifications"],
  elements: ["a", "b"],
  authority: "catalog",
  mirrors: ["lakehouse"],
  mode: { catalog: "enforce", lakehouse: "observe" },
};
const hash = (rule: RuleText = RULE, rest: Omit<TreatyText, "rules"> = {}) => compile([EVERYTHING, rule], rest).hash;

test("what means the same has the same hash", () => {
  expect(hash()).toMatch(/^[0-9a-f]{64}$/);
  expect(hash({ ...RULE, fields: ["classifications", "owners"], elements: ["b", "a", "b"] })).toBe(hash());
  expect(
    hash({
      ...RULE,
      assets: {
        labels: { y: ["1"], x: ["2", "1"] },
        sources: ["lakehouse", "catalog"],
        kinds: ["VIEW", "TABLE"],
        names: ["b", "a"],
      },
    }),
  ).toBe(hash());
  expect(
    hash({
      ...RULE,
      mode: { lakehouse: "observe", catalog: "enforce" },
      priority: 0,
      onConflict: "review",
      merge: "map",
    }),
  ).toBe(hash());
  expect(
    hash(RULE, {
      defaults: { onFirstSight: "review" },
      deletion: { gracePeriod: "PT60M" },
      guards: { maxRemovals: 1_000 },
    }),
  ).toBe(hash());
});

test.each<[Partial<RuleText>, Omit<TreatyText, "rules">]>([
  [{ name: "s" }, {}],
  [{ priority: 1 }, {}],
  [{ elements: ["a"] }, {}],
  [{ assets: { names: ["a"] } }, {}],
  [{ assets: undefined }, {}],
  [{ fields: ["owners"] }, {}],
  [{ mirrors: [], mode: "observe" }, {}],
  [{ mode: "enforce" }, {}],
  [{ merge: "set" }, {}],
  [{ onForeignWrite: "revert" }, {}],
  [{ onConflict: "authority" }, {}],
  [{ onFirstSight: "union" }, {}],
  [{}, { sensitivityLevels: ["RESTRICTED", "CONFIDENTIAL", "INTERNAL", "PUBLIC"] }],
  [{}, { ephemeral: { youngerThan: "PT1H" } }],
  [{}, { deletion: { misses: 4 } }],
  [{}, { guards: { maxRewrites: 1 } }],
])("what means something else has another hash: %j %j", (rule, rest) => {
  expect(hash({ ...RULE, ...rule }, rest)).not.toBe(hash());
});
