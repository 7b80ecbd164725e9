import { GLOBSTAR, type Glob, globMatches, parseNameGlob, parseTextGlob, SEPARATOR, STAR } from "../domain/glob.ts";
import { parseName } from "../domain/name.ts";
import type { GlobText } from "./engine.ts";

/**
 * How the ledger writes a name to find it by a pattern: segments without quotes, U+0001 between them. It is below every other
 * character, so lists by name have parents right before their children.
 */
const PATH_SEPARATOR = "\u0001";
const SEPARATOR_CODE = 1;

export function nameToPath(name: string): string {
  if (!name.includes('"')) return plainText(name).replaceAll(".", PATH_SEPARATOR);
  try {
    return parseName(name)
      .map((it) => plainText(it))
      .join(PATH_SEPARATOR);
  } catch {
    return plainText(name).replaceAll(".", PATH_SEPARATOR); // not a canonical name: dots separate it
  }
}

/** Text that both engines hold, compare and order alike: no NUL, no lone surrogate, and nothing that separates segments. */
export function plainText(text: string): string {
  // biome-ignore lint: the control characters are the point
  return text.toWellFormed().replace(/[\u0000\u0001]/g, "\ufffd");
}

export function plainOrNull(text: string | null): string | null {
  return text === null ? null : plainText(text);
}

/** Lower case for searching; the same in both engines, which fold letters differently. */
export function foldText(text: string): string {
  return plainText(text.toLowerCase());
}

/** @throws TypeError if `text` is no glob of that sort; it says what to write. */
export function parseGlob({ text, segmented }: GlobText): Glob {
  const glob = segmented ? parseNameGlob(text) : parseTextGlob(text);
  return { ...glob, tokens: glob.tokens.map((it) => (it === SEPARATOR_CODE ? 0xfffd : it)) };
}

/** Whether a text that `nameToPath` or `plainText` wrote matches. */
export function matchesGlob(glob: Glob, path: string): boolean {
  return globMatches(glob.tokens, path, glob.segmented ? SEPARATOR_CODE : Number.NaN);
}

/** The literal text that whatever matches begins with, and whether it is all of it. */
export function literalPrefix(glob: Glob): { readonly text: string; readonly whole: boolean } {
  const end = glob.tokens.findIndex((it) => it === STAR || it === GLOBSTAR);
  return { text: literal(end < 0 ? glob.tokens : glob.tokens.slice(0, end)), whole: end < 0 };
}

/** A regular expression of PostgreSQL that matches the same. Its engine takes linear time whatever the expression. */
export function globToPostgresPattern(glob: Glob): string {
  const parts: string[] = [];
  let run: number[] = [];
  const flush = (): void => {
    parts.push(literal(run).replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"));
    run = [];
  };
  for (const token of glob.tokens) {
    if (token !== STAR && token !== GLOBSTAR) run.push(token);
    else {
      flush();
      parts.push(token === STAR ? `[^${PATH_SEPARATOR}]*` : ".*");
    }
  }
  flush();
  return `^${parts.join("")}$`;
}

function literal(tokens: readonly number[]): string {
  return String.fromCharCode(...tokens.map((it) => (it === SEPARATOR ? SEPARATOR_CODE : it))).toWellFormed();
}
