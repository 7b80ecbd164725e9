import type { Asset } from "../../src/domain/asset.ts";
import type { NewChange } from "../../src/domain/change.ts";
import type { Drift } from "../../src/domain/drift.ts";
import type { FieldKey, FieldPath } from "../../src/domain/field.ts";
import { type AssetId, parseAssetId, parseDriftId, parseIntentId, parseSourceId } from "../../src/domain/ids.ts";
import type { Binding } from "../../src/domain/state.ts";
import type { AssetIndex, AssetUpdate, Commit, CommitResult, Intent, Ledger } from "../../src/ports/ledger.ts";

export const LAKE = parseSourceId("lake");
export const CATALOG = parseSourceId("catalog");
export const T0 = "2026-01-01T00:00:00.000Z";

const ulid = (n: number): string => String(n).padStart(26, "0");
export const assetId = (n: number): AssetId => parseAssetId(`asset:${ulid(n)}`);
export const driftId = (n: number) => parseDriftId(`drift:${ulid(n)}`);
export const intentId = (n: number) => parseIntentId(`intent:${ulid(n)}`);
export const fieldKey = (text: string): FieldKey => text as FieldKey;

/** A time so many seconds after T0. */
export function seconds(n: number): string {
  return new Date(Date.parse(T0) + n * 1_000).toISOString();
}

export function asset(n: number, more: Partial<Asset> = {}): Asset {
  return {
    id: assetId(n),
    name: `sales.table_${n}`,
    kind: "TABLE",
    state: "ACTIVE",
    labels: {},
    createdAt: T0,
    ...more,
  };
}

export function binding(n: number, more: Partial<Binding> = {}): Binding {
  return {
    source: LAKE,
    ref: { kind: "TABLE", name: ["sales", `table_${n}`], stableId: `uuid-${n}` },
    state: "present",
    misses: 0,
    version: "v1",
    observedAt: T0,
    observedFrom: 0,
    fields: { [fieldKey("owners")]: { state: "value", value: [{ principal: "ann", role: null }], after: 0, by: 1 } },
    digest: `digest-${n}`,
    ...more,
  };
}

export const INDEX: AssetIndex = {
  status: "IN_SYNC",
  owners: [],
  classifications: [],
  sensitivity: null,
  domain: null,
  description: null,
};

/** A new asset with a binding. */
export function newAsset(
  n: number,
  more: Partial<Omit<AssetUpdate, "asset">> & { readonly asset?: Partial<Asset> } = {},
): AssetUpdate {
  const { asset: changed, ...rest } = more;
  return {
    id: assetId(n),
    expectedRevision: 0,
    bindings: [binding(n)],
    index: INDEX,
    ...rest,
    asset: asset(n, changed),
  };
}

export function change(more: Partial<NewChange> = {}): NewChange {
  return { kind: "FIELD_CHANGED", at: T0, actor: { kind: "gateway", id: "gateway" }, ...more };
}

export function drift(n: number, more: Partial<Drift> = {}): Drift {
  return {
    id: driftId(n),
    kind: "FOREIGN_WRITE",
    asset: assetId(1),
    key: fieldKey("owners"),
    path: "owners" as FieldPath,
    authority: CATALOG,
    source: LAKE,
    wanted: null,
    found: "x",
    state: "OPEN",
    rule: "default",
    openedAt: T0,
    ...more,
  };
}

export function intent(n: number, more: Partial<Omit<Intent, "position">> = {}): Omit<Intent, "position"> {
  return {
    id: intentId(n),
    asset: assetId(1),
    source: LAKE,
    holder: "worker-1",
    leaseUntil: 1_000,
    purpose: "mirror",
    detail: { n },
    ...more,
  };
}

/** Commits what must be accepted. */
export async function accept(ledger: Ledger, commit: Commit): Promise<Extract<CommitResult, { ok: true }>> {
  const result = await ledger.commit(commit);
  if (!result.ok) throw new Error(`The ledger refused: ${JSON.stringify(result)}`);
  return result;
}
