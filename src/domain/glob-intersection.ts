import { GLOBSTAR, type Glob, SEPARATOR, STAR } from "./glob.ts";
import { formatName } from "./name.ts";

/** What a text must be, besides matching both patterns. */
export interface TextBounds {
  readonly maxLength: number;
  /** Whether a text may begin with this character. */
  readonly begins: (character: string) => boolean;
}

const ANY_TEXT: TextBounds = { maxLength: 10_000, begins: () => true };
const FILLER = "x".charCodeAt(0);

/** One state of the product of both patterns: positions in each, and whether a segment (or the text) has begun. */
interface Step {
  readonly left: number;
  readonly right: number;
  readonly begun: boolean;
  readonly code: number | undefined;
  readonly before: Step | undefined;
}

/**
 * A shortest text that both patterns match, or undefined if there is none: a canonical name where they are `segmented`, else a text
 * within `bounds`, never empty. Searches the product of both patterns, so it is exact. Both must be of the same sort.
 */
export function intersectGlobs(left: Glob, right: Glob, bounds: TextBounds = ANY_TEXT): string | undefined {
  if (left.segmented !== right.segmented)
    throw new TypeError("A pattern of names and one of other texts have nothing in common.");
  const codes = shortestCommon(left.tokens, right.tokens, bounds);
  if (!codes) return undefined;
  if (!left.segmented) return String.fromCharCode(...codes);
  const segments: number[][] = [[]];
  for (const code of codes) {
    if (code === SEPARATOR) segments.push([]);
    else segments.at(-1)?.push(code);
  }
  return formatName(segments.map((it) => String.fromCharCode(...it)));
}

/** A text that `glob` matches, or undefined where no text within `bounds` does. */
export function exampleOf(glob: Glob, bounds: TextBounds = ANY_TEXT): string | undefined {
  return intersectGlobs(glob, { text: "**", segmented: glob.segmented, tokens: [GLOBSTAR] }, bounds);
}

/** Breadth first: `now` holds what is reached with as many characters as before, `later` what takes one more. */
function shortestCommon(left: readonly number[], right: readonly number[], bounds: TextBounds): number[] | undefined {
  const seen = new Set<number>();
  let now: Step[] = [{ left: 0, right: 0, begun: false, code: undefined, before: undefined }];
  for (let length = 0; now.length > 0 && length <= bounds.maxLength; length++) {
    const later: Step[] = [];
    for (let step = now.pop(); step; step = now.pop()) {
      const id = (step.left * (right.length + 1) + step.right) * 2 + Number(step.begun);
      if (seen.has(id)) continue;
      seen.add(id);
      if (step.left === left.length && step.right === right.length && step.begun) return codesOf(step);
      const a = left[step.left];
      const b = right[step.right];
      if (isWild(a)) now.push({ ...step, left: step.left + 1, code: undefined, before: step });
      if (isWild(b)) now.push({ ...step, right: step.right + 1, code: undefined, before: step });
      const next = consume(step, a, b, bounds, length === 0);
      if (next) later.push(next);
    }
    now = later;
  }
  return undefined;
}

/** One more character that both patterns take; where both are wild, any will do. */
function consume(
  step: Step,
  a: number | undefined,
  b: number | undefined,
  bounds: TextBounds,
  first: boolean,
): Step | undefined {
  if (a === undefined || b === undefined) return undefined;
  const code = isWild(a) ? (isWild(b) ? FILLER : b) : a;
  if (!takes(a, code) || !takes(b, code)) return undefined;
  if (code === SEPARATOR && !step.begun) return undefined; // no segment is empty
  if (first && code !== SEPARATOR && !bounds.begins(String.fromCharCode(code))) return undefined;
  return {
    left: isWild(a) ? step.left : step.left + 1,
    right: isWild(b) ? step.right : step.right + 1,
    begun: code !== SEPARATOR,
    code,
    before: step,
  };
}

function isWild(token: number | undefined): boolean {
  return token === STAR || token === GLOBSTAR;
}

function takes(token: number, code: number): boolean {
  return token === GLOBSTAR || (token === STAR ? code !== SEPARATOR : token === code);
}

function codesOf(last: Step): number[] {
  const codes: number[] = [];
  for (let step: Step | undefined = last; step; step = step.before) if (step.code !== undefined) codes.push(step.code);
  return codes.reverse();
}
