import { hash } from "node:crypto";
import { ASSET_KINDS, type AssetKind } from "../domain/asset.ts";
import { FIELD_KINDS, type FieldKind } from "../domain/field.ts";
import type { AssetFacts, FieldFacts, Part } from "./decision.ts";
import { coversKind, fieldNameOf } from "./field-pattern.ts";
import { toRuleMatcher } from "./match-rules.ts";
import { type Claim, compareClaims, type ParsedRule, toClaims } from "./parsed-rule.ts";

/** Everything that can decide on one kind of field of one kind of asset, the winner first. */
export interface Cell {
  readonly elements: readonly Claim[];
  /** Overrides, then base rules, then "*". */
  readonly whole: readonly Claim[];
}

export type DecisionTable = Readonly<Record<AssetKind, Readonly<Record<FieldKind, Cell>>>>;

export type Parts = readonly [Part, ...Part[]];

const MAX_REMEMBERED = 20_000;

export function toDecisionTable(rules: readonly ParsedRule[]): DecisionTable {
  const claims = rules.flatMap(toClaims).sort(compareClaims);
  const cellOf = (asset: AssetKind, field: FieldKind): Cell => {
    const own = claims.filter((it) => it.pattern.kind === field && it.parsed.selector.kinds.includes(asset));
    return { elements: own.filter((it) => it.parsed.elements), whole: own.filter((it) => !it.parsed.elements) };
  };
  const rowOf = (asset: AssetKind) => Object.fromEntries(FIELD_KINDS.map((it) => [it, cellOf(asset, it)]));
  return Object.fromEntries(ASSET_KINDS.map((it) => [it, rowOf(it)])) as DecisionTable;
}

/**
 * The decision as a function. What it remembers is bounded; the parts of one combination of rules are the same object for every
 * asset. Its cost grows with the rules that match an asset, hardly with the rules that there are.
 */
export function toDecider(rules: readonly ParsedRule[]): (asset: AssetFacts, field: FieldFacts) => Parts {
  const ruleMatcher = toRuleMatcher(rules);
  const scoped = new Map(
    rules.filter((it) => it.scoped).map((it) => [it, Map.groupBy(toClaims(it), (claim) => claim.pattern.kind)]),
  );
  const general = Map.groupBy(
    rules
      .filter((it) => !it.scoped)
      .flatMap(toClaims)
      .sort(compareClaims),
    (it) => it.pattern.kind,
  );
  const partsOf = rememberParts();
  // Where no name makes a difference, and no rule with `assets` does: most fields of most assets.
  const alike = new Map(
    [...general].flatMap(([kind, claims]) =>
      claims.every((it) => coversKind(it.pattern)) && claims.some((it) => !it.parsed.elements)
        ? [[kind, partsOf(claims)] as const]
        : [],
    ),
  );

  return (asset, field) => {
    const matched = ruleMatcher(asset);
    const known = matched.length === 0 ? alike.get(field.kind) : undefined;
    if (known) return known;
    const name = fieldNameOf(field);
    const holds = (it: Claim): boolean => it.pattern.matches(name);
    const forAll = general.get(field.kind)?.filter(holds) ?? [];
    const own = matched.flatMap((it) => scoped.get(it)?.get(field.kind)?.filter(holds) ?? []);
    return partsOf(own.length === 0 ? forAll : [...own, ...forAll].sort(compareClaims));
  };
}

/** From the claims that hold, the strongest first: one part for each rule for elements, then the strongest rule for the whole. */
function rememberParts(): (claims: readonly Claim[]) => Parts {
  const alone = new Map<Claim, Parts>();
  const combined = new Map<string, Parts>();
  return (claims) => {
    const whole = claims.find((it) => !it.parsed.elements) as Claim; // the treaty is total
    const elements = claims.filter((it) => it.parsed.elements);
    if (elements.length === 0) {
      const parts = alone.get(whole) ?? toParts([], whole);
      alone.set(whole, parts);
      return parts;
    }
    const key = [whole.pattern.kind, ...elements.map((it) => it.parsed.name), whole.parsed.name].join("\0");
    const known = combined.get(key);
    if (known) return known;
    if (combined.size >= MAX_REMEMBERED) combined.clear();
    const parts = toParts(elements, whole);
    combined.set(key, parts);
    return parts;
  };
}

/** Claims do not overlap: an element that an earlier part claims is not claimed by a later one. */
function toParts(elements: readonly Claim[], whole: Claim): Parts {
  const parts: Part[] = [];
  const earlier: ((key: string) => boolean)[] = [];
  const distinct = elements.filter((it, at) => elements.findIndex((other) => other.parsed === it.parsed) === at);
  for (const { rule, parsed } of distinct) {
    const { matches = () => false, texts = [] } = parsed.elements ?? {};
    const before = [...earlier];
    const scope = scopeOf(texts, parts);
    parts.push({ rule, elements: texts, scope, claims: (key) => matches(key) && !before.some((it) => it(key)) });
    earlier.push(matches);
  }
  const rest = parts.length > 0 ? { scope: scopeOf(null, parts) } : {};
  return [...parts, { rule: whole.rule, ...rest }] as readonly Part[] as Parts;
}

/** @param texts patterns of elements; null: all that the parts before leave. */
function scopeOf(texts: readonly string[] | null, before: readonly Part[]): string {
  const others = before.flatMap((it) => it.elements ?? []);
  return hash("sha256", JSON.stringify([texts && [...texts].sort(), others.sort()]), "base64url").slice(0, 12);
}

/** Whether the claim decides on every asset and field of its cell. */
export function isTotalClaim(claim: Claim): boolean {
  return !claim.parsed.scoped && !claim.parsed.elements && coversKind(claim.pattern);
}
