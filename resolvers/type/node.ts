import type { NodeResolvers } from "../../src/generated/graphql.ts";

export const Node: NodeResolvers = {
  __resolveType(it) {
    if ("bindings" in it) return "Asset";
    if ("because" in it) return it.kind === "GUARD" ? "GuardReview" : "FieldReview";
    if ("openedAt" in it) return "Drift";
    return "position" in it ? "Change" : "Source";
  },
};
