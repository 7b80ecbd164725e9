import { hash } from "node:crypto";
import type { Drift } from "../domain/drift.ts";
import { fromElements, projectElements, toElements } from "../domain/elements.ts";
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
import { bindingOf, capabilityOf, columnsOf, factsOf, type Seen, type SourceTable, seenAt } from "./source-facts.ts";

interface Ground {
  readonly treaty: Treaty;
  readonly sources: SourceTable;
}

/** Every governed field of the asset, or those that `paths` name: plain fields, custom fields, then columns by position. */
export function viewFields(ground: Ground, state: AssetState, paths?: readonly string[]): readonly FieldView[] {
  const columns = columnsOf(state);
  if (paths)
    return paths.flatMap((path) => {
      const key = pathToKey(path, columns);
      return key && isFieldOn(state.asset.kind, fieldKindOf(key)) ? [viewField(ground, state, key)] : [];
    });
  const keys = new Set<FieldKey>(PLAIN_FIELDS.filter((it) => isFieldOn(state.asset.kind, it)).map(plainKey));
  const seen = state.bindings.flatMap((it) => Object.keys(it.fields)).map(parseFieldKey);
  for (const key of seen.filter((it) => fieldKindOf(it) === "custom").sort()) keys.add(key);
  for (const column of columns) for (const field of COLUMN_FIELDS) keys.add(columnKey(column.id, field));
  return [...keys].map((key) => viewField(ground, state, key));
}

/** One governed field as the treaty sees it. Pure. */
export function viewField({ sources, treaty }: Ground, state: AssetState, key: FieldKey): FieldView {
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
    status: statusOf(state, sources, key, value, mirrors, drifts),
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
  state: AssetState,
  sources: SourceTable,
  key: FieldKey,
  value: Json | undefined,
  mirrors: readonly SourceId[],
  drifts: readonly Drift[],
): FieldStatus {
  // biome-ignore format: one glance
  const open = drifts.filter((it) => it.state !== "WAIVED");
  if (open.some((it) => it.kind === "CONFLICT")) return "CONFLICT";
  if (open.length > 0) return "DRIFTED";
  if (value === undefined) return "UNKNOWN";
  const status = worstStatus(mirrors.map((it) => mirrorStatus(state, sources, key, value, it)));
  return status === "PENDING" && drifts.length > 0 ? "WAIVED" : status;
}

/** How far one mirror is with the authority's value. */
export function mirrorStatus(
  state: AssetState,
  sources: SourceTable,
  key: FieldKey,
  value: Json,
  mirror: SourceId,
): FieldStatus {
  const facts = sources.get(mirror);
  const holds = capabilityOf(facts, state.asset, key);
  const seen = seenAt(state, facts, key);
  if (!holds || seen.state === "unsupported") return "IN_SYNC";
  if (seen.state === "unknown") return "UNKNOWN";
  const kind = fieldKindOf(key);
  const isWhole = !Array.isArray(value);
  const wanted = fromElements(kind, projectElements(toElements(kind, value, isWhole), holds), isWhole);
  return equalJson(wanted, seen.state === "value" ? seen.value : null) ? "IN_SYNC" : "PENDING";
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
    if (seen.state === "unsupported" && id !== authority) return [];
    const binding = bindingOf(state, id);
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
      ...(state.drifts.some((it) => it.kind === "ORPHAN") ? ["DRIFTED" as const] : []),
    ]),
    owners: names("owners", "principal"),
    classifications: [...new Set(tags)],
    sensitivity: text("sensitivity"),
    domain: text("domain"),
    description: text("description"),
  };
}
