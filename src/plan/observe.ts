import { hash } from "node:crypto";
import type { Asset, NativeRef } from "../domain/asset.ts";
import type { Actor, NewChange } from "../domain/change.ts";
import { fromElements, toElements } from "../domain/elements.ts";
import { type FieldKey, fieldKindOf, keyToPath, parseFieldKey, plainKey } from "../domain/field.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import type { Reading, Snapshot } from "../domain/reading.ts";
import type { AssetState, Binding, DatedReading } from "../domain/state.ts";
import { type Part, partGoverning, type Treaty } from "../treaty/decision.ts";
import { bindingOf, canonicalName, columnsOf, factsOf, type SourceFacts, type SourceTable } from "./source-facts.ts";

/** When a read took place: `at` is its beginning (RFC 3339), `from` and `to` the log's head at its beginning and end. */
export interface Sight {
  readonly at: string;
  readonly from: number;
  readonly to: number;
}

/** Who is known to have changed a field: the gateway's own write, read back. Other changes are the source's. */
export interface Attribution {
  readonly actor: Actor;
  readonly reason?: string;
  readonly causedBy?: NewChange["causedBy"];
}

export interface Observed {
  readonly state: AssetState;
  readonly changes: readonly NewChange[];
  /** Sources whose mirrored fields must be looked at. */
  readonly dirty: ReadonlySet<SourceId>;
  /** Sources to be read again: what was read there may be older than what is recorded, or newer. */
  readonly overtaken: ReadonlySet<SourceId>;
  /** False: exactly what is known already. */
  readonly isNews: boolean;
}

/** Whether the log has told of the asset in the source after the position. */
export type Told = (asset: AssetId, source: SourceId, after: number) => boolean;

export const NOTHING_TOLD: Told = () => false;
const NONE: ReadonlySet<SourceId> = new Set();

interface Ground {
  readonly treaty: Treaty;
  readonly sources: SourceTable;
}

/** A scan asks for the digest to see whether there is news, and again to record it. */
const digests = new WeakMap<Snapshot, string>();

/** Equal digests, equal content: the ref, the labels and every reading. */
export function digestOf(snapshot: Snapshot): string {
  const digest = digests.get(snapshot) ?? computeDigest(snapshot);
  digests.set(snapshot, digest);
  return digest;
}

function computeDigest(snapshot: Snapshot): string {
  const { kind, name, stableId } = snapshot.ref;
  const fields = Object.entries(snapshot.fields).sort(([left], [right]) => (left < right ? -1 : 1));
  const labels = Object.entries(snapshot.labels).sort(([left], [right]) => (left < right ? -1 : 1));
  return hash("sha256", JSON.stringify([kind, name, stableId, labels, fields]), "base64url").slice(0, 22);
}

/** A new asset, as `source` shows it. */
export function discover(ground: Ground, source: SourceFacts, snapshot: Snapshot, sight: Sight, id: AssetId): Observed {
  const name = canonicalName(source, snapshot.ref.name);
  const asset: Asset = {
    id,
    name,
    kind: snapshot.ref.kind,
    state: "ACTIVE",
    labels: snapshot.labels,
    createdAt: sight.at,
  };
  return observe(ground, { asset, revision: 0, bindings: [], agreed: [], drifts: [] }, source, snapshot, sight);
}

/**
 * What a snapshot adds to what is known: the new state, the log entries, and whose mirrors are to be looked at. Pure.
 *
 * A read that began before the one already recorded adds nothing, nor does what another thing holds that answers to the same
 * name. Nor does one that shows something else than what the log has told since it began: which of the two is the newer cannot
 * be known, so the source is to be read again (P4).
 */
