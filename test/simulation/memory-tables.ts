import type { Change } from "../../src/domain/change.ts";
import type { Drift } from "../../src/domain/drift.ts";
import type { AssetId, DriftId, IntentId, ReviewId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { AssetState } from "../../src/domain/state.ts";
import type { AssetIndex, IdempotencyRecord, Intent, SourceRecord } from "../../src/ports/ledger.ts";
import type { ReviewRow, RunRow } from "./memory-guards.ts";

export interface AssetRow {
  readonly state: AssetState;
  readonly index: AssetIndex;
  readonly changed: number;
}

/** See `src/ledger/sql/work.ts`: `availableAt` is the due time while unclaimed and the end of the lease while claimed. */
export interface WorkRow {
  readonly asset: AssetId;
  readonly source: SourceId;
  readonly availableAt: number;
  readonly token: number;
  readonly holder: string | null;
  readonly attempts: number;
  readonly reread: boolean;
  readonly position: number;
  readonly dirty: number;
  readonly claimedDirty: number;
  readonly nextDueAt: number | null;
  readonly nextReread: boolean;
}

export interface LeaseRow {
  readonly token: number;
  readonly holder: string;
  readonly until: number;
}

/** All that a ledger in memory holds. Rows are never changed, only replaced, so that a copy of the maps is a backup. */
export interface MemoryTables {
  readonly assets: Map<AssetId, AssetRow>;
  readonly drifts: Map<DriftId, { readonly drift: Drift; readonly position: number }>;
  readonly log: Change[];
  readonly work: Map<string, WorkRow>;
  readonly intents: Map<IntentId, Intent>;
  readonly keys: Map<string, IdempotencyRecord>;
  readonly sources: Map<SourceId, SourceRecord>;
  readonly leases: Map<string, LeaseRow>;
  readonly settings: Map<string, Json>;
  /** By source and scope. */
  readonly runs: Map<string, RunRow>;
  readonly reviews: Map<ReviewId, ReviewRow>;
  token: number;
}

export function emptyTables(): MemoryTables {
  return {
    assets: new Map(),
    drifts: new Map(),
    log: [],
    work: new Map(),
    intents: new Map(),
    keys: new Map(),
    sources: new Map(),
    leases: new Map(),
    settings: new Map(),
    runs: new Map(),
    reviews: new Map(),
    token: 0,
  };
}

export function copyTables(tables: MemoryTables): MemoryTables {
  return {
    assets: new Map(tables.assets),
    drifts: new Map(tables.drifts),
    log: [...tables.log],
    work: new Map(tables.work),
    intents: new Map(tables.intents),
    keys: new Map(tables.keys),
    sources: new Map(tables.sources),
    leases: new Map(tables.leases),
    settings: new Map(tables.settings),
    runs: new Map(tables.runs),
    reviews: new Map(tables.reviews),
    token: tables.token,
  };
}

/** Whether an asset is bound to that thing of a source, other than the one that the open write is about. */
export function isBoundToOthers({ assets, intents }: MemoryTables, thing: string, write: IntentId): boolean {
  const own = intents.get(write)?.asset;
  return [...assets.values()].some(
    ({ state }) => state.asset.id !== own && state.bindings.some((it) => it.ref.stableId === thing),
  );
}
