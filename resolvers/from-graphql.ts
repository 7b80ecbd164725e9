import { DRIFT_STATES } from "../src/domain/drift.ts";
import { parseFieldGlob } from "../src/domain/field-glob.ts";
import { compileGlob } from "../src/domain/glob.ts";
import { type AssetId, parseAssetId, parseSourceId, type SourceId } from "../src/domain/ids.ts";
import type * as graph from "../src/generated/graphql.ts";
import type { Scope } from "../src/ports/gateway.ts";
import type { ReviewFilter } from "../src/ports/guard-ledger.ts";
import type { AssetFilter, AssetOrder, ChangeFilter, DriftFilter, PageRequest } from "../src/ports/ledger.ts";
import type { LogCursor } from "../src/server/models.ts";
import type { Mode } from "../src/treaty/decision.ts";
import { badUserInput, orBadUserInput } from "./graph-error.ts";

// Together with to-graphql.ts the only mapping between the domain and the graph. Everything here throws BAD_USER_INPUT.

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;
const MAX_LIST = 500;
const MAX_FILTER_PARTS = 100;

type Given<T> = T | null | undefined;

interface PageArgs<C> {
  readonly first?: Given<number>;
  readonly after?: Given<C>;
  readonly last?: Given<number>;
  readonly before?: Given<C>;
}

export function toPageRequest(args: PageArgs<string>): PageRequest {
  const { first, after, last, before } = args;
  if (first != null && last != null) throw badUserInput("Ask either for `first` or for `last`, not for both.");
  if (after != null && last != null) throw badUserInput("`after` goes with `first`; with `last` give `before`.");
  if (before != null && last == null) throw badUserInput("`before` goes with `last`: say how many with `last`.");
  const limit = last ?? first ?? DEFAULT_PAGE;
  const name = last != null ? "last" : "first";
  if (limit < 1 || limit > MAX_PAGE) {
    throw badUserInput(`\`${name}\` is 1 to ${MAX_PAGE}, got ${limit}. Read on with the cursors of \`pageInfo\`.`);
  }
  if (last != null) return { limit, backwards: true, ...(before != null && { before }) };
  return { limit, ...(after != null && { after }) };
}

/** A page of the log: the ledger's cursor of an entry is its position. */
export function toLogPageRequest({ after, before, ...rest }: PageArgs<LogCursor>): PageRequest {
  return toPageRequest({ ...rest, after: after && String(after.position), before: before && String(before.position) });
}

export function toAssetId(id: string): AssetId {
  return orBadUserInput(() => parseAssetId(id));
}

/** "source:lakehouse" or "lakehouse". */
export function toSourceId(text: string): SourceId {
  return orBadUserInput(() => parseSourceId(text.startsWith("source:") ? text.slice(7) : text));
}

export function toMode(mode: graph.SourceMode): Mode {
  const modes = { PAUSE: "pause", OBSERVE: "observe", SEED_ONCE: "seed-once", ENFORCE: "enforce" } as const;
  return modes[mode];
}

export function toAssetOrder(order: Given<graph.AssetOrder>): AssetOrder {
  const by = { NAME: "name", CHANGED: "changed", CREATED: "created" } as const;
  return { by: by[order?.by ?? "NAME"], direction: order?.direction === "DESC" ? "desc" : "asc" };
}

/** Retired assets are left out unless some part of the filter asks for states. */
export function toAssetFilter(filter: Given<graph.AssetFilter>): AssetFilter {
  const parts = { left: MAX_FILTER_PARTS, namesState: false };
  const given = filter ? assetFilterPart(filter, parts) : {};
  return parts.namesState ? given : { ...given, states: ["ACTIVE", "SUSPECTED"] };
}

function assetFilterPart(filter: graph.AssetFilter, parts: { left: number; namesState: boolean }): AssetFilter {
  if (--parts.left < 0)
    throw badUserInput(`A filter has at most ${MAX_FILTER_PARTS} parts within \`and\`, \`or\` and \`not\`.`);
  if (filter.state) parts.namesState = true;
  const { hasOwner, text, changedSince, and, or, not } = filter;
  if (text != null && text.length > 200) throw badUserInput("`text` has at most 200 characters.");
  return {
    ...(filter.name != null && { names: checkPatterns("name", filter.name, checkName) }),
    ...(filter.kind != null && { kinds: checkList("kind", filter.kind) }),
    ...(filter.state != null && { states: checkList("state", filter.state) }),
    ...(filter.domain != null && { domains: checkList("domain", filter.domain) }),
    ...(filter.owner != null && { owners: checkList("owner", filter.owner) }),
    ...(filter.classification != null && { classifications: checkList("classification", filter.classification) }),
    ...(filter.sensitivity != null && { sensitivities: checkList("sensitivity", filter.sensitivity) }),
    ...(filter.status != null && { statuses: checkList("status", filter.status) }),
    ...(filter.source != null && { sources: checkList("source", filter.source).map(toSourceId) }),
    ...(hasOwner != null && { hasOwner }),
    ...(text != null && { text }),
    ...(changedSince != null && { changedSince: changedSince.position }),
    ...(and != null && { and: and.map((it) => assetFilterPart(it, parts)) }),
    ...(or != null && { or: or.map((it) => assetFilterPart(it, parts)) }),
    ...(not != null && { not: assetFilterPart(not, parts) }),
  };
}

