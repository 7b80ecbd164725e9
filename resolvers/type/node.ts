import type { NodeResolvers } from "../../src/generated/graphql.ts";

export const Node: NodeResolvers = {
  __resolveType(it) {
    if ("bindings" in it) return "Asset";
    if ("openedAt" in it) return "Drift";
    return "position" in it ? "Change" : "Source";
  },
};
