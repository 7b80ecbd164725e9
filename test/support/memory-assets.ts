import { ASSET_KINDS, type AssetKind, type Column, type NativeRef } from "../../src/domain/asset.ts";
import { columnIdOf, FIELD_KINDS, type FieldKey, fieldKindOf, isFieldOn, plainKey } from "../../src/domain/field.ts";
import { isJsonObject, type Json } from "../../src/domain/json.ts";
import { formatName } from "../../src/domain/name.ts";
import { normalise } from "../../src/domain/normalise.ts";
import { ABSENT, type Reading } from "../../src/domain/reading.ts";
import { err, ok, type Result } from "../../src/domain/result.ts";
import type { FieldCapability, SourceCapabilities } from "../../src/ports/source.ts";

export interface MemoryAsset {
  ref: NativeRef;
  version: number;
  readonly fields: Record<FieldKey, Reading>;
  readonly labels: Record<string, string>;
  readonly createdAt: string | undefined;
}

export interface MemoryAssetSpec {
  readonly kind: AssetKind;
  readonly name: readonly string[];
  /** Default: a new one for tables and views, none for namespaces. */
  readonly stableId?: string | null;
  readonly columns?: readonly Column[];
  /** Values in any form that the normaliser takes; null is none. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdAt?: string;
}

/** Reads and writes every field, but for `schema`, which it only reads. */
export function everyCapability(): readonly FieldCapability[] {
  return FIELD_KINDS.map((field) => ({
    field,
    kinds: ASSET_KINDS.filter((kind) => isFieldOn(kind, field)),
    write: field !== "schema",
    cardinality: "many",
    omits: [],
  }));
}

/** What a system in memory holds. Its methods are edits behind the gateway's back. */
export class MemoryAssets {
  readonly #capabilities: SourceCapabilities;
  readonly #assets = new Map<string, MemoryAsset>();
  #count = 0;

  constructor(capabilities: SourceCapabilities) {
    this.#capabilities = capabilities;
  }

  /** The same as it is now; what is edited here leaves it as it is. */
  copy(): MemoryAssets {
    const copy = new MemoryAssets(this.#capabilities);
    for (const [key, it] of this.#assets) copy.#assets.set(key, structuredClone(it));
    return copy;
  }

  /** Makes an asset; one of the same kind and name is replaced. Gives its ref. */
  put(spec: MemoryAssetSpec): NativeRef {
    this.#count += 1;
    const stableId =
      spec.stableId === undefined ? (spec.kind === "NAMESPACE" ? null : `id-${this.#count}`) : spec.stableId;
    const ref: NativeRef = { kind: spec.kind, name: spec.name, stableId };
    const labels = { ...spec.labels };
    const asset: MemoryAsset = { ref, version: this.#count, fields: {}, labels, createdAt: spec.createdAt };
    this.#assets.set(slot(ref), asset);
    if (spec.columns)
      asset.fields[plainKey("schema")] = { state: "value", value: { columns: spec.columns.map((it) => ({ ...it })) } };
    this.edit(ref, spec.fields ?? {});
    return ref;
  }

  /** @throws TypeError if the system could not hold a value, or has no such asset. */
  edit(ref: Pick<NativeRef, "kind" | "name">, fields: Readonly<Record<string, unknown>>): void {
    const asset = this.#get(ref);
    for (const [key, value] of Object.entries(fields)) {
      const normal = normalise(fieldKindOf(key as FieldKey), value);
      if (!normal.ok) throw new TypeError(`${key}: ${normal.error}`);
      const held = this.#project(fieldKindOf(key as FieldKey), ref.kind, normal.value);
      if (held === null) delete asset.fields[key as FieldKey];
      else asset.fields[key as FieldKey] = { state: "value", value: held };
    }
    this.#touch(asset);
  }

  /** Puts a text into a field that is no value of it. */
  corrupt(ref: Pick<NativeRef, "kind" | "name">, key: FieldKey, raw: string): void {
    const asset = this.#get(ref);
    asset.fields[key] = { state: "value", value: raw, malformed: true };
    this.#touch(asset);
  }

  rename(ref: Pick<NativeRef, "kind" | "name">, name: readonly string[]): NativeRef {
    const asset = this.#get(ref);
    this.#assets.delete(slot(ref));
    asset.ref = { ...asset.ref, name };
    this.#assets.set(slot(asset.ref), asset);
    this.#touch(asset);
    return asset.ref;
  }

  drop(ref: Pick<NativeRef, "kind" | "name">): void {
    this.#assets.delete(slot(this.#get(ref).ref));
  }

  /** By stable id where the system follows names, otherwise by kind and name. */
  find(ref: NativeRef): MemoryAsset | undefined {
    const byId = ref.stableId === null || !this.#capabilities.followsNames ? undefined : this.#byId(ref.stableId);
    return byId ?? this.#assets.get(slot(ref));
  }

  /** Parents before children. */
  list(): readonly MemoryAsset[] {
    const all = [...this.#assets.values()];
    return [
      ...all.filter((it) => it.ref.kind === "NAMESPACE").sort(byDepth),
      ...all.filter((it) => it.ref.kind !== "NAMESPACE"),
    ];
  }

  /** What the system would hold of a reading; the error says why it cannot. */
  asHeld(kind: AssetKind, key: FieldKey, reading: Reading): Result<Reading, string> {
    const field = fieldKindOf(key);
    if (!this.#capability(field, kind)?.write)
      return err(`${field} of a ${kind.toLowerCase()} cannot be written here.`);
    if (reading.state !== "value" || reading.malformed) return ok(reading);
    const normal = normalise(field, reading.value);
    if (!normal.ok) return normal;
    const held = this.#project(field, kind, normal.value);
    return ok(held === null ? ABSENT : { state: "value", value: held });
  }

  #project(field: FieldCapability["field"], kind: AssetKind, value: Json): Json {
    const capability = this.#capability(field, kind);
    if (!capability) return null;
    if (!Array.isArray(value)) return value;
    const bare = (value as Json[]).map((it) =>
      capability.omits.includes("role") && isJsonObject(it) ? { ...it, role: null } : it,
    );
    return capability.cardinality === "one" ? bare.slice(0, 1) : bare;
  }

  #capability(field: FieldCapability["field"], kind: AssetKind): FieldCapability | undefined {
    return this.#capabilities.fields.find((it) => it.field === field && it.kinds.includes(kind));
  }

  #byId(stableId: string): MemoryAsset | undefined {
    return [...this.#assets.values()].find((it) => it.ref.stableId === stableId);
  }

  #get(ref: Pick<NativeRef, "kind" | "name">): MemoryAsset {
    const asset = this.#assets.get(slot(ref));
    if (!asset) throw new TypeError(`No such asset: ${formatName(ref.name)}`);
    return asset;
  }

  #touch(asset: MemoryAsset): void {
    this.#count += 1;
    asset.version = this.#count;
  }
}

/** Whether the column of `key` is there, as far as the system knows columns. */
export function hasColumn(asset: MemoryAsset, key: FieldKey): boolean {
  const schema = asset.fields[plainKey("schema")];
  const columns = schema?.state === "value" && isJsonObject(schema.value) ? schema.value["columns"] : undefined;
  const id = columnIdOf(key);
  return (
    id === undefined || !Array.isArray(columns) || (columns as Json[]).some((it) => isJsonObject(it) && it["id"] === id)
  );
}

function slot(ref: Pick<NativeRef, "kind" | "name">): string {
  return `${ref.kind} ${formatName(ref.name)}`;
}

function byDepth(left: MemoryAsset, right: MemoryAsset): number {
  return left.ref.name.length - right.ref.name.length;
}
