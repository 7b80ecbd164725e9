import { ASSET_KINDS, type AssetKind } from "../domain/asset.ts";
import { type Glob, globMatcher, parseNameGlob } from "../domain/glob.ts";
import { exampleOf, intersectGlobs } from "../domain/glob-intersection.ts";
import type { SourceId } from "../domain/ids.ts";
import type { AssetFacts } from "./decision.ts";
import type { SelectorText } from "./treaty-text.ts";

/** Which assets a rule is for. Every part must match; undefined is no condition. */
export interface Selector {
  readonly names: readonly Glob[] | undefined;
  readonly kinds: readonly AssetKind[];
  readonly sources: readonly SourceId[] | undefined;
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly matchesName: (name: string) => boolean;
}

/** Takes every asset. */
export const EVERY_ASSET: Selector = {
  names: undefined,
  kinds: ASSET_KINDS,
  sources: undefined,
  labels: new Map(),
  matchesName: () => true,
};

/** @throws TypeError, saying what to write instead, for a bad pattern of names. Sources are checked by the caller. */
export function toSelector(text: SelectorText): Selector {
  const names = text.names?.map(parseNameGlob);
  const matchers = names?.map(globMatcher);
  return {
    names,
    kinds: text.kinds ?? ASSET_KINDS,
    sources: text.sources as readonly SourceId[] | undefined,
    labels: new Map(
      Object.entries(text.labels ?? {}).map(([key, value]) => [key, typeof value === "string" ? [value] : value]),
    ),
    matchesName: matchers ? (name) => matchers.some((it) => it(name)) : () => true,
  };
}

export function matchesAsset(selector: Selector, asset: AssetFacts): boolean {
  return matchesBesidesName(selector, asset) && selector.matchesName(asset.name);
}

/** Everything but the name, which is dear to match. */
function matchesBesidesName({ kinds, sources, labels }: Selector, asset: AssetFacts): boolean {
  if (!kinds.includes(asset.kind)) return false;
  if (sources && !asset.sources.some((it) => sources.includes(it))) return false;
  for (const [key, values] of labels) if (!hasLabel(asset, key, values)) return false;
  return true;
}

function hasLabel(asset: AssetFacts, key: string, values: readonly string[]): boolean {
  return Object.hasOwn(asset.labels, key) && values.includes(asset.labels[key] as string);
}

/** Why `asset` is not selected, in words; undefined if it is. */
export function describeMismatch(selector: Selector, asset: AssetFacts): string | undefined {
  const { kinds, sources, labels } = selector;
  if (!kinds.includes(asset.kind)) return `it is for ${kinds.join(", ")} only`;
  if (sources && !asset.sources.some((it) => sources.includes(it)))
    return `the asset is not bound in ${sources.join(" or ")}`;
  for (const [key, values] of labels) {
    if (!hasLabel(asset, key, values)) return `the asset's label ${key} is not ${values.join(" or ")}`;
  }
  return selector.matchesName(asset.name) ? undefined : `no name pattern of it matches ${asset.name}`;
}

/** An asset of one of `kinds` that both select, or undefined if there can be none. */
export function intersectSelectors(
  left: Selector,
  right: Selector,
  kinds: readonly AssetKind[],
): AssetFacts | undefined {
  const kind = kinds.find((it) => left.kinds.includes(it) && right.kinds.includes(it));
  const labels = intersectLabels(left.labels, right.labels);
  if (!kind || !labels) return undefined;
  const name = intersectNames(left.names, right.names);
  if (name === undefined) return undefined;
  const sources = [left.sources?.[0], right.sources?.[0]].filter((it) => it !== undefined);
  return { name, kind, labels, sources: [...new Set(sources)] };
}

function intersectNames(left: readonly Glob[] | undefined, right: readonly Glob[] | undefined): string | undefined {
  const any = [parseNameGlob("**")];
  for (const a of left ?? right ?? any) {
    if (!left || !right) return left || right ? exampleOf(a) : "example";
    for (const b of right) {
      const common = intersectGlobs(a, b);
      if (common !== undefined) return common;
    }
  }
  return undefined;
}

function intersectLabels(left: Selector["labels"], right: Selector["labels"]): Record<string, string> | undefined {
  const labels: [string, string][] = [];
  for (const [key, values] of [...left, ...right]) {
    const other = (left.get(key) === values ? right : left).get(key);
    const common = values.find((it) => other === undefined || other.includes(it));
    if (common === undefined) return undefined;
    labels.push([key, common]);
  }
  return Object.fromEntries(labels);
}

/** "names finance.**; kinds TABLE": the selector for people. */
export function describeSelector(selector: Selector): string {
  const parts: string[] = [];
  if (selector.names) parts.push(`names ${selector.names.map((it) => it.text).join(", ")}`);
  if (selector.kinds.length < ASSET_KINDS.length) parts.push(`kinds ${selector.kinds.join(", ")}`);
  if (selector.sources) parts.push(`bound in ${selector.sources.join(" or ")}`);
  for (const [key, values] of selector.labels) parts.push(`label ${key}=${values.join("|")}`);
  return parts.join("; ") || "all assets";
}
