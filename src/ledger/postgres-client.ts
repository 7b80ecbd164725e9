import type { Writable } from "node:stream";
import pg from "pg";

/** Texts of statements that are kept prepared; what comes after them is parsed and planned each time. */
const MOST_PREPARED = 400;
const nameByText = new Map<string, string>();

/**
 * A connection on which a statement is parsed and planned once, not at each use: PostgreSQL takes longer for that than to run it.
 * What is asked in one turn of the event loop is sent at once: a system call costs more than most of what it sends.
 */
export class PreparingClient extends pg.Client {
  // pg's overloads are many; the one that Kysely calls is the only one that is looked at.
  override query(...args: never[]): never {
    const [text, values, ...rest] = args as readonly unknown[];
    const { stream } = (this as unknown as { readonly connection: { readonly stream: Writable } }).connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
    const name = typeof text === "string" && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    const query = super.query.bind(this) as (...args: readonly unknown[]) => never;
    return name === undefined ? query(...args) : query({ name, text, values }, ...rest);
  }
}

function nameOf(text: string): string | undefined {
  const known = nameByText.get(text);
  if (known !== undefined || nameByText.size >= MOST_PREPARED) return known;
  const name = `concordat_${nameByText.size}`;
  nameByText.set(text, name);
  return name;
}
