import type { ObservationResolvers } from "../../src/generated/graphql.ts";

export const Observation: ObservationResolvers = {
  source: ({ view }, _args, { source }) => source(view.source),
  state: ({ view }) => view.state,
  value: ({ view }) => view.value,
  version: ({ view }) => view.version,
  observedAt: ({ view }) => view.observedAt,
  stale: ({ asset, view }, _args, { isStale }) => isStale(asset, view.source),
  note: ({ view }) => view.note,
};
