import type { Decided } from "../domain/decided.ts";
import { equalElements } from "../domain/diff.ts";
import type { Drift } from "../domain/drift.ts";
import { type Elements, fromElements, isDivisible, toElements } from "../domain/elements.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import {
  type FieldCase,
  isCompared,
  isReplacedWhole,
  type PartCase,
  partOf,
  type Sides,
  valueOf,
} from "./field-case.ts";

/** A person's answer to the question that is open, as far as it still holds. */
export interface Answer {
  readonly for: "authority" | "mirror";
  readonly by: Decided | undefined;
  /** Where it is carried out. */
  readonly at: SourceId;
  /** Whether it holds for the elements of this part. */
  isFor(part: PartCase): boolean;
}

/**
 * An answer stands above the rule for the elements of the authority that was asked about, as long as the mirror holds what the person
 * saw of those. Elements of others are not part of it: nobody may have seen them, and they have their own rules.
 *
 * That the mirror's value stands overwrites the authority's, so that one must be what they saw as well (P5): with what was on its way
 * to the mirror.
 */
export function answerOf(it: FieldCase, sides: Sides): Answer | undefined {
  const { mirror, open } = it;
  if (open?.decision === undefined || !isFoundAsSeen(it, sides, open)) return undefined;
  const { authority, decided: by } = open;
  const isOwn = ({ part }: PartCase): boolean => part.rule.authority === authority;
  if (!it.parts.some(isOwn)) return undefined;
  if (open.decision === "mirror") {
    const holds = !sides.malformed && isWantedAsSeen(it, sides, open) && !isCarriedOut(it, sides, open);
    return holds ? { for: "mirror", by, at: authority, isFor: isOwn } : undefined;
  }
  const isForAll = isReplacedWhole(it, sides) && isAllAsSeen(it, sides, open);
  const isFor = (part: PartCase): boolean =>
    isOwn(part) || (isForAll && (isCompared(part, sides) || open.kind === "FIRST_SIGHT"));
  return { for: "authority", by, at: mirror, isFor };
}

/** The elements that a mirror has to carry for one authority. */
function ownOf({ parts }: FieldCase, elements: Elements, authority: SourceId): Elements {
  const isOwn = ({ mirrored, part }: PartCase): boolean => mirrored && part.rule.authority === authority;
  return new Map([...elements].filter(([key]) => isOwn(partOf(parts, key))));
}

function isSame(it: FieldCase, seen: Json, now: Elements, { authority }: Drift): boolean {
  if (!isDivisible(it.kind, seen)) return false;
  return equalElements(ownOf(it, toElements(it.kind, seen, false), authority), ownOf(it, now, authority));
}

function isFoundAsSeen(it: FieldCase, { malformed, mirror, whole }: Sides, open: Drift): boolean {
  if (equalJson(open.found, valueOf(it.mirrorSeen))) return true;
  return !malformed && !whole && isSame(it, open.found, mirror, open);
}

function isWantedAsSeen(it: FieldCase, { authority, whole }: Sides, open: Drift): boolean {
  if (equalJson(open.wanted, fromElements(it.kind, authority, whole))) return true;
  return !whole && isSame(it, open.wanted, authority, open);
}

/** What one write replaces as a whole was shown as a whole, and is still so: then all of it was asked about. */
function isAllAsSeen({ kind, mirrorSeen }: FieldCase, { authority, whole }: Sides, { found, wanted }: Drift): boolean {
  return equalJson(found, valueOf(mirrorSeen)) && equalJson(wanted, fromElements(kind, authority, whole));
}

/** The authority has taken over all that the mirror holds: what it holds by now is a change of its own, also if it is what it held before. */
function isCarriedOut(it: FieldCase, sides: Sides, { authority }: Drift): boolean {
  const own = it.parts.filter(({ mirrored, part }) => mirrored && part.rule.authority === authority);
  const areCompared = own.length > 0 && own.every((part) => isCompared(part, sides));
  return areCompared && equalElements(ownOf(it, sides.base, authority), ownOf(it, sides.mirror, authority));
}
