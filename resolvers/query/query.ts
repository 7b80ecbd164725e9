import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { asset } from "./asset.ts";
import { assets } from "./assets.ts";
import { changes } from "./changes.ts";
import { drift } from "./drift.ts";
import { explain } from "./explain.ts";
import { node, nodes } from "./node.ts";
import { plan } from "./plan.ts";
import { reviews } from "./reviews.ts";
import { sources } from "./sources.ts";
import { treaty } from "./treaty.ts";

export const Query: Required<QueryResolvers> = {
  node,
  nodes,
  asset,
  assets,
  drift,
  reviews,
  changes,
  sources,
  treaty,
  explain,
  plan,
};
