import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";

export const setRetention: NonNullable<MutationResolvers["setRetention"]> = (_root, { input }, context) =>
  applyField("retention", { op: "set", value: input.retention ?? null }, input, context);
