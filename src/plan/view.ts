import { hash } from "node:crypto";
import type { Drift } from "../domain/drift.ts";
import { fromElements, toElements } from "../domain/elements.ts";
import {
  COLUMN_FIELDS,
  columnKey,
  type FieldKey,
  fieldKindOf,
  isFieldOn,
  keyToPath,
  PLAIN_FIELDS,
  parseFieldKey,
  pathToKey,
  plainKey,
} from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, isJsonObject, type Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { type FieldStatus, worstStatus } from "../domain/status.ts";
import type { FieldView, ObservationView } from "../ports/gateway.ts";
import type { AssetIndex } from "../ports/ledger.ts";
import type { Part, Treaty } from "../treaty/decision.ts";
import { EXISTENCE_KEY } from "./plan-existence.ts";
import { type FieldCase, isJudged, partOf, readSides, type Sides } from "./field-case.ts";
import { bindingOf, columnsOf, factsOf, type Seen, type SourceTable, seenAt } from "./source-facts.ts";
import { type Ground as MirrorGround, toFieldCase, toGround } from "./to-field-case.ts";

interface Ground {
  readonly treaty: Treaty;
  readonly sources: SourceTable;
}

/** The same for one asset, with each of its mirrors' case made ready once for all fields. */
interface AssetGround extends Ground {
  readonly state: AssetState;
  mirror(id: SourceId): MirrorGround | undefined;
}

function toAssetGround({ sources, treaty }: Ground, state: AssetState): AssetGround {
  const mirrors = new Map<SourceId, MirrorGround | undefined>();
  const mirror = (id: SourceId): MirrorGround | undefined => {
    if (!mirrors.has(id)) mirrors.set(id, toGround(treaty, state, sources, id));
    return mirrors.get(id);
  };
  return { treaty, sources, state, mirror };
}

/** Every governed field of the asset, or those that `paths` name: plain fields, custom fields, then columns by position. */
export function viewFields(all: Ground, state: AssetState, paths?: readonly string[]): readonly FieldView[] {
  const ground = toAssetGround(all, state);
  const columns = columnsOf(state);
  if (paths)
    return paths.flatMap((path) => {
      const key = pathToKey(path, columns);
      return key && isFieldOn(state.asset.kind, fieldKindOf(key)) ? [viewOn(ground, key)] : [];
    });
  const keys = new Set<FieldKey>(PLAIN_FIELDS.filter((it) => isFieldOn(state.asset.kind, it)).map(plainKey));
  const seen = state.bindings.flatMap((it) => Object.keys(it.fields)).map(parseFieldKey);
  for (const key of seen.filter((it) => fieldKindOf(it) === "custom").sort()) keys.add(key);
  for (const column of columns) for (const field of COLUMN_FIELDS) keys.add(columnKey(column.id, field));
  return [...keys].map((key) => viewOn(ground, key));
}

/** One governed field as the treaty sees it. Pure. */
export function viewField(ground: Ground, state: AssetState, key: FieldKey): FieldView {
  return viewOn(toAssetGround(ground, state), key);
}

function viewOn(ground: AssetGround, key: FieldKey): FieldView {
  const { sources, state, treaty } = ground;
  const path = keyToPath(key, columnsOf(state));
  const kind = fieldKindOf(key);
  const parts = treaty.decide(factsOf(state), { key, path, kind });
  const { rule } = parts.at(-1) as Part;
  const value = composeValue(state, sources, key, parts);
  const mirrors = [...new Set(parts.flatMap((it) => it.rule.mirrors))];
  const drifts = state.drifts.filter((it) => it.key === key).sort((left, right) => gravity(right) - gravity(left));
  return {
    asset: state.asset.id,
    key,
    path,
    kind,
    authority: rule.authority,
    mirrors,
    status: statusOf(ground, key, value, mirrors, drifts),
    version: versionOf(value),
    value,
    observations: observationsOf(state, sources, key, rule.authority),
    drifts,
    rule: rule.name,
  };
}

/** Changes whenever the value does. */
export function versionOf(value: Json | undefined): string {
  return hash("sha256", value === undefined ? "unknown" : JSON.stringify(value), "base64url").slice(0, 16);
}

