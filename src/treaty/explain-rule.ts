import type { CompiledTreaty } from "./compile.ts";
import type { AssetFacts, FieldFacts, Part } from "./decision.ts";
import { fieldNameOf } from "./field-pattern.ts";
import { type Claim, type ClaimSort, compareClaims, type ParsedRule, toClaims } from "./parsed-rule.ts";
import { describeMismatch, describeSelector } from "./selector.ts";

/** What became of one rule for one asset and field. */
export interface RuleVerdict {
  readonly rule: string;
  /** governs: it decides, for its elements or for all that no other rule claims. beaten: it matches, but another goes before it. */
  readonly verdict: "governs" | "beaten" | "no-match";
  /** Element patterns; empty for a rule for the whole field. */
  readonly elements: readonly string[];
  /** One sentence. */
  readonly because: string;
}

export interface RuleExplanation {
  /** As `treaty.decide` answers. */
  readonly parts: readonly [Part, ...Part[]];
  /** Every rule of the treaty: first those that govern, in order, then the beaten, then those that do not match. */
  readonly verdicts: readonly RuleVerdict[];
}

const REASON_BY_SORT: Readonly<Record<ClaimSort, string>> = {
  "scoped-elements": "It is for elements of these assets, which goes before every other rule",
  elements: "It is for elements, which goes before rules for the whole field",
  override: "It is an override for these assets, which goes before rules for all assets",
  base: "It is the rule for this field on all assets",
  "catch-all": 'It is the "*" rule, which holds where no other rule names the field',
};
const ORDER = ["governs", "beaten", "no-match"] as const;

/** Which rules match, which of them decides, and why. Agrees with `treaty.decide`. */
export function explainRule(treaty: CompiledTreaty, asset: AssetFacts, field: FieldFacts): RuleExplanation {
  const claims = treaty.parsedRules.flatMap((it) => matchingClaim(it, asset, field) ?? []).sort(compareClaims);
  const winner = claims.find((it) => !it.parsed.elements);
  const verdicts = [
    ...claims.map((it) => toVerdict(it, winner)),
    ...treaty.parsedRules
      .filter((rule) => !claims.some((it) => it.parsed === rule))
      .map((it) => toMiss(it, asset, field)),
  ];
  return {
    parts: treaty.decide(asset, field),
    verdicts: verdicts.sort((left, right) => ORDER.indexOf(left.verdict) - ORDER.indexOf(right.verdict)),
  };
}

/** The strongest claim of the rule on this field; undefined if the rule does not match. */
function matchingClaim(parsed: ParsedRule, asset: AssetFacts, field: FieldFacts): Claim | undefined {
  if (describeMismatch(parsed.selector, asset) !== undefined) return undefined;
  const name = fieldNameOf(field);
  return toClaims(parsed)
    .filter((it) => it.pattern.kind === field.kind && it.pattern.matches(name))
    .sort(compareClaims)[0];
}

function toVerdict(claim: Claim, winner: Claim | undefined): RuleVerdict {
  const { parsed, sort } = claim;
  const elements = parsed.elements?.texts ?? [];
  if (claim === winner || parsed.elements) {
    const scope = parsed.scoped ? ` (${describeSelector(parsed.selector)})` : "";
    const priority = parsed.priority === 0 ? "" : `, with priority ${parsed.priority}`;
    return { rule: parsed.name, verdict: "governs", elements, because: `${REASON_BY_SORT[sort]}${scope}${priority}.` };
  }
  return { rule: parsed.name, verdict: "beaten", elements, because: winner ? whyBeaten(claim, winner) : "" };
}

function whyBeaten(claim: Claim, winner: Claim): string {
  if (winner.sort === claim.sort) {
    return `It matches, but "${winner.parsed.name}" has the higher priority (${winner.parsed.priority} over ${claim.parsed.priority}).`;
  }
  const rank = winner.sort === "override" ? "is an override for this asset" : 'names the field, and "*" yields to that';
  return `It matches, but "${winner.parsed.name}" ${rank}.`;
}

function toMiss(parsed: ParsedRule, asset: AssetFacts, field: FieldFacts): RuleVerdict {
  const because =
    describeMismatch(parsed.selector, asset) ?? `its fields (${parsed.fieldTexts.join(", ")}) leave out ${field.path}`;
  return {
    rule: parsed.name,
    verdict: "no-match",
    elements: parsed.elements?.texts ?? [],
    because: `It does not match: ${because}.`,
  };
}
