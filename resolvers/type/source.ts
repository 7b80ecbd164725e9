import type { FieldCapabilityResolvers, SourceResolvers } from "../../src/generated/graphql.ts";
import { toSourceMode, toSourceProblem, toSourceRole } from "../to-graphql.ts";

export const Source: SourceResolvers = {
  id: ({ id }) => `source:${id}`,
  name: ({ id }) => id,
  role: ({ view }) => view && toSourceRole(view.role),
  type: ({ view }) => view?.type,
  address: ({ view }) => view?.address,
  state: ({ view }) => {
    if (!view) return "NOT_CONNECTED";
    return view.error ? "FAILING" : "UP";
  },
  error: ({ view }) => toSourceProblem(view?.error),
  failingSince: ({ view }) => view?.failingSince,
  mode: ({ view }) => view && toSourceMode(view.record.mode),
  scanning: ({ view }) => view?.scanning ?? false,
  scanned: ({ view }) => view?.scanned ?? 0,
  lastScanStartedAt: ({ view }) => view?.record.lastScanStartedAt,
  lastCompleteScanAt: ({ view }) => view?.record.lastCompleteScanAt,
  completeScans: ({ view }) => view?.record.completeScans ?? 0,
  capabilities: ({ view }) => view?.capabilities,
};

export const FieldCapability: FieldCapabilityResolvers = { many: ({ cardinality }) => cardinality === "many" };
