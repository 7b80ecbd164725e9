import { hash } from "node:crypto";
import type { Column } from "../domain/asset.ts";
import type { Drift } from "../domain/drift.ts";
import { fromElements, toElements } from "../domain/elements.ts";
import { type FieldKey, fieldKindOf, isFieldOn, keyToPath, pathToKey } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import type { FieldView, ObservationView } from "../ports/gateway.ts";
import { type FieldFacts, type Part, partGoverning } from "../treaty/decision.ts";
import { type AssetGround, type Ground, governedFields, statusOf, toAssetGround } from "./field-status.ts";
import { bindingOf, type Seen, type SourceTable, seenAt } from "./source-facts.ts";

/** Every governed field of the asset, or those that `paths` name: plain fields, custom fields, then columns by position. */
export function viewFields(all: Ground, state: AssetState, paths?: readonly string[]): readonly FieldView[] {
  const ground = toAssetGround(all, state);
  if (!paths) return governedFields(ground).map((field) => viewOn(ground, field));
  return paths.flatMap((path) => {
    const key = pathToKey(path, ground.columns);
    const field = key && toFieldFacts(key, ground.columns);
    return field && isFieldOn(state.asset.kind, field.kind) ? [viewOn(ground, field)] : [];
  });
}

/** One governed field as the treaty sees it. Pure. */
export function viewField(all: Ground, state: AssetState, key: FieldKey): FieldView {
  const ground = toAssetGround(all, state);
  return viewOn(ground, toFieldFacts(key, ground.columns));
}

function toFieldFacts(key: FieldKey, columns: readonly Column[]): FieldFacts {
  return { key, path: keyToPath(key, columns), kind: fieldKindOf(key) };
}

const viewsByGround = new WeakMap<AssetGround, Map<FieldKey, FieldView>>();

/** Computed once for each state: lists are asked for again and again, and most of what they tell has not changed. */
function viewOn(ground: AssetGround, field: FieldFacts): FieldView {
  const views = viewsByGround.get(ground) ?? new Map<FieldKey, FieldView>();
  viewsByGround.set(ground, views);
  const view = views.get(field.key) ?? computeView(ground, field);
  views.set(field.key, view);
  return view;
}

function computeView(ground: AssetGround, field: FieldFacts): FieldView {
  const { facts, sources, state, treaty } = ground;
  const { key, kind, path } = field;
  const parts = treaty.decide(facts, field);
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
    status: statusOf(ground, key, parts, value),
    get version() {
      return versionOf(value); // a hash that most queries do not ask for
    },
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
      if (partGoverning(parts, name) === part) all.set(name, element);
    }
  }
  return fromElements(kind, all, whole);
}

function gravity(drift: Drift): number {
  return ["WAIVED", "REPAIRING", "OPEN", "IN_REVIEW"].indexOf(drift.state) + (drift.kind === "CONFLICT" ? 10 : 0);
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
