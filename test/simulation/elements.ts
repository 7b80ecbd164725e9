import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../src/domain/json.ts";

/** The oracle's own view of values, which knows nothing of the engine's: what a value consists of. */
export type Pieces = ReadonlyMap<string, string>;

/** Owners and tags piece by piece; every other value is one piece under "". No pieces: absent. */
export function piecesOf(key: string, value: Json): Pieces {
  if (value === null) return new Map();
  if (!Array.isArray(value)) return new Map([["", JSON.stringify(value)]]);
  const name = key === "owners" ? "principal" : "name";
  return new Map(
    (value as { readonly [it: string]: Json }[]).map((it) => [
      String(it[name]),
      String(it["role"] ?? it["value"] ?? ""),
    ]),
  );
}

/** Every value is used once, so a piece tells where it came from. Texts are told by themselves, pieces of sets by their name. */
export function marksOf(key: string, value: Json): readonly string[] {
  return [...piecesOf(key, value)].map(([name, text]) => `${key}/${name === "" ? text : name}`);
}

/** Every value that is made up bears a number. */
export function numberIn(mark: string): number {
  return Number(/\d+/.exec(mark)?.[0] ?? 1);
}

export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function difference(key: string, before: Json, after: Json): Difference {
  const [was, is] = [marksOf(key, before), marksOf(key, after)];
  return { added: is.filter((it) => !was.includes(it)), removed: was.filter((it) => !is.includes(it)) };
}

export function sameJson(left: Json, right: Json): boolean {
  return isDeepStrictEqual(left, right);
}