export function observe(
  ground: Ground,
  state: AssetState,
  source: SourceFacts,
  snapshot: Snapshot,
  sight: Sight,
  attributed: ReadonlyMap<FieldKey, Attribution> = new Map(),
  told: Told = NOTHING_TOLD,
): Observed {
  const before = bindingOf(state, source.id);
  if (before && isOther(before.ref, snapshot.ref)) return overtaken(state, NONE);
  const digest = digestOf(snapshot);
  const isSame = before?.state === "present" && before.digest === digest;
  if (before && before.observedFrom > sight.from) return overtaken(state, isSame ? NONE : new Set([source.id]));
  if (before && !isSame && told(state.asset.id, source.id, sight.from)) return overtaken(state, new Set([source.id]));
  const binding = toBinding(source, snapshot, sight, digest, before);
  const bindings = [...state.bindings.filter((it) => it.source !== source.id), binding];
  const isAwake = state.asset.state === "ACTIVE" || !source.capabilities.provesExistence;
  if (isSame && isAwake) {
    const isNews = before.version !== snapshot.version;
    return { state: { ...state, bindings }, changes: [], dirty: NONE, overtaken: NONE, isNews };
  }
  const asset = toAsset(state, source, snapshot, ground.sources);
  const next: AssetState = { ...state, asset, bindings };
  const keys = before || attributed.size > 0 ? changedKeys(before, binding) : []; // of a first sight nobody asks
  // What was there when the source was first seen is no change; what the gateway itself wrote to make it known there is one.
  const changed = before ? keys : keys.filter((it) => attributed.has(it));
  const changes = [
    ...assetEntries(state, next, source, sight, before, binding, attributed),
    ...fieldEntries(ground.treaty, next, source, sight, before, binding, changed, attributed),
  ];
  // A record that bears another name may have to be moved back, or to be followed.
  const isMoved = before?.state !== "present" || !equalJson([...before.ref.name], [...binding.ref.name]);
  return {
    state: next,
    changes,
    dirty: touchedSources(ground, next, source.id, keys, isMoved || asset !== state.asset),
    overtaken: NONE,
    isNews: true,
  };
}

/** A name can be taken by another thing at any time; a stable id cannot. */
function isOther(bound: NativeRef, found: NativeRef): boolean {
  return bound.stableId !== null && found.stableId !== null && bound.stableId !== found.stableId;
}

function overtaken(state: AssetState, sources: ReadonlySet<SourceId>): Observed {
  return { state, changes: [], dirty: NONE, overtaken: sources, isNews: false };
}

function toBinding(
  source: SourceFacts,
  snapshot: Snapshot,
  sight: Sight,
  digest: string,
  before: Binding | undefined,
): Binding {
  const fields: Record<FieldKey, DatedReading> = {};
  // A read that found nothing did not see the old value, and where values show late, one that saw it does not say that it still
  // stood there: since when there is another one nobody knows.
  const saw = before?.state === "present" && !source.capabilities.visibleWithinMs;
  const after = saw ? before.observedFrom : 0;
  for (const [text, reading] of Object.entries(snapshot.fields) as [FieldKey, Reading][]) {
    if (reading.state === "absent") continue;
    const known = before?.fields[text];
    fields[text] = known && sameReading(known, reading) ? known : { ...reading, after, by: sight.to };
  }
  return {
    source: source.id,
    ref: snapshot.ref,
    state: "present",
    misses: 0,
    version: snapshot.version,
    ...(snapshot.url === undefined ? {} : { url: snapshot.url }),
    observedAt: sight.at,
    observedFrom: sight.from,
    fields,
    digest,
  };
}

function sameReading(left: Reading | undefined, right: Reading | undefined): boolean {
  if (left?.state !== "value" || right?.state !== "value")
    return (left?.state ?? "absent") === (right?.state ?? "absent");
  return equalJson(left.value, right.value) && left.malformed === right.malformed;
}

function changedKeys(before: Binding | undefined, after: Binding): readonly FieldKey[] {
  const keys = new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after.fields)].map(parseFieldKey));
  return [...keys].filter((key) => !sameReading(before?.fields[key], after.fields[key]));
}

/** The source that proves existence names the asset; another one does while none has it. */
function toAsset(state: AssetState, source: SourceFacts, snapshot: Snapshot, sources: SourceTable): Asset {
  const { asset } = state;
  const proves = source.capabilities.provesExistence;
  const proven = state.bindings.some(
    (it) => it.state === "present" && it.source !== source.id && sources.get(it.source)?.capabilities.provesExistence,
  );
  if (!proves && (proven || asset.state !== "ACTIVE")) return asset;
  const name = canonicalName(source, snapshot.ref.name);
  const labels = proves ? snapshot.labels : asset.labels;
  if (name === asset.name && asset.state === "ACTIVE" && equalJson(labels, asset.labels)) return asset;
  const { missingSince: _missing, retiredAt: _retired, ...rest } = asset;
  return { ...rest, name, labels, state: "ACTIVE" };
}

