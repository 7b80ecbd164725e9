/** Control characters, and what reverses or hides text: a source must not be able to steer the terminal of who reads it. */
const UNPRINTABLE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  if (character === "\t") return "  ";
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `text` with everything unprintable written out as \uXXXX; line breaks stay. */
export function plainText(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** The same on one line: line breaks become spaces. */
export function plainLine(text: string): string {
  return plainText(text.replace(/\s*\r?\n\s*/g, " "));
}

/** JSON that is safe to look at in a terminal; indented where `space` says so. */
export function printableJson(value: unknown, space?: number): string {
  return JSON.stringify(value, undefined, space).replace(UNPRINTABLE, (it) => (it === "\t" ? it : escaped(it)));
}
