import type { Change } from "../domain/change.ts";
import type { Drift } from "../domain/drift.ts";
import { compileGlob, globMatcher, parseTextGlob } from "../domain/glob.ts";
import type { FieldReview, Review } from "../domain/review.ts";
import type { ReviewFilter } from "../ports/guard-ledger.ts";
import type { ChangeFilter, DriftFilter } from "../ports/ledger.ts";
import type { Wanted } from "./change-feed.ts";

type Test<T> = (it: T) => boolean;

/** @throws TypeError if a pattern is malformed; says what to write instead. */
export function compileChangeFilter(filter: ChangeFilter): Wanted {
  const tests: Test<Change>[] = [];
  if (filter.assets) tests.push(isIn(filter.assets, (it) => it.asset));
  if (filter.kinds) tests.push(isIn(filter.kinds, (it) => it.kind));
  if (filter.sources) tests.push(isIn(filter.sources, (it) => it.source));
  if (filter.actors) tests.push(isIn(filter.actors, (it) => it.actor.id));
  if (filter.names) tests.push(anyOf(filter.names.map(compileGlob), (it) => it.name));
  if (filter.fields) tests.push(anyOf(filter.fields.map(compileTextGlob), (it) => it.field));
  if (filter.since !== undefined || filter.until !== undefined) {
    tests.push(isBetween(filter.since, filter.until, (it) => it.at));
  }
  const { upTo } = filter;
  if (upTo !== undefined) tests.push((it) => it.position <= upTo);
  // Only what is compared exactly narrows what the ledger reads: patterns have one meaning, and it is decided here.
  const { assets, kinds, sources, actors } = filter;
  const narrow = {
    ...(assets && { assets }),
    ...(kinds && { kinds }),
    ...(sources && { sources }),
    ...(actors && { actors }),
  };
  return { narrow, matches: all(tests) };
}

/** `name`: the asset's canonical name. @throws TypeError if a pattern is malformed; says what to write instead. */
export function compileDriftFilter(
  filter: DriftFilter,
): Test<{ readonly drift: Drift; readonly name: string | undefined }> {
  const tests: Test<{ readonly drift: Drift; readonly name: string | undefined }>[] = [];
  if (filter.assets) tests.push(isIn(filter.assets, (it) => it.drift.asset));
  if (filter.kinds) tests.push(isIn(filter.kinds, (it) => it.drift.kind));
  if (filter.sources) tests.push(isIn(filter.sources, (it) => it.drift.source));
  if (filter.states) tests.push(isIn(filter.states, (it) => it.drift.state));
  if (filter.names) tests.push(anyOf(filter.names.map(compileGlob), (it) => it.name));
  if (filter.fields) tests.push(anyOf(filter.fields.map(compileTextGlob), (it) => it.drift.path));
  if (filter.since !== undefined || filter.until !== undefined) {
    tests.push(isBetween(filter.since, filter.until, (it) => it.drift.openedAt));
  }
  return all(tests);
}

/** `name`: the asset's canonical name. @throws TypeError if a pattern is malformed; says what to write instead. */
export function compileReviewFilter(
  filter: ReviewFilter,
): Test<{ readonly review: Review; readonly name: string | undefined }> {
  const tests: Test<{ readonly review: Review; readonly name: string | undefined }>[] = [];
  const fieldOf = ({ review }: { readonly review: Review }): FieldReview | undefined =>
    review.kind === "FIELD" ? review : undefined;
  if (filter.kinds) tests.push(isIn(filter.kinds, (it) => it.review.kind));
  if (filter.states) tests.push(isIn(filter.states, (it) => it.review.state));
  if (filter.sources) tests.push(isIn(filter.sources, (it) => it.review.source));
  if (filter.assets) tests.push(isIn(filter.assets, (it) => fieldOf(it)?.asset));
  if (filter.names) tests.push(anyOf(filter.names.map(compileGlob), (it) => it.name));
  if (filter.fields) tests.push(anyOf(filter.fields.map(compileTextGlob), (it) => fieldOf(it)?.path));
  if (filter.since !== undefined || filter.until !== undefined) {
    tests.push(isBetween(filter.since, filter.until, (it) => it.review.openedAt));
  }
  return all(tests);
}

function compileTextGlob(pattern: string): (text: string) => boolean {
  return globMatcher(parseTextGlob(pattern));
}

function all<T>(tests: readonly Test<T>[]): Test<T> {
  return (it) => tests.every((test) => test(it));
}

function isIn<T, V>(values: readonly V[], get: (it: T) => V | undefined): Test<T> {
  const wanted = new Set<V | undefined>(values);
  return (it) => {
    const value = get(it);
    return value !== undefined && wanted.has(value);
  };
}

function anyOf<T>(matchers: readonly Test<string>[], get: (it: T) => string | undefined): Test<T> {
  return (it) => {
    const value = get(it);
    return value !== undefined && matchers.some((matches) => matches(value));
  };
}

function isBetween<T>(since: string | undefined, until: string | undefined, get: (it: T) => string): Test<T> {
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const to = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  return (it) => {
    const at = Date.parse(get(it));
    return at >= from && at < to;
  };
}
