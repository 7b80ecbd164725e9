import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";

export const setDomain: NonNullable<MutationResolvers["setDomain"]> = (_root, { input }, context) =>
  applyField("domain", { op: "set", value: input.domain ?? null }, input, context);
