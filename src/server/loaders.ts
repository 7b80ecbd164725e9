import DataLoader from "dataloader";
import { GraphQLError } from "graphql";
import type { Change } from "../domain/change.ts";
import type { AssetId } from "../domain/ids.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger, Page } from "../ports/ledger.ts";
import type { AssetChangesKey, LiveRead, Loaders } from "./context.ts";

export type LoaderLedger = Pick<Ledger, "loadStates" | "loadDrifts" | "readChanges" | "lastChanges" | "pageChanges">;

/** A query each, whatever the number of keys; a fresh set for every request and every event. */
export function createLoaders(ledger: LoaderLedger, gateway: Pick<Gateway, "readLive">, signal: AbortSignal): Loaders {
  return {
    state: new DataLoader((ids) => ledger.loadStates(ids)),
    live: new DataLoader((ids) => readLive(gateway, ids, signal)),
    drift: new DataLoader((ids) => ledger.loadDrifts(ids)),
    change: new DataLoader((positions) => ledger.readChanges(positions)),
    lastChange: new DataLoader((fields) => ledger.lastChanges(fields), {
      cacheKeyFn: ({ asset, key }) => `${asset} ${key}`,
    }),
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

/** How many assets' changes one request may page through: each needs a query of its own. */
const MAX_CHANGE_LISTS = 10;

async function pageAssetChanges(
  ledger: LoaderLedger,
  keys: readonly AssetChangesKey[],
): Promise<readonly Page<Change>[]> {
  if (keys.length > MAX_CHANGE_LISTS) {
    const message =
      `Asset.changes is for ${MAX_CHANGE_LISTS} assets at a time, not ${keys.length}. ` +
      "Ask Query.changes with the assets' ids in `filter.assets` instead, or GovernedField.lastChange.";
    throw new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
  }
  return Promise.all(
    keys.map(({ asset, fields, page }) => ledger.pageChanges({ assets: [asset], ...(fields && { fields }) }, page)),
  );
}
