import type { Drift } from "../domain/drift.ts";
import { type Elements, projectElements, toElements } from "../domain/elements.ts";
import type { FieldKind } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { FieldCapability } from "../ports/source.ts";
import type { Mode, Part } from "../treaty/decision.ts";
import type { Seen } from "./source-facts.ts";

/** One field of one asset and one mirror, with all that decides about it. */
export interface FieldCase {
  readonly kind: FieldKind;
  /** The parts in which this source is a mirror and its authority, or any other; the last takes the rest. */
  readonly parts: readonly PartCase[];
  readonly mirror: SourceId;
  readonly mirrorSeen: Seen;
  /** When the mirror's value came to be, in log positions, if known: see `DatedReading`. */
  readonly mirrorSince: { readonly after: number } | undefined;
  readonly holds: FieldCapability;
  /** In the mirror's form; undefined: no base. null: ABSENT. */
  readonly base: Json | undefined;
  readonly open: Drift | undefined;
  readonly levels: readonly string[];
}

export interface PartCase {
  readonly part: Part;
  /** Whether this source has to carry the part's elements: it is among the rule's mirrors. */
  readonly mirrored: boolean;
  readonly authoritySeen: Seen;
  readonly authoritySince: { readonly by: number } | undefined;
  readonly authorityMode: Mode;
  readonly authorityWritable: boolean;
  readonly mirrorMode: Mode;
}

/** Stands for content that is no value of the field: differs from everything and can never be adopted. */
export const MALFORMED = "\u0000malformed";

export interface Sides {
  readonly whole: boolean;
  /** What the authorities say together of the mirrored elements, in the mirror's form, and in full. */
  readonly authority: Elements;
  readonly authorityFull: Elements;
  readonly mirror: Elements;
  readonly base: Elements;
  readonly hasBase: boolean;
  readonly malformed: boolean;
}

export function isKnown(seen: Seen): boolean {
  return seen.state === "absent" || (seen.state === "value" && seen.malformed !== true);
}

export function valueOf(seen: Seen): Json {
  return seen.state === "value" ? seen.value : null;
}

export function partOf(parts: readonly PartCase[], key: string): PartCase {
  return parts.find((it) => it.part.claims?.(key) ?? true) ?? (parts.at(-1) as PartCase);
}

export function readSides(it: FieldCase): Sides | undefined {
  const { mirrorSeen, parts } = it;
  if (mirrorSeen.state === "unknown" || mirrorSeen.state === "unsupported") return undefined;
  if (!parts.some((part) => part.mirrored && isKnown(part.authoritySeen))) return undefined;
  const whole = parts.length === 1 && parts[0]?.part.rule.merge === "replace";
  const full = new Map<string, Json>();
  for (const part of parts) {
    if (!part.mirrored || !isKnown(part.authoritySeen)) continue;
    for (const [key, element] of toElements(it.kind, valueOf(part.authoritySeen), whole)) {
      if (partOf(parts, key) === part) full.set(key, element);
    }
  }
  const malformed = mirrorSeen.state === "value" && mirrorSeen.malformed === true;
  return {
    whole,
    authorityFull: full,
    authority: projectElements(full, it.holds),
    mirror: malformed ? new Map([[MALFORMED, valueOf(mirrorSeen)]]) : toElements(it.kind, valueOf(mirrorSeen), whole),
    base: toElements(it.kind, it.base ?? null, whole),
    hasBase: it.base !== undefined,
    malformed,
  };
}
