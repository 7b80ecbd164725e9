import type {
  ApplyChangesPayloadResolvers,
  DeliveryResolvers,
  FieldChangePayloadResolvers,
  ScanReportResolvers,
} from "../../src/generated/graphql.ts";
import { toSourceProblem } from "../to-graphql.ts";
import { loadAsset } from "./asset-connection.ts";

export const FieldChangePayload: FieldChangePayloadResolvers = {
  change: ({ change }, _args, { loaders }) => (change === null ? null : loaders.change.load(change)),
  asset: ({ asset }, _args, context) => asset && loadAsset(asset, context),
  deliveries: ({ deliveries }) => deliveries,
  userErrors: ({ userErrors }) => userErrors,
};

export const ApplyChangesPayload: ApplyChangesPayloadResolvers = {
  succeeded: ({ results }) => results.filter((it) => it.userErrors.length === 0).length,
  failed: ({ results }) => results.filter((it) => it.userErrors.length > 0).length,
};

export const Delivery: DeliveryResolvers = { source: ({ source }, _args, context) => context.source(source) };

export const ScanReport: ScanReportResolvers = {
  source: ({ source }, _args, context) => context.source(source),
  error: ({ error }) => toSourceProblem(error),
};
