import { hash } from "node:crypto";
import { columnIdOf, type FieldKey, fieldKindOf, keyToPath } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import { type Agreed, type AgreedValue, type AssetState, type ComparedPart, comparedPart } from "../domain/state.ts";
import { type AssetFacts, effectiveMode, type Part, type Treaty } from "../treaty/decision.ts";
import type { FieldCase, PartCase } from "./field-case.ts";
import {
  bindingOf,
  capabilityOf,
  columnsOf,
  factsOf,
  type SourceFacts,
  type SourceTable,
  seenAt,
} from "./source-facts.ts";

/** One asset and one mirror, and everything that the treaty decides by. */
export interface Ground {
  readonly treaty: Treaty;
  readonly state: AssetState;
  readonly sources: SourceTable;
  readonly facts: AssetFacts;
  readonly mirror: SourceFacts;
  /** See `Agreed.under`. */
  readonly under: string;
}

/** Undefined where no such source is connected. */
export function toGround(treaty: Treaty, state: AssetState, sources: SourceTable, id: SourceId): Ground | undefined {
  const mirror = sources.get(id);
  const facts = factsOf(state);
  let under: string | undefined;
  return (
    mirror && {
      treaty,
      state,
      sources,
      facts,
      mirror,
      get under() {
        under ??= comparedUnder(treaty, facts, mirror); // costs as much as a few fields, and is rarely asked for
        return under;
      },
    }
  );
}

/** One field and mirror, with all that decides about it; undefined where the mirror has nothing to do with the field. */
export function toFieldCase(
  ground: Ground,
  key: FieldKey,
  decided: readonly Part[] = decide(ground, key),
): FieldCase | undefined {
  const { mirror, sources, state, treaty } = ground;
  const holds = capabilityOf(mirror, state.asset, key);
  if (!holds) return undefined;
  const columns = columnsOf(state);
  const parts = decided.map((part) => partCase(ground, key, part));
  if (!parts.some((it) => it.mirrored)) return undefined;
  const mirrorSeen = seenAt(state, sources.get(mirror.id), key);
  if (mirrorSeen.state === "unsupported") return undefined;
  const columnId = columnIdOf(key);
  const isColumnGone = columnId !== undefined && columns.length > 0 && !columns.some((it) => it.id === columnId);
  if (isColumnGone && parts.some((it) => it.mirrored && it.authoritySeen.state !== "absent")) return undefined;
  const since = bindingOf(state, mirror.id)?.fields[key];
  const authorities = parts.map((it) => it.part.rule.authority);
  const base = agreedWith(ground, key, authorities.at(-1) as SourceId);
  return {
    kind: fieldKindOf(key),
    parts,
    mirror: mirror.id,
    mirrorSeen,
    mirrorSince: since,
    holds,
    isLost: isLost(
      state.agreed.find((it) => it.mirror === mirror.id),
      key,
    ),
    base: base?.value,
    comparedWith: base?.compared ?? authorities.filter((it) => knows(state, sources.get(it))),
    open: state.drifts.find((it) => it.source === mirror.id && it.key === key),
    levels: treaty.sensitivityLevels,
  };
}

/** Whether it has the asset, or can take it: however little can be read there just now. */
function knows(state: AssetState, source: SourceFacts | undefined): boolean {
  return source !== undefined && (bindingOf(state, source.id) !== undefined || source.capabilities.createsAssets);
}

/** Whether the source is the authority of some part of the field. */
export function isAuthorityOf(treaty: Treaty, state: AssetState, key: FieldKey, source: SourceId): boolean {
  return decide({ facts: factsOf(state), state, treaty }, key).some(({ rule }) => rule.authority === source);
}

function decide({ facts, state, treaty }: Pick<Ground, "facts" | "state" | "treaty">, key: FieldKey): readonly Part[] {
  return treaty.decide(facts, { key, path: keyToPath(key, columnsOf(state)), kind: fieldKindOf(key) });
}

function partCase({ mirror, sources, state }: Ground, key: FieldKey, part: Part): PartCase {
  const { rule } = part;
  const authority = sources.get(rule.authority);
  const holds = capabilityOf(authority, state.asset, key);
  return {
    part,
    mirrored: rule.authority !== mirror.id && rule.mirrors.includes(mirror.id),
    authoritySeen: seenAt(state, authority, key),
    authoritySince: bindingOf(state, rule.authority)?.fields[key],
    authorityMode: authority ? effectiveMode(rule, rule.authority, authority.mode) : "pause",
    authorityWritable: holds?.write ?? false,
    authorityRoom: holds?.cardinality ?? "many",
    mirrorMode: effectiveMode(rule, mirror.id, mirror.mode),
  };
}

/**
 * The base of authority and mirror: null is ABSENT, undefined none. When authority and mirror have changed places by a new
 * treaty, the base of the pair still holds; a base with a third source does not.
 */
export function baseOf(
  ground: Pick<Ground, "mirror" | "state" | "under">,
  key: FieldKey,
  authority: SourceId,
): Json | undefined {
  return agreedWith(ground, key, authority)?.value;
}

/** `compared` is not set where every part was whose authority knows the asset: if one comes to know it later, `under` is another. */
function agreedWith(
  { mirror, state, under }: Pick<Ground, "mirror" | "state" | "under">,
  key: FieldKey,
  authority: SourceId,
): Pick<AgreedValue, "value" | "compared"> | undefined {
  const own = agreedAt(state, mirror.id, key);
  if (own !== "unlisted" && own?.with === authority) return { value: own.value, compared: own.compared ?? [authority] };
  const swapped = agreedAt(state, authority, key);
  if (swapped !== undefined && swapped !== "unlisted" && swapped.with === mirror.id)
    return {
      value: swapped.value,
      compared: swapped.compared?.flatMap(toSwapped(mirror.id, authority)) ?? [authority],
    };
  if (own !== "unlisted") return undefined;
  return state.agreed.find((it) => it.mirror === mirror.id)?.under === under ? { value: null } : undefined;
}

/** The parts that one has had by a base, as the other one's. */
function toSwapped(before: SourceId, now: SourceId): (part: ComparedPart) => readonly ComparedPart[] {
  return (part) => {
    const [authority, scope] = part.split("/");
    return authority === before ? [comparedPart(now, scope)] : [];
  };
}

/** Whether the base of a field was lost with what a backup did not hold. */
function isLost(agreed: Agreed | undefined, key: FieldKey): boolean {
  return agreed?.lost === "all" || (agreed?.lost?.includes(key) ?? false);
}

function agreedAt(state: AssetState, mirror: SourceId, key: FieldKey): AgreedValue | "unlisted" | undefined {
  const agreed = state.agreed.find((it) => it.mirror === mirror);
  if (!agreed || agreed.none.includes(key) || isLost(agreed, key)) return undefined;
  return agreed.fields[key] ?? "unlisted";
}

/**
 * Everything that decides on which fields a mirror has to carry. A field that the bases do not list was ABSENT on both sides
 * only if it was among those: under other rules, for an asset that they selected otherwise, or of a source that could
 * not yet hold it, nobody ever looked.
 */
function comparedUnder(treaty: Treaty, { labels, name, sources }: AssetFacts, mirror: SourceFacts): string {
  const holds = mirror.capabilities.fields.map((it) => [it.field, it.kinds]);
  const texts = [treaty.hash, name, Object.entries(labels).sort(byKey), [...sources].sort(), holds];
  return hash("sha256", JSON.stringify(texts), "base64url").slice(0, 16);
}

function byKey([left]: readonly [string, string], [right]: readonly [string, string]): number {
  return left < right ? -1 : 1;
}
