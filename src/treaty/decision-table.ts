import { ASSET_KINDS, type AssetKind } from "../domain/asset.ts";
import { FIELD_KINDS, type FieldKind } from "../domain/field.ts";
import type { AssetFacts, FieldFacts, Part } from "./decision.ts";
import { coversKind, fieldNameOf } from "./field-pattern.ts";
import { type Claim, compareClaims, type ParsedRule, toClaims } from "./parsed-rule.ts";
import { matchesBesidesName } from "./selector.ts";

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
 * The decision as a function. What it remembers is bounded: which rules' names match an asset (asked for every field in turn) and
 * the parts of each combination of rules, which are then the same object for every asset.
 */
export function toDecider(table: DecisionTable): (asset: AssetFacts, field: FieldFacts) => Parts {
  const alone = new Map<Claim, Parts>();
  const combined = new Map<string, Parts>();
  const nameMatches = rememberNames();
  const holds = (claim: Claim, asset: AssetFacts, name: string): boolean =>
    claim.pattern.matches(name) &&
    (!claim.parsed.scoped || (matchesBesidesName(claim.parsed.selector, asset) && nameMatches(claim, asset)));

  return (asset, field) => {
    const cell = table[asset.kind][field.kind];
    const name = fieldNameOf(field);
    const whole = cell.whole.find((it) => holds(it, asset, name)) ?? (cell.whole.at(-1) as Claim);
    const elements = cell.elements.filter((it) => holds(it, asset, name));
    return elements.length === 0 ? partsAlone(whole) : partsCombined(elements, whole);
  };

  function partsAlone(whole: Claim): Parts {
    const parts = alone.get(whole) ?? toParts([], whole);
    alone.set(whole, parts);
    return parts;
  }

  function partsCombined(elements: readonly Claim[], whole: Claim): Parts {
    const key = [whole.pattern.kind, ...elements.map((it) => it.parsed.name), whole.parsed.name].join("\0");
    const known = combined.get(key);
    if (known) return known;
    if (combined.size >= MAX_REMEMBERED) combined.clear();
    const parts = toParts(elements, whole);
    combined.set(key, parts);
    return parts;
  }
}

/** Selecting by name is the dear part: what the last asset's name matched is kept until another asset is asked for. */
function rememberNames(): (claim: Claim, asset: AssetFacts) => boolean {
  let name: string | undefined;
  const matched = new Map<ParsedRule, boolean>();
  return ({ parsed }, asset) => {
    if (asset.name !== name) {
      matched.clear();
      name = asset.name;
    }
    const known = matched.get(parsed);
    if (known !== undefined) return known;
    const answer = parsed.selector.matchesName(asset.name);
    matched.set(parsed, answer);
    return answer;
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
    parts.push({ rule, elements: texts, claims: (key) => matches(key) && !before.some((it) => it(key)) });
    earlier.push(matches);
  }
  return [...parts, { rule: whole.rule }] as readonly Part[] as Parts;
}

/** Whether the claim decides on every asset and field of its cell. */
export function isTotalClaim(claim: Claim): boolean {
  return !claim.parsed.scoped && !claim.parsed.elements && coversKind(claim.pattern);
}
