import { ASSET_KINDS, type AssetKind } from "../domain/asset.ts";
import { FIELD_KINDS, type FieldKind, isFieldOn } from "../domain/field.ts";
import type { AssetFacts, FieldFacts } from "./decision.ts";
import { isTotalClaim } from "./decision-table.ts";
import { intersectElements } from "./element-pattern.ts";
import { intersectFieldPatterns, toFieldFacts } from "./field-pattern.ts";
import { type Claim, type ParsedRule, toClaims } from "./parsed-rule.ts";
import { describeSelector, intersectSelectors } from "./selector.ts";
import type { Counterexample, TreatyProblem } from "./treaty-problem.ts";

const MAX_AMBIGUITIES = 20;
const PATTERN_BY_KIND: Partial<Record<FieldKind, string>> = {
  custom: "custom.*",
  "columns.description": "columns.*.description",
  "columns.classifications": "columns.*.classifications",
};

function kindsWith(field: FieldKind): readonly AssetKind[] {
  return ASSET_KINDS.filter((it) => isFieldOn(it, field));
}

/** What a base rule must name to cover every field of the kind: "owners", "custom.*". */
export function wholeKindPattern(field: FieldKind): string {
  return PATTERN_BY_KIND[field] ?? field;
}

/** One problem for each kind of field that some asset has and no base rule covers. */
export function proveTotal(rules: readonly ParsedRule[]): readonly TreatyProblem[] {
  const claims = rules.flatMap(toClaims);
  return FIELD_KINDS.filter((field) => !claims.some((it) => it.pattern.kind === field && isTotalClaim(it))).map(
    (field) => {
      const pattern = wholeKindPattern(field);
      const asset = {
        name: "example",
        kind: kindsWith(field).at(1) ?? "TABLE",
        labels: {},
        sources: [],
      } satisfies AssetFacts;
      const message =
        `No rule gives ${pattern} an authority (on ${kindsWith(field).join(", ")}). ` +
        `Name "${pattern}" in a rule that has neither assets nor elements${field === "schema" ? "." : ', or add a rule with fields ["*"].'}`;
      return {
        code: "no-authority",
        message,
        path: ["rules"],
        counterexample: { asset, field: uncovered(claims, field).path },
      };
    },
  );
}

/** A field of the kind that no base rule matches: its name is made of a character that no pattern has. */
function uncovered(claims: readonly Claim[], kind: FieldKind): FieldFacts {
  const base = claims.filter((it) => it.pattern.kind === kind && !it.parsed.scoped && !it.parsed.elements);
  const letters = [..."xyzqjkvwbghmnpfdtlrcusoaieXYZQJKVWBGHMNPFDTLRCUSOAIE"];
  const name = letters.map((it) => it.repeat(7)).find((it) => !base.some(({ pattern }) => pattern.matches(it)));
  return toFieldFacts(kind, name ?? "example");
}

/** One problem for each pair of rules that can both decide, with an example on which they do. */
export function proveUnambiguous(rules: readonly ParsedRule[]): readonly TreatyProblem[] {
  const problems: TreatyProblem[] = [];
  const reported = new Set<string>();
  for (const group of groupByRank(rules.flatMap(toClaims))) {
    for (const [at, right] of group.entries()) {
      for (const left of group.slice(0, at)) {
        const pair = `${left.parsed.name} ${right.parsed.name}`;
        const example = left.parsed === right.parsed || reported.has(pair) ? undefined : meetingPoint(left, right);
        if (!example) continue;
        reported.add(pair);
        problems.push(toAmbiguity(left, right, example));
        if (problems.length >= MAX_AMBIGUITIES) return problems;
      }
    }
  }
  return problems;
}

/** Claims that meet only if both match: same sort, same priority, same kind of field. */
function groupByRank(claims: readonly Claim[]): Iterable<readonly Claim[]> {
  return Map.groupBy(claims, (it) => `${it.sort} ${it.parsed.priority} ${it.pattern.kind}`).values();
}

/** An asset and field (and element) that both claim, or undefined if there is none: exact, see `intersectGlobs`. */
function meetingPoint(left: Claim, right: Claim): Counterexample | undefined {
  const field = intersectFieldPatterns(left.pattern, right.pattern);
  if (!field) return undefined;
  const asset = intersectSelectors(left.parsed.selector, right.parsed.selector, exampleKinds(field.kind));
  if (!asset) return undefined;
  if (!left.parsed.elements || !right.parsed.elements) return { asset, field: field.path };
  const element = intersectElements(left.parsed.elements, right.parsed.elements, field.kind);
  return element === undefined ? undefined : { asset, field: field.path, element };
}

/** A table makes the best example. */
function exampleKinds(field: FieldKind): readonly AssetKind[] {
  return [...new Set<AssetKind>(["TABLE", ...kindsWith(field)])];
}

function toAmbiguity(left: Claim, right: Claim, counterexample: Counterexample): TreatyProblem {
  const { asset, field, element } = counterexample;
  const what = element === undefined ? field : `element ${element} of ${field}`;
  const bound = asset.sources.length > 0 ? `, bound in ${asset.sources.join(" and ")}` : "";
  const labels = Object.entries(asset.labels).map(([key, value]) => `, label ${key}=${value}`);
  const who = [left, right].map(
    ({ parsed }) => `"${parsed.name}"${parsed.scoped ? ` (${describeSelector(parsed.selector)})` : ""}`,
  );
  const narrow = left.parsed.scoped ? "make their assets or fields disjoint" : "make their fields disjoint";
  return {
    code: "ambiguous",
    message:
      `Rules ${who.join(" and ")} both decide on ${what} of ${asset.kind.toLowerCase()} ${asset.name}${bound}${labels.join("")}. ` +
      `Give one of them a higher priority, or ${narrow}.`,
    path: [...right.parsed.path, "name"],
    counterexample,
  };
}
