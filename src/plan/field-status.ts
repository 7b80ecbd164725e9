import type { Column } from "../domain/asset.ts";
import {
  COLUMN_FIELDS,
  columnKey,
  type FieldKey,
  type FieldPath,
  isFieldOn,
  PLAIN_FIELDS,
  parseFieldKey,
  plainKey,
} from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { type FieldStatus, worstStatus } from "../domain/status.ts";
import { type AssetFacts, effectiveMode, type FieldFacts, type Part, type Treaty } from "../treaty/decision.ts";
import { type FieldCase, isJudged, isKnown, partOf, readSides, type Sides, valueOf } from "./field-case.ts";
import { capabilityOf, columnsOf, factsOf, type Seen, type SourceTable, seenAt } from "./source-facts.ts";
import { type Ground as MirrorGround, toFieldCase, toGround } from "./to-field-case.ts";

export interface Ground {
  readonly treaty: Treaty;
  readonly sources: SourceTable;
}

/** The same for one asset, with what all its fields are judged by made ready once. */
export interface AssetGround extends Ground {
  readonly state: AssetState;
  readonly facts: AssetFacts;
  readonly columns: readonly Column[];
  mirror(id: SourceId): MirrorGround | undefined;
}

/** Those who ask for a list ask for one field of an asset after the other. */
const grounds = new WeakMap<AssetState, AssetGround>();

export function toAssetGround({ sources, treaty }: Ground, state: AssetState): AssetGround {
  const known = grounds.get(state);
  if (known?.treaty === treaty && known.sources === sources) return known;
  const mirrors = new Map<SourceId, MirrorGround | undefined>();
  const mirror = (id: SourceId): MirrorGround | undefined => {
    if (!mirrors.has(id)) mirrors.set(id, toGround(treaty, state, sources, id));
    return mirrors.get(id);
  };
  const ground = { treaty, sources, state, facts: factsOf(state), columns: columnsOf(state), mirror };
  grounds.set(state, ground);
  return ground;
}

/** Every governed field of the asset: plain fields, custom fields, then columns by position. */
export function governedFields({ columns, state }: AssetGround): readonly FieldFacts[] {
  const plain = PLAIN_FIELDS.filter((it) => isFieldOn(state.asset.kind, it));
  const seen = new Set(state.bindings.flatMap((it) => Object.keys(it.fields)));
  const custom = [...seen].filter((it) => it.startsWith("custom.")).sort();
  return [
    ...plain.map((it) => ({ key: plainKey(it), path: it as string as FieldPath, kind: it })),
    ...custom.map((it) => ({ key: parseFieldKey(it), path: it as FieldPath, kind: "custom" as const })),
    ...columns.flatMap(({ id, name }) =>
      COLUMN_FIELDS.map((it) => ({
        key: columnKey(id, it),
        path: `columns.${name}.${it}` as FieldPath,
        kind: `columns.${it}` as const,
      })),
    ),
  ];
}

/**
 * @param value what the authorities say together; undefined where one of them is not known.
 * @param isPendingKnown whether it makes no difference any more which of IN_SYNC, WAIVED and PENDING it is.
 */
export function statusOf(
  ground: AssetGround,
  key: FieldKey,
  parts: readonly Part[],
  value: Json | undefined,
  isPendingKnown = false,
): FieldStatus {
  const drifts = ground.state.drifts.filter((it) => it.key === key);
  const open = drifts.filter((it) => it.state !== "WAIVED");
  if (open.some((it) => it.kind === "CONFLICT")) return "CONFLICT";
  if (open.length > 0) return "DRIFTED";
  if (value === undefined) return "UNKNOWN";
  const mirrors = new Set(parts.flatMap((it) => it.rule.mirrors));
  const statuses = [...mirrors].map(
    (it) => statusAtAGlance(ground, key, parts, it, isPendingKnown) ?? statusAt(ground.mirror(it), key, parts),
  );
  const status = worstStatus(statuses);
  return status === "PENDING" && drifts.length > 0 ? "WAIVED" : status;
}

/** The same as `statusAt` where it can be told without taking the values apart, as of most fields; undefined elsewhere. */
function statusAtAGlance(
  { sources, state }: AssetGround,
  key: FieldKey,
  parts: readonly Part[],
  mirror: SourceId,
  isPendingKnown: boolean,
): FieldStatus | undefined {
  const facts = sources.get(mirror);
  const holds = capabilityOf(facts, state.asset, key);
  const found = seenAt(state, facts, key);
  const isMirror = parts.some(({ rule }) => rule.authority !== mirror && rule.mirrors.includes(mirror));
  if (!holds || !isMirror || found.state === "unsupported") return "IN_SYNC";
  if (found.state === "unknown") return "UNKNOWN";
  if (holds.cardinality === "one" || !isKnown(found)) return undefined;
  if (isPendingKnown) return "PENDING";
  const [part, ...more] = parts;
  if (!facts || !part || more.length > 0) return undefined;
  const wanted = seenAt(state, sources.get(part.rule.authority), key);
  if (!isKnown(wanted)) return undefined;
  if (wanted.state !== found.state)
    return effectiveMode(part.rule, mirror, facts.mode) === "seed-once" ? "IN_SYNC" : "PENDING";
  return holds.omits.length === 0 && equalJson(valueOf(wanted), valueOf(found)) ? "IN_SYNC" : undefined;
}

/**
 * How far one mirror is with what the authorities say of the elements that it has to carry.
 *
 * @param value the whole field as it is going to be (null: ABSENT), instead of as it is.
 */
export function mirrorStatus(
  { sources, treaty }: Ground,
  state: AssetState,
  key: FieldKey,
  mirror: SourceId,
  value?: Json,
): FieldStatus {
  return statusAt(toGround(treaty, state, sources, mirror), key, undefined, value);
}

function statusAt(ground: MirrorGround | undefined, key: FieldKey, parts?: readonly Part[], value?: Json): FieldStatus {
  const now = ground && toFieldCase(ground, key, parts);
  if (!now) return "IN_SYNC";
  if (now.mirrorSeen.state === "unknown") return "UNKNOWN";
  const it = value === undefined ? now : withValue(now, value);
  const sides = readSides(it);
  if (!sides) return "UNKNOWN";
  const keys = [...new Set([...sides.authority.keys(), ...sides.mirror.keys()])];
  return keys.some((name) => isOpenAt(it, sides, name)) ? "PENDING" : "IN_SYNC";
}

function withValue(it: FieldCase, value: Json): FieldCase {
  const authoritySeen: Seen = value === null ? { state: "absent" } : { state: "value", value };
  return { ...it, parts: it.parts.map((part) => ({ ...part, authoritySeen })) };
}

/** A mirror that is only seeded is not behind whatever it holds. */
function isOpenAt(it: FieldCase, sides: Sides, name: string): boolean {
  const part = partOf(it.parts, name);
  return (
    isJudged(part, sides, name) &&
    part.mirrorMode !== "seed-once" &&
    !equalJson(sides.authority.get(name), sides.mirror.get(name))
  );
}
