import type DataLoader from "dataloader";
import type { Actor, Change } from "../domain/change.ts";
import type { Drift } from "../domain/drift.ts";
import type { FieldKey } from "../domain/field.ts";
import type { AssetId, DriftId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger } from "../ports/ledger.ts";

/** Batches and remembers within one request or one subscription event; never across. */
export interface Loaders {
  readonly state: DataLoader<AssetId, AssetState | undefined>;
  readonly drift: DataLoader<DriftId, Drift | undefined>;
  readonly change: DataLoader<number, Change | undefined>;
  readonly lastChange: DataLoader<{ readonly asset: AssetId; readonly key: FieldKey }, Change | undefined, string>;
}

/** What a request carries. Resolvers see the engine and the ledger's lists through it, and nothing else. */
export interface GraphContext {
  readonly actor: Actor;
  readonly signal: AbortSignal;
  readonly gateway: Gateway;
  readonly ledger: Pick<Ledger, "pageAssets" | "pageDrifts" | "pageChanges" | "findAssets" | "findBindings" | "readLog" | "head">;
  readonly loaders: Loaders;
  /** Follows the log: see `src/log/change-feed.ts`. */
  readonly follow: (after: number, signal: AbortSignal) => AsyncGenerator<readonly Change[]>;
}
