import { ASSET_KINDS, type Asset, type NativeRef } from "../domain/asset.ts";
import type { Change, ChangeKind } from "../domain/change.ts";
import type { Drift } from "../domain/drift.ts";
import { fromElements, isDivisible, toElements } from "../domain/elements.ts";
import { type FieldKey, type FieldKind, fieldKindOf, splitField } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, isJsonObject, type Json, type JsonObject } from "../domain/json.ts";
import { formatName, parseName } from "../domain/name.ts";
import { normalise } from "../domain/normalise.ts";
import type { AssetState, Binding, DatedReading } from "../domain/state.ts";
import { EXISTENCE_KEY } from "./plan-existence.ts";
import { bindingOf } from "./source-facts.ts";

/** The entries that say something of an asset's state. */
export const STATE_ENTRIES = [
  "ASSET_FOUND", "ASSET_BOUND", "ASSET_RENAMED", "ASSET_SUSPECTED", "ASSET_RETIRED", "ASSET_RESTORED",
  "FIELD_CHANGED", "WRITE_APPLIED", "DRIFT_OPENED", "DRIFT_CHANGED", "DRIFT_RESOLVED",
] as const satisfies readonly ChangeKind[]; // biome-ignore format: one glance

/**
 * One asset as the log knows it after these entries: its values in each source and the drift that was open. Undefined before it
 * was found. The log does not tell labels, version tokens, addresses, agreed values, and that a field could not be read; they
 * are empty here. A source that changed without drift where it has no authority shows what the log told of it last. Pure.
 *
 * @param changes the entries of this asset alone, from its first one on, in the order of the log.
 */
export function stateAsOf(changes: Iterable<Change>): AssetState | undefined {
  let state: AssetState | undefined;
  for (const change of changes) state = advanceState(state, change);
  return state;
}

/** What the next entry makes of the state, so that a long history can be read page by page. Pure. */
export function advanceState(state: AssetState | undefined, change: Change): AssetState | undefined {
  if (change.kind === "ASSET_FOUND") return bindSource(foundState(change), change);
  const next = state && advanceKnown(state, change);
  return next === state || next === undefined ? state : { ...next, revision: next.revision + 1 };
}

function advanceKnown(state: AssetState, change: Change): AssetState | undefined {
  switch (change.kind) {
    case "ASSET_FOUND":
    case "ASSET_BOUND":
      return bindSource(state, change);
    case "ASSET_RENAMED":
      return renamed(state, change);
    case "ASSET_SUSPECTED":
    case "ASSET_RETIRED":
      return lost(state, change);
    case "ASSET_RESTORED":
      return restored(state, change);
    case "FIELD_CHANGED":
      return change.key && setValue(state, change, change.key, (value, begun) => patched(change, value, begun));
    case "WRITE_APPLIED":
      return applied(state, change);
    case "DRIFT_OPENED":
    case "DRIFT_CHANGED":
    case "DRIFT_RESOLVED":
      return drifted(state, change);
    case "WRITE_INTENDED":
    case "WRITE_FAILED":
    case "REVIEW_OPENED":
    case "REVIEW_CHANGED":
    case "REVIEW_DECIDED":
    case "REVIEW_WITHDRAWN":
    case "SCAN_COMPLETED":
    case "SCAN_INCOMPLETE":
    case "GUARD_TRIPPED":
    case "SOURCE_MODE_CHANGED":
    case "TREATY_CHANGED":
    case "LEDGER_RESTORED":
      return state;
    default:
      return change.kind satisfies never;
  }
}

function foundState({ after, asset: id, at, name }: Change): AssetState | undefined {
  const ref = refIn(after);
  if (!ref || id === undefined) return undefined;
  const asset: Asset = {
    id,
    name: name ?? formatName(ref.name),
    kind: ref.kind,
    state: "ACTIVE",
    labels: {},
    createdAt: at,
  };
  return { asset, revision: 1, bindings: [], agreed: [], drifts: [] };
}

