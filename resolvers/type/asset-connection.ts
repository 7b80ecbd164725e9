import type { AssetId } from "../../src/domain/ids.ts";
import type { AssetConnectionResolvers, AssetEdgeResolvers } from "../../src/generated/graphql.ts";
import type { GraphContext } from "../../src/server/context.ts";
import type { AssetModel } from "../../src/server/models.ts";
import { toPageInfo } from "../to-graphql.ts";

/** An asset that something in the ledger refers to. Assets are never forgotten, so one that is not there is a bug. */
export async function loadAsset(id: AssetId, { loaders }: GraphContext): Promise<AssetModel> {
  const state = await loaders.state.load(id);
  if (!state) throw new Error(`The ledger refers to ${id}, but does not hold it.`);
  return state;
}

export const AssetConnection: AssetConnectionResolvers = {
  edges: ({ items }) => items,
  nodes: ({ items }, _args, context) => Promise.all(items.map((it) => loadAsset(it.item, context))),
  pageInfo: toPageInfo,
};

export const AssetEdge: AssetEdgeResolvers = {
  cursor: (it) => it.cursor,
  node: (it, _args, context) => loadAsset(it.item, context),
};
