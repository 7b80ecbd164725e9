import type { NewChange } from "../../src/domain/change.ts";
import type { Drift } from "../../src/domain/drift.ts";
import { type FieldKey, type FieldPath, plainKey } from "../../src/domain/field.ts";
import { type AssetId, type DriftId, parseAssetId, parseDriftId, type SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Binding, DatedReading } from "../../src/domain/state.ts";
import type { AssetUpdate, Commit } from "../../src/ports/ledger.ts";
import { CATALOG, LAKEHOUSE } from "./fake-gateway.ts";

export const AT = "2026-03-01T12:00:00.000Z";

/** "asset:" and a ULID that ends with the number. */
export function assetId(number: number): AssetId {
  return parseAssetId(`asset:${String(number).padStart(26, "0")}`);
}

export function driftId(number: number): DriftId {
  return parseDriftId(`drift:${String(number).padStart(26, "0")}`);
}

/** A table in both sources: owned by `owner`, with two columns. */
export function table(number: number, owner = "alice@example.com"): AssetUpdate {
  const name = `sales.t${number}`;
  const owners: Json = [{ principal: owner, role: null }];
  const columns: Json = [
    { id: "1", name: "id", type: "long", required: true },
    { id: "2", name: "price", type: "decimal(7,2)", required: false },
  ];
  const both = { owners, schema: { columns }, "columns.#2.description": "What it costs." };
  return {
    id: assetId(number),
    expectedRevision: 0,
    asset: { id: assetId(number), name, kind: "TABLE", state: "ACTIVE", labels: { tier: "gold" }, createdAt: AT },
    bindings: [binding(CATALOG, name, both), binding(LAKEHOUSE, name, both)],
    index: {
      status: "IN_SYNC",
      owners: [owner],
      classifications: [],
      sensitivity: null,
      domain: null,
      description: null,
    },
  };
}

function binding(source: SourceId, name: string, values: Readonly<Record<string, Json>>): Binding {
  const fields: Record<string, DatedReading> = {};
  for (const [key, value] of Object.entries(values)) fields[key] = { state: "value", value, after: 0, by: 0 };
  return {
    source,
    ref: { kind: "TABLE", name: name.split("."), stableId: source === LAKEHOUSE ? `uuid-${name}` : null },
    state: "present",
    misses: 0,
    version: "v1",
    observedAt: AT,
    observedFrom: 0,
    fields: fields as Binding["fields"],
    digest: name,
  };
}

export function found(number: number): NewChange {
  const name = `sales.t${number}`;
  return {
    kind: "ASSET_FOUND",
    at: AT,
    actor: { kind: "gateway", id: "gateway" },
    asset: assetId(number),
    name,
    source: LAKEHOUSE,
  };
}

export function ownersChanged(number: number, after: Json, more: Partial<NewChange> = {}): NewChange {
  return {
    kind: "FIELD_CHANGED",
    at: AT,
    actor: { kind: "person", id: "alice@example.com" },
    source: CATALOG,
    asset: assetId(number),
    name: `sales.t${number}`,
    key: plainKey("owners"),
    field: "owners" as FieldPath,
    before: null,
    after,
    ...more,
  };
}

export function drift(number: number, asset: number, more: Partial<Drift> = {}): Drift {
  return {
    id: driftId(number),
    kind: "FOREIGN_WRITE",
    asset: assetId(asset),
    key: "owners" as FieldKey,
    path: "owners" as FieldPath,
    authority: CATALOG,
    source: LAKEHOUSE,
    base: [{ principal: "alice@example.com", role: null }],
    wanted: [{ principal: "alice@example.com", role: null }],
    found: [{ principal: "mallory@example.com", role: null }],
    state: "OPEN",
    rule: "everything",
    openedAt: AT,
    ...more,
  };
}

/** What a commit that opens, changes or resolves a drift holds. */
export function driftCommit(
  kind: "DRIFT_OPENED" | "DRIFT_CHANGED" | "DRIFT_RESOLVED",
  it: Drift,
  revision: number,
): Commit {
  const change: NewChange = {
    kind,
    at: AT,
    actor: { kind: "gateway", id: "gateway" },
    source: it.source,
    asset: it.asset,
    name: `sales.t${Number(it.asset.slice(6))}`,
    key: it.key,
    field: it.path,
    drift: it.id,
    detail: JSON.parse(JSON.stringify(it)) as Json,
  };
  return { assets: [{ id: it.asset, expectedRevision: revision, drifts: [it] }], changes: [change] };
}

export function tables(count: number): Commit {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return { assets: numbers.map((it) => table(it)), changes: numbers.map(found) };
}
