import { describe, expect, test } from "vitest";
import type { FieldKey } from "../../src/domain/field.ts";
import { explainField } from "../../src/plan/explain.ts";
import type { Explanation } from "../../src/ports/gateway.ts";
import {
  atRest,
  CATALOG,
  facts,
  type History,
  LAKEHOUSE,
  openDrift,
  snapshot,
  table,
  treatyOf,
} from "./asset-fixture.ts";

const NOW = Date.UTC(2026, 0, 2);

function explain(history: History, key = "domain"): Explanation {
  return explainField(history.treaty, history.sources, history.state, key as FieldKey, NOW);
}

describe("why a field is as it is", () => {
  test("names the rule, the modes, the base, and says that the mirror agrees", () => {
    const it = explain(atRest({ domain: "sales" }));
    expect(it).toMatchObject({
      field: { authority: CATALOG, value: "sales" },
      mode: [
        { source: CATALOG, mode: "enforce" },
        { source: LAKEHOUSE, mode: "enforce" },
      ],
      bases: [{ mirror: LAKEHOUSE, value: "sales" }],
    });
    expect(it.rules[0]).toMatchObject({ name: "governance", decides: true });
    expect(it.decision).toBe('catalog has authority by rule governance and says "sales". lakehouse agrees.');
  });

  test("names every rule that has a say in a part of the field", () => {
    const names = explain(atRest({ classifications: [{ name: "pii", value: null }] }), "classifications")
      .rules.filter((it) => it.decides)
      .map((it) => it.name);
    expect(names.toSorted()).toEqual(["governance", "ops"]);
  });

  test.each<[string, (history: History) => void, RegExp]>([
    [
      "the authority changed",
      (it) => void it.look(CATALOG, snapshot({ domain: "hr" }, { stableId: "record-1" })),
      /says "hr"\. lakehouse is to get it\./,
    ],
    [
      "somebody wrote to the mirror",
      (it) => void it.look(LAKEHOUSE, snapshot({ domain: "hr" })),
      /lakehouse holds "hr" by a FOREIGN_WRITE; it is put back\./,
    ],
    [
      "the mirror's value was taken away",
      (it) => void it.look(LAKEHOUSE, snapshot({})),
      /lakehouse holds nothing by a FOREIGN_WRITE/,
    ],
    [
      "the authority has none any more",
      (it) => void it.look(CATALOG, snapshot({}, { stableId: "record-1" })),
      /says that there is none\. lakehouse is to get it\./,
    ],
    [
      "the authority is silent",
      (it) => void (it.sources = table(facts(CATALOG, { mode: "pause" }))),
      /cannot say what it is now\. Nothing can be concluded of lakehouse now\./,
    ],
  ])("%s", (_, happen, sentence) => {
    const history = atRest({ domain: "sales" });
    happen(history);
    expect(explain(history).decision).toMatch(sentence);
  });

  test.each<[Parameters<typeof treatyOf>[0], RegExp]>([
    [{ onForeignWrite: "adopt" }, /it is taken over by the authority\./],
    [{ onForeignWrite: "review" }, /a person has to decide: rule governance asks for a review\./],
    [{ mode: "observe" }, /nothing is written: lakehouse is in mode observe\./],
  ])("of a foreign write under %j", (change, sentence) => {
    const history = atRest({ domain: "sales" }, treatyOf(change));
    history.look(LAKEHOUSE, snapshot({ domain: "hr" }));
    expect(explain(history).decision).toMatch(sentence);
  });

  test("values stand in the words of their field, not as JSON", () => {
    const retention = { duration: "P7Y", basis: "GDPR", legalHold: false };
    const history = atRest({ retention });
    history.look(LAKEHOUSE, snapshot({ retention: { ...retention, duration: "P1D", basis: null } }));
    expect(explain(history, "retention").decision).toBe(
      "catalog has authority by rule governance and says P7Y (GDPR). lakehouse holds P1D by a FOREIGN_WRITE; it is put back.",
    );
  });

  test("shows open drifts, and cuts what is too long to read", () => {
    const history = atRest({ domain: "x".repeat(199) }).with({ drifts: [openDrift({})] });
    expect(explain(history).field.drifts).toHaveLength(1);
    expect(explain(history).decision.length).toBeLessThan(300);
  });
});
