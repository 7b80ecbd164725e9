import type { FieldKind } from "../domain/field.ts";
import type { Rule } from "./decision.ts";
import type { ElementPatterns } from "./element-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import type { Selector } from "./selector.ts";

/** A rule of the text, checked by itself; what it means beside the others is decided later. */
export interface ParsedRule {
  readonly name: string;
  /** Path in the treaty's text; empty for the rule that the gateway adds. */
  readonly path: readonly (string | number)[];
  readonly priority: number;
  /** It has `assets`: an override. */
  readonly scoped: boolean;
  readonly selector: Selector;
  readonly fields: readonly FieldPattern[];
  readonly fieldTexts: readonly string[];
  readonly elements: ElementPatterns | undefined;
  /** As it stands for one kind of field: they differ in `merge` and in `onConflict` where these were not stated. */
  readonly ruleByKind: ReadonlyMap<FieldKind, Rule>;
}

/**
 * Rules of different sorts never meet: for the elements they claim, rules with `elements` go before rules for the whole field;
 * rules with `assets` go before rules without; a base rule that names the field goes before "*".
 */
export type ClaimSort = "scoped-elements" | "elements" | "override" | "base" | "catch-all";
const CLAIM_SORTS = [
  "scoped-elements",
  "elements",
  "override",
  "base",
  "catch-all",
] as const satisfies readonly ClaimSort[];

/** One rule's claim on the fields of one kind that match one pattern. */
export interface Claim {
  readonly parsed: ParsedRule;
  readonly rule: Rule;
  readonly pattern: FieldPattern;
  readonly sort: ClaimSort;
}

export function toClaims(parsed: ParsedRule): readonly Claim[] {
  return parsed.fields.flatMap((pattern) => {
    const rule = parsed.ruleByKind.get(pattern.kind);
    return rule ? [{ parsed, rule, pattern, sort: claimSort(parsed, pattern) }] : [];
  });
}

function claimSort(parsed: ParsedRule, pattern: FieldPattern): ClaimSort {
  if (parsed.elements) return parsed.scoped ? "scoped-elements" : "elements";
  if (parsed.scoped) return "override";
  return pattern.catchAll ? "catch-all" : "base";
}

/** The claim that wins comes first. Equal rank means that both never meet, or the treaty was refused. */
export function compareClaims(left: Claim, right: Claim): number {
  return (
    CLAIM_SORTS.indexOf(left.sort) - CLAIM_SORTS.indexOf(right.sort) || right.parsed.priority - left.parsed.priority
  );
}
