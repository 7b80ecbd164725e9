import type { ChangeConnectionResolvers, ChangeEdgeResolvers, ChangeResolvers } from "../../src/generated/graphql.ts";
import { toActor } from "../to-graphql.ts";
import { loadAsset } from "./asset-connection.ts";

export const Change: ChangeResolvers = {
  id: ({ position }) => `change:${position}`,
  cursor: ({ position }) => ({ position }),
  kind: ({ kind }) => kind,
  at: ({ at }) => at,
  actor: ({ actor }) => toActor(actor),
  source: ({ source }, _args, context) => source && context.source(source),
  asset: ({ asset }, _args, context) => asset && loadAsset(asset, context),
  assetName: ({ name }) => name,
  field: ({ field }) => field,
  before: ({ before }) => before,
  after: ({ after }) => after,
  reason: ({ reason }) => reason,
  rule: ({ rule }) => rule,
  causedBy: ({ causedBy }, _args, { loaders }) => (causedBy === undefined ? null : loaders.change.load(causedBy)),
  drift: ({ drift }, _args, { loaders }) => drift && loaders.drift.load(drift),
  detail: ({ detail }) => detail,
};

export const ChangeConnection: ChangeConnectionResolvers = {
  edges: ({ items }) => items,
  nodes: ({ items }) => items.map((it) => it.item),
  pageInfo: ({ items, hasNext, hasPrevious }) => {
    const [first, last] = [items[0]?.item, items.at(-1)?.item];
    return {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: first && { position: first.position },
      endCursor: last && { position: last.position },
    };
  },
};

export const ChangeEdge: ChangeEdgeResolvers = {
  cursor: ({ item }) => ({ position: item.position }),
  node: ({ item }) => item,
};
