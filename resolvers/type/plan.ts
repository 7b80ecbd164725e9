import type { PlanItemResolvers } from "../../src/generated/graphql.ts";
import { loadAsset } from "./asset-connection.ts";

export const PlanItem: PlanItemResolvers = {
  asset: ({ asset }, _args, context) => loadAsset(asset, context),
  field: ({ path }) => path,
  source: ({ source }, _args, context) => context.source(source),
  authority: ({ authority }, _args, { source }) => source(authority),
};
