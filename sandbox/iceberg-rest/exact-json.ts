declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as it stands (ECMAScript proposal "JSON.parse source text access", in Node since 22). */
    rawJSON(text: string): object;
  }
}

const LONG_INTEGER = /\d{16}/;

/**
 * Parses JSON; integers beyond 2^53 (Iceberg's snapshot ids are 64 bits) become `bigint`.
 *
 * @throws SyntaxError if `text` is no JSON.
 */
export function parseExactJson(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSON.parse(text, keepLongInteger) : JSON.parse(text);
}

/** Inverse of `parseExactJson`. */
export function stringifyExactJson(value: unknown): string {
  return JSON.stringify(value, (_key, it: unknown) => (typeof it === "bigint" ? JSON.rawJSON(String(it)) : it));
}

function keepLongInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}
