import type { Place } from "./page.ts";

const MAX_CURSOR = 20_000;

/** A cursor of one list in one order: opaque to those who hand it back, and no cursor of another list. */
export function encodePlace(list: string, [value, id]: Place): string {
  return Buffer.from(JSON.stringify([list, value, id])).toString("base64url");
}

/** @throws TypeError if `cursor` is none that `encodePlace` made for this list with values of this type. */
export function decodePlace(list: string, type: "string" | "number", cursor: string): Place {
  const parts = cursor.length > MAX_CURSOR ? undefined : parseCursor(cursor);
  if (Array.isArray(parts) && parts.length === 3) {
    const [name, value, id] = parts as unknown[];
    const isValue =
      type === "number" ? Number.isSafeInteger(value) : typeof value === "string" && !value.includes("\0");
    if (name === list && isValue && typeof id === "string" && !id.includes("\0")) return [value as string | number, id];
  }
  throw new TypeError(
    `Not a cursor of this list: "${cursor.slice(0, 100)}". Take it from a page of the same list in the same order.`,
  );
}

function parseCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
