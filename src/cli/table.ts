import stringWidth from "string-width";
import { plainLine } from "./plain-text.ts";

export type Style = "red" | "yellow" | "green" | "dim" | "bold";

/** A text, perhaps with a colour. */
export type Cell = string | { readonly text: string; readonly style: Style };

export interface TableColumn {
  readonly title: string;
  readonly align?: "right";
  /** Never cut: ids and cursors, which people copy. */
  readonly whole?: true;
}

const GAP = 2;
const MIN_WIDTH = 6;

/**
 * Rows as lines: padded columns, cut with "…" where the table is wider than `maxWidth` characters; undefined cuts nothing.
 * The widest columns give way first. Cells are made printable.
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  maxWidth: number | undefined,
  paint: (style: Style, text: string) => string,
): string[] {
  const header = columns.map((it): Cell => ({ text: it.title, style: "bold" }));
  const cells = [header, ...rows].map((row) => columns.map((_, index) => toCell(row[index] ?? "")));
  const natural = columns.map((_, index) => cells.reduce((widest, row) => Math.max(widest, row[index]?.width ?? 0), 0));
  const widths = fitWidths(natural, columns, maxWidth);
  return cells.map((row) =>
    row
      .map((cell, index) => formatCell(cell, columns, index, widths, paint))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

interface PlainCell {
  readonly text: string;
  readonly width: number;
  readonly style: Style | undefined;
}

function toCell(cell: Cell): PlainCell {
  const text = plainLine(typeof cell === "string" ? cell : cell.text);
  return { text, width: stringWidth(text), style: typeof cell === "string" ? undefined : cell.style };
}

function formatCell(
  cell: PlainCell,
  columns: readonly TableColumn[],
  index: number,
  widths: readonly number[],
  paint: (style: Style, text: string) => string,
): string {
  const width = widths[index] ?? cell.width;
  const text = cell.width > width ? cut(cell.text, width) : cell.text;
  const padding = " ".repeat(Math.max(0, width - stringWidth(text)));
  const painted = cell.style ? paint(cell.style, text) : text;
  if (columns[index]?.align === "right") return padding + painted;
  return index === columns.length - 1 ? painted : painted + padding;
}

/** Takes from the widest column that may be cut, until all fits or none can give more. */
function fitWidths(
  natural: readonly number[],
  columns: readonly TableColumn[],
  maxWidth: number | undefined,
): number[] {
  const widths = [...natural];
  if (maxWidth === undefined) return widths;
  let excess = widths.reduce((sum, it) => sum + it + GAP, -GAP) - maxWidth;
  while (excess > 0) {
    const cuttable = widths.map((it, index) => (columns[index]?.whole ? 0 : it));
    const widest = Math.max(...cuttable);
    if (widest <= MIN_WIDTH) break;
    const index = cuttable.indexOf(widest);
    const second = Math.max(MIN_WIDTH, ...cuttable.filter((it) => it < widest));
    const step = Math.min(excess, Math.max(1, widest - second));
    widths[index] = widest - step;
    excess -= step;
  }
  return widths;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The beginning of `text`, with "…" at its end, at most `width` characters wide. */
function cut(text: string, width: number): string {
  let out = "";
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    out += segment;
  }
  return `${out}…`;
}
