import type { DriftConnectionResolvers, DriftEdgeResolvers, DriftResolvers } from "../../src/generated/graphql.ts";
import { toPageInfo } from "../to-graphql.ts";
import { loadAsset } from "./asset-connection.ts";

export const Drift: DriftResolvers = {
  id: ({ id }) => id,
  kind: ({ kind }) => kind,
  asset: ({ asset }, _args, context) => loadAsset(asset, context),
  field: ({ path }) => path,
  authority: ({ authority }, _args, context) => context.source(authority),
  source: ({ source }, _args, context) => context.source(source),
  base: ({ base }) => base,
  hasBase: ({ base }) => base !== undefined,
  wanted: ({ wanted }) => wanted,
  found: ({ found }) => found,
  state: ({ state }) => state,
  rule: ({ rule }) => rule,
  openedAt: ({ openedAt }) => openedAt,
  resolvedAt: ({ resolvedAt }) => resolvedAt,
  resolution: ({ resolution }) => resolution,
  note: ({ note }) => note,
};

export const DriftConnection: DriftConnectionResolvers = {
  edges: ({ items }) => items,
  nodes: ({ items }) => items.map((it) => it.item),
  pageInfo: toPageInfo,
};

export const DriftEdge: DriftEdgeResolvers = { cursor: (it) => it.cursor, node: (it) => it.item };
