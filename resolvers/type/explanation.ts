import type { AgreedBaseResolvers, ExplanationResolvers } from "../../src/generated/graphql.ts";

export const Explanation: ExplanationResolvers = {
  asset: ({ state }) => state,
  field: ({ explanation }) => explanation.field,
  rules: ({ explanation }) => explanation.rules,
  modes: ({ explanation }) => explanation.mode,
  bases: ({ explanation }) => explanation.bases,
  decision: ({ explanation }) => explanation.decision,
};

export const AgreedBase: AgreedBaseResolvers = {
  mirror: ({ mirror }, _args, { source }) => source(mirror),
  known: ({ value }) => value !== undefined,
  value: ({ value }) => value,
};
