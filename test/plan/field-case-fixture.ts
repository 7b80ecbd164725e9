import type { Drift } from "../../src/domain/drift.ts";
import { fromElements, projectElements, toElements } from "../../src/domain/elements.ts";
import type { FieldKind } from "../../src/domain/field.ts";
import { parseSourceId, type SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { FieldCase, PartCase } from "../../src/plan/field-case.ts";
import type { Seen } from "../../src/plan/source-facts.ts";
import type { FieldCapability } from "../../src/ports/source.ts";
import type { Mode, Part, Rule } from "../../src/treaty/decision.ts";

export const CATALOG = parseSourceId("catalog");
export const LAKEHOUSE = parseSourceId("lakehouse");
export const THIRD = parseSourceId("third");
const LEVELS = ["PUBLIC", "INTERNAL", "CONFIDENTIAL", "RESTRICTED"];
const ALL: FieldCapability = { field: "owners", kinds: ["TABLE"], write: true, cardinality: "many", omits: [] };

export function rule(it: Partial<Rule> = {}): Rule {
  return {
    name: "rule",
    authority: CATALOG,
    mirrors: [LAKEHOUSE],
    merge: "map",
    onForeignWrite: "revert",
    onConflict: "authority",
    onFirstSight: "authority",
    modes: {},
    defaultMode: "enforce",
    ...it,
  };
}

export const UNKNOWN: Seen = { state: "unknown", reason: "it was not read" };

/** null is ABSENT. */
export function seen(value: Json): Seen {
  return value === null ? { state: "absent" } : { state: "value", value };
}

export function malformed(raw: string): Seen {
  return { state: "value", value: raw, malformed: true };
}

/** One part with an authority and a mirror; `base` undefined: none. */
export interface PairSpec {
  readonly kind: FieldKind;
  readonly rule?: Partial<Rule>;
  readonly authority: Seen;
  readonly mirror: Seen;
  readonly base: Json | undefined;
  readonly holds?: Partial<FieldCapability>;
  readonly open?: Drift;
  readonly mirrorMode?: Mode;
  readonly authorityMode?: Mode;
  readonly authorityWritable?: boolean;
  readonly authorityRoom?: "one" | "many";
  readonly mirrorSince?: number;
  readonly authoritySince?: number;
}

export function pairCase(it: PairSpec): FieldCase {
  return {
    kind: it.kind,
    parts: [
      {
        part: { rule: rule(it.rule) },
        mirrored: true,
        authoritySeen: it.authority,
        authoritySince: it.authoritySince === undefined ? undefined : { by: it.authoritySince },
        authorityMode: it.authorityMode ?? "enforce",
        authorityWritable: it.authorityWritable ?? true,
        authorityRoom: it.authorityRoom ?? "many",
        mirrorMode: it.mirrorMode ?? "enforce",
      },
    ],
    mirror: LAKEHOUSE,
    mirrorSeen: it.mirror,
    mirrorSince: it.mirrorSince === undefined ? undefined : { after: it.mirrorSince },
    holds: { ...ALL, field: it.kind, ...it.holds },
    base: it.base,
    comparedWith: [rule(it.rule).authority],
    open: it.open,
    levels: LEVELS,
  };
}

/** Several sources with the same field under parts of different authorities. */
export interface World {
  readonly kind: FieldKind;
  readonly parts: readonly Part[];
  readonly seen: ReadonlyMap<SourceId, Seen>;
  readonly bases: ReadonlyMap<SourceId, Json | undefined>;
  readonly holds?: ReadonlyMap<SourceId, Partial<FieldCapability>>;
}

export function worldCase({ bases, holds, kind, parts, seen: seenIn }: World, mirror: SourceId): FieldCase {
  const seenAt = (id: SourceId): Seen => seenIn.get(id) ?? { state: "absent" };
  return {
    kind,
    parts: parts.map(
      (part): PartCase => ({
        part,
        mirrored: part.rule.authority !== mirror && part.rule.mirrors.includes(mirror),
        authoritySeen: seenAt(part.rule.authority),
        authoritySince: undefined,
        authorityMode: "enforce",
        authorityWritable: true,
        authorityRoom: "many",
        mirrorMode: "enforce",
      }),
    ),
    mirror,
    mirrorSeen: seenAt(mirror),
    mirrorSince: undefined,
    holds: { ...ALL, field: kind, ...holds?.get(mirror) },
    base: bases.get(mirror),
    comparedWith: parts.map((it) => it.rule.authority),
    open: undefined,
    levels: LEVELS,
  };
}

/** What is left of a value in a source that holds less, worked out anew. */
export function held(kind: FieldKind, value: Json, holds: Partial<FieldCapability> = {}): Json {
  return fromElements(kind, projectElements(toElements(kind, value, false), { ...ALL, ...holds }), false);
}
