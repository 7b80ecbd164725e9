import type { BindingResolvers } from "../../src/generated/graphql.ts";

export const Binding: BindingResolvers = {
  source: ({ source }, _args, context) => context.source(source),
  nativeName: ({ binding }) => binding.ref.name,
  stableId: ({ binding }) => binding.ref.stableId,
  state: ({ binding }) => (binding.state === "present" ? "PRESENT" : "MISSING"),
  misses: ({ binding }) => binding.misses,
  version: ({ binding }) => binding.version,
  url: ({ binding }) => binding.url,
  observedAt: ({ binding }) => binding.observedAt,
  stale: ({ asset, source }, _args, { isStale }) => isStale(asset, source),
};