export function toDriftFilter(filter: Given<graph.DriftFilter>): DriftFilter {
  if (!filter) return {};
  return {
    ...(filter.assets != null && { assets: checkList("assets", filter.assets).map(toAssetId) }),
    ...(filter.names != null && { names: checkPatterns("names", filter.names, checkName) }),
    ...(filter.fields != null && { fields: checkPatterns("fields", filter.fields, checkField) }),
    ...(filter.sources != null && { sources: checkList("sources", filter.sources).map(toSourceId) }),
    ...(filter.kinds != null && { kinds: checkList("kinds", filter.kinds) }),
    ...(filter.states != null && { states: checkList("states", filter.states) }),
    ...period(filter),
  };
}

/** As `toDriftFilter`, but without `states` only what is not resolved. */
export function toOpenDriftFilter(filter: Given<graph.DriftFilter>): DriftFilter {
  return { states: DRIFT_STATES.filter((it) => it !== "RESOLVED"), ...toDriftFilter(filter) };
}

export function toReviewFilter(filter: Given<graph.ReviewFilter>): ReviewFilter {
  if (!filter) return {};
  return {
    ...(filter.kinds != null && { kinds: checkList("kinds", filter.kinds) }),
    ...(filter.states != null && { states: checkList("states", filter.states) }),
    ...(filter.assets != null && { assets: checkList("assets", filter.assets).map(toAssetId) }),
    ...(filter.names != null && { names: checkPatterns("names", filter.names, checkName) }),
    ...(filter.fields != null && { fields: checkPatterns("fields", filter.fields, checkField) }),
    ...(filter.sources != null && { sources: checkList("sources", filter.sources).map(toSourceId) }),
    ...period(filter),
  };
}

/** As `toReviewFilter`, but without `states` only what is open. */
export function toOpenReviewFilter(filter: Given<graph.ReviewFilter>): ReviewFilter {
  return { states: ["OPEN"], ...toReviewFilter(filter) };
}

export function toChangeFilter(filter: Given<graph.ChangeFilter>): ChangeFilter {
  if (!filter) return {};
  return {
    ...(filter.assets != null && { assets: checkList("assets", filter.assets).map(toAssetId) }),
    ...(filter.names != null && { names: checkPatterns("names", filter.names, checkName) }),
    ...(filter.fields != null && { fields: checkPatterns("fields", filter.fields, checkField) }),
    ...(filter.sources != null && { sources: checkList("sources", filter.sources).map(toSourceId) }),
    ...(filter.kinds != null && { kinds: checkList("kinds", filter.kinds) }),
    ...(filter.actors != null && { actors: checkList("actors", filter.actors) }),
    ...period(filter),
  };
}

export function toScope(scope: Given<graph.ScopeInput>): Scope {
  if (!scope) return {};
  return {
    ...(scope.assets != null && { assets: checkList("assets", scope.assets).map(toAssetId) }),
    ...(scope.names != null && { names: checkPatterns("names", scope.names, checkName) }),
    ...(scope.sources != null && { sources: checkList("sources", scope.sources).map(toSourceId) }),
  };
}

/** A list of a filter means "any of"; an empty one matches nothing. */
export function checkList<T>(name: string, values: readonly T[]): readonly T[] {
  if (values.length > MAX_LIST)
    throw badUserInput(`\`${name}\` has at most ${MAX_LIST} elements, got ${values.length}.`);
  return values;
}

/** What the ledger takes; each pattern costs a look at everything that begins as it does. */
const MAX_PATTERNS = 100;

function checkPatterns(
  name: string,
  patterns: readonly string[],
  check: (pattern: string) => string,
): readonly string[] {
  if (patterns.filter((it) => it.includes("*")).length > MAX_PATTERNS) {
    throw badUserInput(`\`${name}\` has at most ${MAX_PATTERNS} patterns with "*".`);
  }
  return checkList(name, patterns).map(check);
}

function checkName(pattern: string): string {
  orBadUserInput(() => compileGlob(pattern));
  return pattern;
}

function checkField(pattern: string): string {
  orBadUserInput(() => parseFieldGlob(pattern));
  return pattern;
}

function period({ since, until }: { readonly since?: Given<string>; readonly until?: Given<string> }) {
  return { ...(since != null && { since }), ...(until != null && { until }) };
}
