import { parseName } from "./name.ts";

/** A token of a glob is a UTF-16 code unit, or one of these three. */
export const SEPARATOR = -1;
export const STAR = -2;
export const GLOBSTAR = -3;

/**
 * A parsed pattern. In asset names (`segmented`) `*` stands for any characters within a segment and `**` for any characters
 * across segments, so that `finance.**` is all that lies below `finance`. In every other text (columns, custom fields, elements of
 * sets) `*` stands for any characters at all. Upper and lower case differ.
 */
export interface Glob {
  readonly text: string;
  readonly segmented: boolean;
  readonly tokens: readonly number[];
}

const MAX_PATTERN = 500;
const DOT = ".".charCodeAt(0);

/** @throws TypeError, saying what to write instead, unless `pattern` is a canonical name with `*` and `**`; what is quoted is literal. */
export function parseNameGlob(pattern: string): Glob {
  checkLength(pattern);
  const tokens: number[] = [];
  const segment = /(?:"((?:[^"]|"")+)"|([^."\s]+))(\.|$)/y;
  for (let ended = false; !ended; ) {
    const at = segment.lastIndex;
    const found = segment.exec(pattern);
    if (!found) {
      throw new TypeError(
        `Not a pattern of names: "${pattern}", see character ${at + 1}. Write it like "finance.**", with quotes around odd segments.`,
      );
    }
    if (found[1] === undefined) pushWild(tokens, found[2] as string, true);
    else pushLiteral(tokens, found[1].replaceAll('""', '"'));
    if (found[3] === ".") tokens.push(SEPARATOR);
    ended = found[3] === "";
  }
  return { text: pattern, segmented: true, tokens };
}

/** @throws TypeError if `pattern` is empty or too long. */
export function parseTextGlob(pattern: string): Glob {
  checkLength(pattern);
  const tokens: number[] = [];
  pushWild(tokens, pattern, false);
  return { text: pattern, segmented: false, tokens };
}

function checkLength(pattern: string): void {
  if (pattern === "" || pattern.length > MAX_PATTERN)
    throw new TypeError(`A pattern has 1 to ${MAX_PATTERN} characters.`);
}

function pushLiteral(tokens: number[], text: string): void {
  for (let at = 0; at < text.length; at++) tokens.push(text.charCodeAt(at) || 0xfffd);
}

function pushWild(tokens: number[], text: string, segmented: boolean): void {
  for (const [run] of text.matchAll(/\*+|[^*]+/g)) {
    if (run.startsWith("*")) tokens.push(segmented && run.length === 1 ? STAR : GLOBSTAR);
    else pushLiteral(tokens, run);
  }
}

/** Whether every text of its sort matches. */
export function matchesEverything(glob: Glob): boolean {
  return glob.tokens.every((it) => it === GLOBSTAR);
}

/** A matcher of canonical asset names. @throws TypeError as `parseNameGlob`. */
export function compileGlob(pattern: string): (name: string) => boolean {
  return globMatcher(parseNameGlob(pattern));
}

/** The matcher never throws: a malformed name is taken as plain text with dots between its segments. */
export function globMatcher(glob: Glob): (text: string) => boolean {
  const { tokens, segmented } = glob;
  if (matchesEverything(glob)) return () => true;
  if (!segmented) return (text) => globMatches(tokens, text, Number.NaN);
  return (name) => {
    const plain = name.includes('"') ? nameToPlain(name) : undefined;
    return plain === undefined ? globMatches(tokens, name, DOT) : globMatches(tokens, plain, 0);
  };
}

/** Segments with NUL between them, in which a dot is an ordinary character; undefined where `name` is malformed. */
function nameToPlain(name: string): string | undefined {
  try {
    return parseName(name)
      .map((it) => it.replaceAll("\0", "\ufffd"))
      .join("\0");
  } catch {
    return undefined;
  }
}

/**
 * Two-pointer matching: only the last `*` and the last `**` are ever widened, which suffices, because an earlier one that is as
 * narrow as possible leaves most to what follows. Time is bounded by the product of both lengths, whatever the pattern.
 */
export function globMatches(tokens: readonly number[], subject: string, separator: number): boolean {
  let at = 0;
  let token = 0;
  let afterStar = -1;
  let starEnd = 0;
  let afterGlobstar = -1;
  let globstarEnd = 0;
  while (at < subject.length) {
    const code = subject.charCodeAt(at);
    const wanted = tokens[token];
    if (wanted === GLOBSTAR) {
      afterGlobstar = ++token;
      globstarEnd = at;
      afterStar = -1;
    } else if (wanted === STAR) {
      afterStar = ++token;
      starEnd = at;
    } else if (wanted === (code === separator ? SEPARATOR : code)) {
      token++;
      at++;
    } else if (afterStar >= 0 && subject.charCodeAt(starEnd) !== separator) {
      token = afterStar;
      at = ++starEnd;
    } else if (afterGlobstar >= 0) {
      token = afterGlobstar;
      at = ++globstarEnd;
      afterStar = -1;
    } else return false;
  }
  while (tokens[token] === STAR || tokens[token] === GLOBSTAR) token++;
  return token === tokens.length;
}
