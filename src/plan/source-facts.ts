import { ASSET_KINDS, type Asset, type AssetKind, type Column } from "../domain/asset.ts";
import { type FieldKey, type FieldKind, fieldKindOf, plainKey } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import { formatName, parseName } from "../domain/name.ts";
import { ABSENT, type Reading } from "../domain/reading.ts";
import type { AssetState, Binding } from "../domain/state.ts";
import type { FieldCapability, SourceCapabilities, SourceRole } from "../ports/source.ts";
import type { AssetFacts, Mode } from "../treaty/decision.ts";

/** What the planner must know of a source: data only. */
export interface SourceFacts {
  readonly id: SourceId;
  readonly role: SourceRole;
  readonly capabilities: SourceCapabilities;
  readonly mode: Mode;
  /** Leading segments that canonical names have and this source's native names have not. */
  readonly prefix: readonly string[];
  /** RFC 3339; when the newest complete scan began. */
  readonly lastCompleteScanAt?: string;
  /** Why it could not be read just now: then nothing that is known of it can be relied on. */
  readonly unreadable?: string;
}
export type SourceTable = ReadonlyMap<SourceId, SourceFacts>;

type CapabilityTable = ReadonlyMap<AssetKind, ReadonlyMap<FieldKind, FieldCapability>>;
const tableByCapabilities = new WeakMap<SourceCapabilities, CapabilityTable>();

export function capabilityOf(facts: SourceFacts | undefined, asset: Asset, key: FieldKey): FieldCapability | undefined {
  if (!facts) return undefined;
  const table = tableByCapabilities.get(facts.capabilities) ?? toCapabilityTable(facts.capabilities);
  tableByCapabilities.set(facts.capabilities, table);
  return table.get(asset.kind)?.get(fieldKindOf(key));
}

/** Of several entries for one kind of field the first holds. */
function toCapabilityTable({ fields }: SourceCapabilities): CapabilityTable {
  const rowOf = (kind: AssetKind) => fields.filter((it) => it.kinds.includes(kind)).toReversed();
  return new Map(ASSET_KINDS.map((kind) => [kind, new Map(rowOf(kind).map((it) => [it.field, it]))]));
}

export function bindingOf(state: AssetState, source: SourceId): Binding | undefined {
  return state.bindings.find((it) => it.source === source);
}

/**
 * A reading as the planner may use it. `unsupported`: the source can never hold the field there, or does not know the asset
 * and could not take it: no drift follows. `unknown`: nothing can be concluded now.
 */
export type Seen = Reading | { readonly state: "unsupported" };

export function seenAt(state: AssetState, facts: SourceFacts | undefined, key: FieldKey): Seen {
  if (!facts || !capabilityOf(facts, state.asset, key)) return { state: "unsupported" };
  if (facts.mode === "pause") return { state: "unknown", reason: `${facts.id} is paused` };
  if (facts.unreadable !== undefined) return { state: "unknown", reason: facts.unreadable };
  const binding = bindingOf(state, facts.id);
  if (!binding) return facts.capabilities.createsAssets ? ABSENT : { state: "unsupported" };
  if (binding.state === "missing") return { state: "unknown", reason: `${facts.id} no longer has the asset` };
  return binding.fields[key] ?? ABSENT;
}

/** Native path → canonical name. */
export function canonicalName(facts: Pick<SourceFacts, "prefix">, native: readonly string[]): string {
  return formatName([...facts.prefix, ...native]);
}

/** Canonical name → native path; undefined where the name does not lie under the source's prefix. */
export function nativeName(facts: Pick<SourceFacts, "prefix">, canonical: string): readonly string[] | undefined {
  const segments = parseName(canonical);
  const under = segments.length > facts.prefix.length && facts.prefix.every((it, index) => segments[index] === it);
  return under ? segments.slice(facts.prefix.length) : undefined;
}

/** The columns of the asset as the sources' schema readings tell them; empty where no schema is known. */
export function columnsOf(state: AssetState): readonly Column[] {
  for (const { fields } of state.bindings) {
    const schema = fields[plainKey("schema")];
    if (schema?.state === "value" && isJsonObject(schema.value)) return columnsIn(schema.value["columns"]);
  }
  return [];
}

/** Wide tables are asked for their columns once for every field: what was taken out of a schema is remembered with it. */
const columnsBySchema = new WeakMap<object, readonly Column[]>();

/** @param columns as `normalise` leaves them in a schema. */
function columnsIn(columns: Json | undefined): readonly Column[] {
  if (!Array.isArray(columns)) return [];
  const known = columnsBySchema.get(columns) ?? toColumns(columns as readonly Json[]);
  columnsBySchema.set(columns, known);
  return known;
}

function toColumns(columns: readonly Json[]): readonly Column[] {
  return columns.filter(isJsonObject).map((it) => ({
    id: String(it["id"]),
    name: String(it["name"]),
    type: String(it["type"]),
    required: it["required"] === true,
  }));
}

export function factsOf(state: AssetState): AssetFacts {
  const { asset, bindings } = state;
  return { name: asset.name, kind: asset.kind, labels: asset.labels, sources: bindings.map((it) => it.source) };
}