/** What the gateway itself wrote to make the asset known there was told just before, and is not told again. */
function bindSource(state: AssetState | undefined, change: Change): AssetState | undefined {
  const ref = refIn(change.after);
  if (!state || !ref || !change.source) return state;
  const bound = withBinding(state, change, change.source, { ref, state: "present", misses: 0 });
  return setValues(bound, change, fieldsIn(change.after));
}

function renamed(state: AssetState, change: Change): AssetState {
  const { after, source } = change;
  if (typeof after !== "string") return state;
  const binding = source && bindingOf(state, source);
  const name = binding && nativeName(binding.ref, state.asset.name, after);
  const next = { ...state, asset: { ...state.asset, name: after } };
  return name ? withBinding(next, change, binding.source, { ref: { ...binding.ref, name } }) : next;
}

/** The canonical name `to` as the source knows it, that knew `from` as `ref`: without the segments that only canonical names have. */
function nativeName(ref: NativeRef, from: string, to: string): readonly string[] | undefined {
  const segments = parseName(from);
  const prefix = segments.length - ref.name.length;
  return equalJson(segments.slice(prefix), ref.name) ? parseName(to).slice(prefix) : undefined;
}

function lost(state: AssetState, change: Change): AssetState {
  const { at, kind, source } = change;
  const asset: Asset = {
    ...state.asset,
    state: kind === "ASSET_RETIRED" ? "RETIRED" : "SUSPECTED",
    missingSince: state.asset.missingSince ?? at,
    ...(kind === "ASSET_RETIRED" ? { retiredAt: at } : {}),
  };
  const binding = source && bindingOf(state, source);
  const next = { ...state, asset };
  if (!binding) return next;
  return withBinding(next, change, binding.source, { state: "missing", misses: binding.misses + 1 });
}

/** What the source held before it lost the asset is of no account. */
function restored(state: AssetState, change: Change): AssetState {
  const { detail, source } = change;
  const { missingSince: _missing, retiredAt: _retired, ...rest } = state.asset;
  const next: AssetState = { ...state, asset: { ...rest, state: "ACTIVE" } };
  const ref = refIn(detail);
  if (!source || !ref) return next;
  const values = fieldsIn(detail);
  const gone = Object.keys(bindingOf(state, source)?.fields ?? {}).filter((key) => !(key in values));
  const back = withBinding(next, change, source, { ref, state: "present", misses: 0 });
  return setValues(back, change, { ...values, ...Object.fromEntries(gone.map((key) => [key, null])) });
}

/** A write of no fields at all brought the asset to its new name there. */
function applied(state: AssetState, change: Change): AssetState {
  const { after, source } = change;
  if (!source || !isJsonObject(after)) return state;
  if (Object.keys(after).length > 0) return setValues(state, change, after);
  const name = parseName(state.asset.name);
  const ref = bindingOf(state, source)?.ref;
  return ref ? withBinding(state, change, source, { ref: { ...ref, name: name.slice(-ref.name.length) } }) : state;
}

function drifted(state: AssetState, change: Change): AssetState {
  const { after, detail, key, kind, source } = change;
  if (!isJsonObject(detail) || !key || !source) return state;
  const drift = detail as object as Drift; // the gateway's own entry: `detail` is the whole drift
  const isOpen = kind !== "DRIFT_RESOLVED";
  const isKnown = state.drifts.some((it) => it.id === drift.id);
  const kept = state.drifts.flatMap((it) => (it.id !== drift.id ? [it] : isOpen ? [drift] : []));
  const next = { ...state, drifts: isOpen && !isKnown ? [...kept, drift] : kept };
  if (key !== EXISTENCE_KEY || (drift.kind !== "MISSING_IN_MIRROR" && drift.kind !== "ORPHAN"))
    return setValue(next, change, key, (current) => (isOpen ? drift.found : after === undefined ? current : after));
  if (drift.kind === "ORPHAN" || !bindingOf(next, source)) return next;
  const isBack = !isOpen && next.asset.state === "ACTIVE";
  return withBinding(next, change, source, { state: isBack ? "present" : "missing" });
}

