import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../src/domain/json.ts";

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
// Part of the language since 2025; TypeScript's libraries do not name them yet.
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;
const raw = (JSON as typeof JSON & { readonly rawJSON: (text: string) => object }).rawJSON;

/**
 * Parses so that `JSON.stringify` gives every number back as it was written: a number that JavaScript would write
 * otherwise (a long default beyond 2^53, `1.0`) becomes an opaque object. For what is sent back to its owner (P10).
 *
 * @throws SyntaxError if `text` is not JSON.
 */
export function parseExact(text: string): Json {
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && source !== String(value) ? raw(source) : value,
  ) as Json;
}

/** Whether two values would be written the same, numbers to the last digit; the order of keys does not matter. */
export function equalExact(left: Json, right: Json): boolean {
  return isDeepStrictEqual(withSources(left), withSources(right));
}

function withSources(value: Json): unknown {
  return parseWithSource(JSON.stringify(value), (_key, it, { source }) => (typeof it === "number" ? { source } : it));
}
