import type { AssetId } from "../domain/ids.ts";
import type { FieldView } from "../ports/gateway.ts";
import type { RunningGateway } from "../server/running-gateway.ts";

/** What a gateway knows after its first scan. */
export interface Found {
  readonly assets: Readonly<Record<string, number>>;
  readonly assetsInSync: number;
  /** Fields that hold a value anywhere; undefined where there are too many to count at the start. */
  readonly fields: { readonly governed: number; readonly inSync: number } | undefined;
  /** Not resolved, by kind. */
  readonly drift: Readonly<Record<string, number>>;
  readonly failing: readonly { readonly source: string; readonly message: string }[];
  /** A field worth explaining: one with drift where there is one. */
  readonly example: { readonly asset: string; readonly field: string } | undefined;
}

/** Fields are counted one by one: past this many assets that would hold up the start. */
const MAX_COUNTED_ASSETS = 2_000;
const PAGE = 200;

/** Reads it from the ledger; undefined if `signal` aborts meanwhile. */
export async function lookAround({ ledger, gateway }: RunningGateway, signal: AbortSignal): Promise<Found | undefined> {
  const counts = await ledger.counts();
  const total = Object.values(counts.assetsByKind).reduce((sum, it) => sum + it, 0);
  let governed = 0;
  let inSync = 0;
  let example: { asset: string; field: string; rank: number } | undefined;
  let after: AssetId | undefined;
  for (let looked = 0; looked < Math.min(total, MAX_COUNTED_ASSETS); ) {
    if (signal.aborted) return undefined;
    const ids = await ledger.listAssetIds(after, PAGE);
    if (ids.length === 0) break;
    for (const state of await ledger.loadStates(ids)) {
      for (const view of state ? gateway.viewFields(state).filter(holdsSomething) : []) {
        governed += 1;
        if (view.status === "IN_SYNC") inSync += 1;
        const rank = exampleRank(view);
        if (state && rank > (example?.rank ?? 0)) example = { asset: state.asset.name, field: view.path, rank };
      }
    }
    after = ids.at(-1);
    looked += ids.length;
    await new Promise((resolve) => setImmediate(resolve)); // requests come first
  }
  return {
    assets: counts.assetsByKind,
    assetsInSync: counts.assetsByStatus.IN_SYNC ?? 0,
    fields: total > MAX_COUNTED_ASSETS ? undefined : { governed, inSync },
    drift: counts.driftsByKind,
    failing: gateway.sources().flatMap((it) => (it.error ? [{ source: it.id, message: it.error.message }] : [])),
    example: example && { asset: example.asset, field: example.field },
  };
}

function holdsSomething(view: FieldView): boolean {
  return view.drifts.length > 0 || view.observations.some((it) => it.state === "VALUE");
}

function exampleRank(view: FieldView): number {
  if (view.drifts.length > 0) return view.kind === "owners" ? 4 : 3;
  return view.kind === "owners" ? 2 : 1;
}
