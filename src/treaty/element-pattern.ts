import type { FieldKind } from "../domain/field.ts";
import { type Glob, globMatcher, parseTextGlob } from "../domain/glob.ts";
import { exampleOf, intersectGlobs, type TextBounds } from "../domain/glob-intersection.ts";

/** The elements that a rule governs: principals of owners, names of classifications. */
export interface ElementPatterns {
  readonly texts: readonly string[];
  readonly globs: readonly Glob[];
  readonly matches: (elementKey: string) => boolean;
}

const PRINCIPAL: TextBounds = { maxLength: 320, begins: () => true };
const CLASSIFICATION: TextBounds = { maxLength: 200, begins: (it) => /[A-Za-z0-9_]/.test(it) };

/** Fields whose value is a set: its elements can be merged, and governed, one by one. */
export function hasElements(kind: FieldKind): boolean {
  return kind === "owners" || kind === "classifications" || kind === "columns.classifications";
}

/** @throws TypeError, saying what to write instead, where a pattern can match no element of a field of this kind. */
export function checkElementPattern(text: string, kind: FieldKind): void {
  const allowed = kind === "owners" ? /^[^\s,]+$/ : /^[A-Za-z0-9_.:/*-]+$/;
  const glob = parseTextGlob(text);
  if (!allowed.test(text) || exampleOf(glob, boundsOf(kind)) === undefined) {
    const example =
      kind === "owners" ? 'principals, like "group:*" or "*@example.com"' : 'names of classifications, like "pii.*"';
    throw new TypeError(`"${text}" can match no element of ${kind}: they are ${example}.`);
  }
}

/** `texts` must have passed `checkElementPattern`. */
export function toElementPatterns(texts: readonly string[]): ElementPatterns {
  const globs = texts.map(parseTextGlob);
  const matchers = globs.map(globMatcher);
  return { texts, globs, matches: (key) => matchers.some((it) => it(key)) };
}

/** An element of a field of `kind` that both match, or undefined if there is none. */
export function intersectElements(left: ElementPatterns, right: ElementPatterns, kind: FieldKind): string | undefined {
  for (const a of left.globs) {
    for (const b of right.globs) {
      const common = intersectGlobs(a, b, boundsOf(kind));
      if (common !== undefined) return common;
    }
  }
  return undefined;
}

function boundsOf(kind: FieldKind): TextBounds {
  return kind === "owners" ? PRINCIPAL : CLASSIFICATION;
}
