import canonicalize from "canonicalize";
import type { Change } from "./change.ts";
import { isJsonObject } from "./json.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The bytes of a log entry: RFC 8785 canonical JSON of the change with its position, in UTF-8. They are what is stored, hashed and
 * proved, so two equal changes have equal bytes. Lone surrogates, which UTF-8 cannot carry, become U+FFFD.
 *
 * @throws TypeError if the change holds a number that is not finite.
 * @see RFC 8785, "JSON Canonicalization Scheme (JCS)".
 */
export function encodeChange(change: Change): Uint8Array {
  return encoder.encode(canonicalChange(change));
}

/** The text that `encodeChange` encodes. */
export function canonicalChange(change: Change): string {
  // Once its keys are in order, what JSON.stringify writes is canonical: twice as quick as the library, which scans feel.
  const sorted = sortKeys(change);
  return sorted === ODD ? canonicalOdd(change) : JSON.stringify(sorted);
}

const ODD = Symbol("odd");

/** The value with the keys of all objects in order; ODD if it holds anything that JSON.stringify would not write canonically then. */
function sortKeys(value: unknown): unknown {
  if (typeof value === "string") return value.isWellFormed() ? value : ODD;
  if (typeof value === "number") return Number.isFinite(value) ? value : ODD;
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object" || "toJSON" in value) return ODD;
  if (Array.isArray(value)) {
    const elements = value.map(sortKeys);
    return elements.includes(ODD) ? ODD : elements;
  }
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const it = (value as Readonly<Record<string, unknown>>)[key];
    if (it === undefined) continue;
    const member = isOddKey(key) ? ODD : sortKeys(it);
    if (member === ODD) return ODD;
    sorted[key] = member;
  }
  return sorted;
}

/** Objects keep keys that are whole numbers in another order, and take one name for something else. */
function isOddKey(key: string): boolean {
  return /^\d|^__proto__$/.test(key) || !key.isWellFormed();
}

function canonicalOdd(change: Change): string {
  try {
    return canonicalize(change) as string;
  } catch (error) {
    // Rare, so it is found out by failing: a lone surrogate somewhere. A second failure is a number that JSON cannot carry.
    const wellFormed = makeWellFormed(change);
    try {
      return canonicalize(wellFormed) as string;
    } catch {
      throw new TypeError(`Log entry ${change.position} (${change.kind}) is no JSON: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  }
}

/** @throws TypeError if `bytes` are not a log entry. */
export function decodeChange(bytes: Uint8Array): Change {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new TypeError(`Not a log entry: ${(error as Error).message}`, { cause: error });
  }
  if (!isJsonObject(value) || typeof value["position"] !== "number" || typeof value["kind"] !== "string") {
    throw new TypeError("Not a log entry: it has no position or no kind.");
  }
  // The bytes are the gateway's own, written by `encodeChange`.
  return value as object as Change;
}

function makeWellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(makeWellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key.toWellFormed(), makeWellFormed(it)]));
}