/**
 * Of a field whose elements have several authorities an entry tells only those that one of them decides on. Without `before` it
 * could not be read until now: what was known of it is of no account, unless the entry right before has `begun` to tell of it.
 */
function patched({ after = null, before, key }: Change, current: Json, begun: boolean): Json {
  if (before === undefined && !begun) return after;
  return withElements(fieldKindOf(key as FieldKey), current, before ?? null, after);
}

/** @returns `current` without the elements of `before` and with those of `after`. */
function withElements(kind: FieldKind, current: Json, before: Json, after: Json): Json {
  if (![current, before, after].every((it) => isDivisible(kind, it))) return after;
  const elements = new Map(toElements(kind, current, false));
  for (const name of toElements(kind, before, false).keys()) elements.delete(name);
  for (const [name, element] of toElements(kind, after, false)) elements.set(name, element);
  return fromElements(kind, elements, false);
}

function setValues(state: AssetState, change: Change, values: JsonObject): AssetState {
  return Object.entries(values)
    .filter(([key]) => splitField(key) !== undefined)
    .reduce((next, [key, value]) => setValue(next, change, key as FieldKey, () => value), state);
}

/** What the source that the entry names holds of one field from now on; null is ABSENT. */
function setValue(
  state: AssetState,
  change: Change,
  key: FieldKey,
  edit: (current: Json, begun: boolean) => Json,
): AssetState {
  const { position, source } = change;
  if (!source) return state;
  const binding = bindingOf(state, source);
  const current = binding?.fields[key];
  const begun = current?.by === position - 1 && binding?.observedAt === change.at;
  const value = edit(current?.state === "value" ? current.value : null, begun);
  if (!binding && value === null) return state;
  const { [key]: _gone, ...rest } = binding?.fields ?? {};
  if (value === null) return withBinding(state, change, source, { fields: rest });
  const isSame = change.before !== undefined && current?.state === "value" && equalJson(current.value, value);
  const dated: DatedReading = isSame ? current : datedReading(key, value, binding?.observedFrom ?? 0, position);
  return withBinding(state, change, source, { fields: { ...rest, [key]: dated } });
}

/** Content that is no value of its field stands in the log as it was. */
function datedReading(key: FieldKey, value: Json, after: number, by: number): DatedReading {
  const normal = normalise(fieldKindOf(key), value);
  const isWell = normal.ok && equalJson(normal.value, value);
  return { state: "value", value, ...(isWell ? {} : { malformed: true as const }), after, by };
}

/** The source's binding as of this entry: what the entry tells was observed when it was made. */
function withBinding(state: AssetState, change: Change, source: SourceId, told: Partial<Binding>): AssetState {
  const { at, position } = change;
  const before = bindingOf(state, source) ?? newBinding(state, source);
  const binding: Binding = { ...before, ...told, observedAt: at, observedFrom: position };
  return { ...state, bindings: [...state.bindings.filter((it) => it.source !== source), binding] };
}

function newBinding({ asset }: AssetState, source: SourceId): Omit<Binding, "observedAt" | "observedFrom"> {
  const ref = { kind: asset.kind, name: parseName(asset.name), stableId: null };
  return { source, ref, state: "present", misses: 0, version: null, fields: {}, digest: "" };
}

function fieldsIn(held: Json | undefined): JsonObject {
  const fields = isJsonObject(held) ? held["fields"] : undefined;
  return isJsonObject(fields) ? fields : {};
}

function refIn(held: Json | undefined): NativeRef | undefined {
  const ref = isJsonObject(held) ? held["ref"] : undefined;
  if (!isJsonObject(ref) || !Array.isArray(ref["name"]) || ref["name"].length === 0) return undefined;
  const kind = ASSET_KINDS.find((it) => it === ref["kind"]);
  const stableId = typeof ref["stableId"] === "string" ? ref["stableId"] : null;
  return kind && { kind, name: (ref["name"] as Json[]).map(String), stableId };
}
