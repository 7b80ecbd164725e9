import { styleText } from "node:util";
import type { CliIo, Output } from "./io.ts";
import { plainLine, plainText, printableJson } from "./plain-text.ts";
import { type Cell, formatTable, type Style, type TableColumn } from "./table.ts";

/** Writes what a command has to say: results to stdout, everything else to stderr. */
export class Printer {
  readonly #io: CliIo;

  constructor(io: CliIo) {
    this.#io = io;
  }

  /** A line of the result, as it is: parts from outside go through `plain` or `paint`. */
  line(text = ""): void {
    this.#io.stdout.write(`${text}\n`);
  }

  /** `text` from outside, on one line and without what could steer a terminal. */
  plain(text: string): string {
    return plainLine(text);
  }

  /** The same, with a colour where there may be one. */
  paint(style: Style, text: string): string {
    return paint(this.#io, this.#io.stdout, style, plainLine(text));
  }

  table(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]): void {
    const lines = formatTable(columns, rows, this.#io.stdout.columns, (style, text) => this.paint(style, text));
    for (const line of lines) this.line(line);
  }

  /** The whole result as one JSON document. */
  json(value: unknown): void {
    this.line(printableJson(value, 2));
  }

  /** One of a stream of results as one line of JSON. */
  async jsonLine(value: unknown): Promise<void> {
    this.line(printableJson(value));
    await this.#io.stdout.drained();
  }

  /** A remark beside the result. */
  note(text: string): void {
    this.#io.stderr.write(`${paint(this.#io, this.#io.stderr, "dim", plainText(text))}\n`);
  }
}

/** Colour only on a terminal that shows it, and not where NO_COLOR is set. @see https://no-color.org */
function paint(io: CliIo, output: Output, style: Style, text: string): string {
  if (!output.isTTY || io.env["NO_COLOR"] || io.env["TERM"] === "dumb") return text;
  return styleText(style, text, { validateStream: false });
}
