import type { Elements } from "./elements.ts";
import { equalJson, type Json } from "./json.ts";

/** What one element's three readings say; `undefined` is ABSENT. */
export type ElementDiff = "in-sync" | "authority-changed" | "foreign-write" | "converged" | "conflict";

/**
 * Classifies one element from its base and its values at authority and mirror. Total; never throws. Swapping the sides
 * swaps "authority-changed" and "foreign-write" and leaves the others as they are.
 *
 * @see Khanna, Kunal & Pierce, "A Formal Investigation of Diff3", FSTTCS 2007.
 */
export function diffElement(
  base: Json | undefined,
  authority: Json | undefined,
  mirror: Json | undefined,
): ElementDiff {
  const mirrorMoved = !equalJson(mirror, base);
  const authorityMoved = !equalJson(authority, base);
  if (!mirrorMoved) return authorityMoved ? "authority-changed" : "in-sync";
  if (!authorityMoved) return "foreign-write";
  return equalJson(authority, mirror) ? "converged" : "conflict";
}

/**
 * The next base: where both sides are equal now, that; elsewhere the old one. This is the only way a base moves, so
 * that it is never ahead of what was seen on both sides (P6).
 */
export function rebase(base: Elements, authority: Elements, mirror: Elements): Elements {
  const next = new Map<string, Json>();
  for (const key of new Set([...base.keys(), ...authority.keys(), ...mirror.keys()])) {
    const agreed = equalJson(authority.get(key), mirror.get(key)) ? authority.get(key) : base.get(key);
    if (agreed !== undefined) next.set(key, agreed);
  }
  return next;
}

/** The keys of what the two sides do not have alike. */
export function differingKeys(left: Elements, right: Elements): readonly string[] {
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].filter((it) => !equalJson(left.get(it), right.get(it)));
}

/** Whether the left side has all that the right one has. */
export function holdsAll(left: Elements, right: Elements): boolean {
  return [...right].every(([key, value]) => left.has(key) && equalJson(value, left.get(key)));
}

export function equalElements(left: Elements, right: Elements): boolean {
  return left.size === right.size && holdsAll(left, right);
}