/** The value of a field whose parts have different authorities is put together from them; undefined if one is not known. */
export function composeValue(
  state: AssetState,
  sources: SourceTable,
  key: FieldKey,
  parts: readonly Part[],
): Json | undefined {
  const kind = fieldKindOf(key);
  const whole = parts.length === 1;
  const all = new Map<string, Json>();
  for (const part of parts) {
    const seen = seenAt(state, sources.get(part.rule.authority), key);
    if (seen.state === "unknown" || seen.state === "unsupported" || (seen.state === "value" && seen.malformed))
      return undefined;
    if (seen.state === "absent") continue;
    for (const [name, element] of toElements(kind, seen.value, whole)) {
      if ((parts.find((it) => it.claims?.(name) ?? true) ?? part) === part) all.set(name, element);
    }
  }
  return fromElements(kind, all, whole);
}

function gravity(drift: Drift): number {
  return ["WAIVED", "REPAIRING", "OPEN", "IN_REVIEW"].indexOf(drift.state) + (drift.kind === "CONFLICT" ? 10 : 0);
}

function statusOf(
  ground: AssetGround,
  key: FieldKey,
  value: Json | undefined,
  mirrors: readonly SourceId[],
  drifts: readonly Drift[],
): FieldStatus {
  const open = drifts.filter((it) => it.state !== "WAIVED");
  if (open.some((it) => it.kind === "CONFLICT")) return "CONFLICT";
  if (open.length > 0) return "DRIFTED";
  if (value === undefined) return "UNKNOWN";
  const status = worstStatus(mirrors.map((it) => statusAt(ground.mirror(it), key)));
  return status === "PENDING" && drifts.length > 0 ? "WAIVED" : status;
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
  return statusAt(toGround(treaty, state, sources, mirror), key, value);
}

function statusAt(ground: MirrorGround | undefined, key: FieldKey, value?: Json): FieldStatus {
  const now = ground && toFieldCase(ground, key);
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

function observationsOf(
  state: AssetState,
  sources: SourceTable,
  key: FieldKey,
  authority: SourceId,
): readonly ObservationView[] {
  const ids = [authority, ...[...sources.keys()].filter((it) => it !== authority)];
  return ids.flatMap((id) => {
    const seen = seenAt(state, sources.get(id), key);
    const binding = bindingOf(state, id);
    if (id !== authority && (!binding || seen.state === "unsupported")) return [];
    return [
      {
        source: id,
        ...toObservation(seen),
        version: binding?.version ?? null,
        observedAt: binding?.observedAt ?? null,
      },
    ];
  });
}

function toObservation(seen: Seen): Pick<ObservationView, "state" | "value" | "note"> {
  switch (seen.state) {
    case "value":
      return { state: "VALUE", value: seen.value, ...(seen.malformed ? { note: "not a value of this field" } : {}) };
    case "absent":
      return { state: "ABSENT", value: null };
    case "unknown":
      return { state: "UNKNOWN", value: null, note: seen.reason };
    case "unsupported":
      return { state: "UNKNOWN", value: null, note: "the source does not know the asset, or cannot hold this field" };
    default:
      return seen satisfies never;
  }
}

/** What lists filter by. */
export function indexOf(ground: Ground, state: AssetState): AssetIndex {
  const views = viewFields(ground, state);
  const valueOf = (key: string): Json => views.find((it) => it.key === key)?.value ?? null;
  const names = (key: string, name: string): string[] => {
    const value = valueOf(key);
    return Array.isArray(value)
      ? (value as Json[]).map((it) => (isJsonObject(it) ? String(it[name]) : String(it)))
      : [];
  };
  const text = (key: string): string | null => {
    const value = valueOf(key);
    return typeof value === "string" ? value : null;
  };
  const columnTags = views
    .filter((it) => it.kind === "columns.classifications")
    .flatMap((it) => (Array.isArray(it.value) ? (it.value as Json[]) : []));
  const tags = [
    ...names("classifications", "name"),
    ...columnTags.map((it) => (isJsonObject(it) ? String(it["name"]) : String(it))),
  ];
  return {
    status: worstStatus([
      ...views.map((it) => it.status),
      ...(state.drifts.some((it) => it.key === EXISTENCE_KEY && it.state !== "WAIVED") ? ["DRIFTED" as const] : []),
    ]),
    owners: names("owners", "principal"),
    classifications: [...new Set(tags)],
    sensitivity: text("sensitivity"),
    domain: text("domain"),
    description: text("description"),
  };
}
