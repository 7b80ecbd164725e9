import DataLoader from "dataloader";
import type { Change } from "../domain/change.ts";
import type { AssetId } from "../domain/ids.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger, Page } from "../ports/ledger.ts";
import type { AssetChangesKey, LiveRead, Loaders } from "./context.ts";
import { createAsOfLoader } from "./read-as-of.ts";

export type LoaderLedger = Pick<
  Ledger,
  "loadStates" | "loadDrifts" | "loadReviews" | "readChanges" | "lastChanges" | "pageChanges" | "pageChangesOf"
>;

/** At most two queries each, whatever the number of keys; a fresh set for every request and every event. */
export function createLoaders(ledger: LoaderLedger, gateway: Pick<Gateway, "readLive">, signal: AbortSignal): Loaders {
  return {
    state: new DataLoader((ids) => ledger.loadStates(ids)),
    live: new DataLoader((ids) => readLive(gateway, ids, signal)),
    drift: new DataLoader((ids) => ledger.loadDrifts(ids)),
    review: new DataLoader((ids) => ledger.loadReviews(ids)),
    change: new DataLoader((positions) => ledger.readChanges(positions)),
    lastChange: new DataLoader((fields) => ledger.lastChanges(fields), {
      cacheKeyFn: ({ asset, key, upTo }) => `${asset} ${upTo ?? ""} ${key}`,
    }),
    asOf: createAsOfLoader(ledger),
    assetChanges: new DataLoader((keys) => pageAssetChanges(ledger, keys), {
      cacheKeyFn: (key) => JSON.stringify(key),
    }),
  };
}

async function readLive(
  gateway: Pick<Gateway, "readLive">,
  ids: readonly AssetId[],
  signal: AbortSignal,
): Promise<LiveRead[]> {
  const { states, errors } = await gateway.readLive(ids, signal);
  return ids.map((id, index) => ({ state: states[index], errors: errors.filter((it) => it.asset === id) }));
}

/** Assets that are asked for the same page of the same fields are asked for together; a request asks for few different ones. */
async function pageAssetChanges(
  ledger: LoaderLedger,
  keys: readonly AssetChangesKey[],
): Promise<readonly Page<Change>[]> {
  const alike = Map.groupBy(keys, ({ fields, page, upTo }) => JSON.stringify([fields, page, upTo]));
  const pages = new Map<AssetChangesKey, Page<Change>>();
  await Promise.all(
    [...alike.values()].map(async (group) => {
      const { fields, page, upTo } = group[0] as AssetChangesKey;
      const filter = { ...(fields && { fields }), ...(upTo === undefined ? {} : { upTo }) };
      const assets = group.map((it) => it.asset);
      const found = await ledger.pageChangesOf(assets, filter, page);
      group.forEach((it, index) => void pages.set(it, found[index] as Page<Change>));
    }),
  );
  return keys.map((it) => pages.get(it) as Page<Change>);
}
