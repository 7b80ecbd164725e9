/**
 * A canonical name is the path of an asset as one text: segments joined by ".", a segment that itself holds ".", `"`
 * or white space stands in double quotes, in which `"` is doubled. `formatName` and `parseName` are inverse.
 */
export function formatName(segments: readonly string[]): string {
  if (segments.length === 0 || segments.includes("")) throw new TypeError("A name needs segments, none of them empty.");
  return segments.map((it) => (/[.\s"]/.test(it) ? `"${it.replaceAll('"', '""')}"` : it)).join(".");
}

/** @throws TypeError if `text` is not a canonical name; says where. */
export function parseName(text: string): string[] {
  const segments: string[] = [];
  const segment = /(?:"((?:[^"]|"")+)"|([^."\s]+))(\.|$)/y;
  while (segment.lastIndex < text.length || segments.length === 0) {
    const at = segment.lastIndex;
    const found = segment.exec(text);
    if (!found)
      throw new TypeError(`Not a name: "${text}", see character ${at + 1}. Write namespace.table, quote odd segments.`);
    segments.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
    if (found[3] === "") return segments;
  }
  throw new TypeError(`Not a name: "${text}" ends with a dot.`);
}