function assetEntries(
  state: AssetState,
  next: AssetState,
  source: SourceFacts,
  sight: Sight,
  before: Binding | undefined,
  binding: Binding,
  attributed: ReadonlyMap<FieldKey, Attribution>,
): readonly NewChange[] {
  const base = { at: sight.at, actor: actorOf(source), source: source.id, asset: next.asset.id, name: next.asset.name };
  const entries: NewChange[] = [];
  const held = { ref: { ...binding.ref }, fields: valuesOf(binding, attributed) };
  if (!before) {
    const kind = state.revision === 0 && state.bindings.length === 0 ? "ASSET_FOUND" : "ASSET_BOUND";
    entries.push({ ...base, kind, before: null, after: held });
  }
  // What comes back has been out of sight: it is told anew as a whole.
  if (state.asset.state !== "ACTIVE" && next.asset.state === "ACTIVE") {
    entries.push({ ...base, kind: "ASSET_RESTORED", before: state.asset.state, after: "ACTIVE", detail: held });
  }
  if (before && state.asset.name !== next.asset.name) {
    entries.push({ ...base, kind: "ASSET_RENAMED", before: state.asset.name, after: next.asset.name });
  }
  return entries;
}

function valuesOf(binding: Binding, besides: ReadonlyMap<FieldKey, unknown>): Record<string, Json> {
  const found = Object.entries(binding.fields).filter(([key]) => !besides.has(key as FieldKey));
  return Object.fromEntries(found.flatMap(([key, it]) => (it.state === "value" ? [[key, it.value]] : [])));
}

/** Only what changed at a field's own authority is a change of the field; at a mirror it is the planner's to judge. */
function fieldEntries(
  treaty: Treaty,
  state: AssetState,
  source: SourceFacts,
  sight: Sight,
  before: Binding | undefined,
  after: Binding,
  keys: readonly FieldKey[],
  attributed: ReadonlyMap<FieldKey, Attribution>,
): readonly NewChange[] {
  const columns = columnsOf(state);
  const facts = factsOf(state);
  return keys.flatMap((key) => {
    const path = keyToPath(key, columns);
    const parts = treaty.decide(facts, { key, path, kind: fieldKindOf(key) });
    const known = attributed.get(key);
    const [wasUnread, isUnread] = [before?.fields[key], after.fields[key]].map((it) => it?.state === "unknown");
    if (isUnread) return []; // what cannot be read is not gone
    return parts.flatMap((part): readonly NewChange[] => {
      if (part.rule.authority !== source.id) return [];
      const [was, is] = [before?.fields[key], after.fields[key]].map((it) =>
        valueOfPart(key, valueIn(it), part, parts),
      );
      if (!wasUnread && equalJson(was, is)) return [];
      const entry: NewChange = {
        kind: "FIELD_CHANGED",
        at: sight.at,
        actor: known?.actor ?? actorOf(source),
        source: source.id,
        asset: state.asset.id,
        name: state.asset.name,
        key,
        field: path,
        ...(wasUnread ? {} : { before: was ?? null }),
        after: is ?? null,
        rule: part.rule.name,
        ...(known?.reason === undefined ? {} : { reason: known.reason }),
        ...(known?.causedBy === undefined ? {} : { causedBy: known.causedBy }),
      };
      return [entry];
    });
  });
}

/** What of a value a part governs: other parts' elements are other authorities' to change. */
function valueOfPart(key: FieldKey, value: Json, part: Part, parts: readonly Part[]): Json {
  if (parts.length === 1) return value;
  const kind = fieldKindOf(key);
  const own = [...toElements(kind, value, false)].filter(([element]) => partGoverning(parts, element) === part);
  return fromElements(kind, new Map(own), false);
}

function valueIn(reading: Reading | undefined): Json {
  return reading?.state === "value" ? reading.value : null;
}

function actorOf(source: SourceFacts): Actor {
  return { kind: "source", id: source.id };
}

function touchedSources(
  { sources, treaty }: Ground,
  state: AssetState,
  source: SourceId,
  keys: readonly FieldKey[],
  all: boolean,
): ReadonlySet<SourceId> {
  const touched = new Set<SourceId>();
  const isAll = all || keys.includes(plainKey("schema"));
  if (isAll) for (const rule of treaty.rules) for (const mirror of rule.mirrors) touched.add(mirror);
  if (isAll) for (const it of sources.values()) if (!it.capabilities.provesExistence) touched.add(it.id);
  if (isAll) return touched;
  const columns = columnsOf(state);
  const facts = factsOf(state);
  for (const key of keys) {
    for (const { rule } of treaty.decide(facts, { key, path: keyToPath(key, columns), kind: fieldKindOf(key) })) {
      if (rule.authority === source) for (const mirror of rule.mirrors) touched.add(mirror);
      if (rule.mirrors.includes(source)) touched.add(source);
    }
  }
  return touched;
}
