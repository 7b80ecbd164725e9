import type { Glob } from "../domain/glob.ts";
import { SEPARATOR } from "../domain/glob.ts";
import type { AssetFacts } from "./decision.ts";
import type { ParsedRule } from "./parsed-rule.ts";
import { matchesAsset } from "./selector.ts";

/**
 * Which of the rules with `assets` select an asset. Rules whose patterns all begin with a whole literal segment are looked up by it, so
 * that thousands of rules for one namespace each cost an asset no more than its own. The last answer is kept, for every field is asked in turn.
 */
export function toRuleMatcher(rules: readonly ParsedRule[]): (asset: AssetFacts) => readonly ParsedRule[] {
  const everywhere: ParsedRule[] = [];
  const bySegment = new Map<string, ParsedRule[]>();
  for (const rule of rules.filter((it) => it.scoped)) {
    const segments = rule.selector.names?.map(firstSegment) ?? [undefined];
    if (segments.includes(undefined)) everywhere.push(rule);
    else
      for (const segment of new Set(segments))
        bySegment.set(segment ?? "", [...(bySegment.get(segment ?? "") ?? []), rule]);
  }
  const candidates = (name: string): readonly ParsedRule[] => {
    if (bySegment.size === 0) return everywhere;
    if (name.includes('"')) return rules; // a quoted segment is not looked up, its text differs from the pattern's
    const end = name.indexOf(".");
    const own = bySegment.get(end < 0 ? name : name.slice(0, end));
    return own ? [...everywhere, ...own] : everywhere;
  };

  let last: AssetFacts | undefined;
  let matched: readonly ParsedRule[] = [];
  return (asset) => {
    if (last === undefined || !isSame(asset, last)) {
      matched = candidates(asset.name).filter((it) => it.scoped && matchesAsset(it.selector, asset));
      last = asset;
    }
    return matched;
  };
}

/** The same to every selector, as far as can be told at a glance. */
function isSame(left: AssetFacts, right: AssetFacts): boolean {
  if (left === right) return true;
  if (left.name !== right.name || left.kind !== right.kind || left.labels !== right.labels) return false;
  return left.sources.length === right.sources.length && left.sources.every((it, at) => it === right.sources[at]);
}

/** The first segment of all names that match, or undefined where it is not always the same. */
function firstSegment({ tokens }: Glob): string | undefined {
  const end = tokens.indexOf(SEPARATOR);
  const first = end < 0 ? tokens : tokens.slice(0, end);
  return first.every((it) => it >= 0) ? String.fromCharCode(...first) : undefined;
}
