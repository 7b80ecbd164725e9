import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";

export const setOwners: NonNullable<MutationResolvers["setOwners"]> = (_root, { input }, context) =>
  applyField("owners", { op: "set", value: input.owners }, input, context);

export const addOwners: NonNullable<MutationResolvers["addOwners"]> = (_root, { input }, context) =>
  applyField("owners", { op: "add", elements: input.owners }, input, context);

export const removeOwners: NonNullable<MutationResolvers["removeOwners"]> = (_root, { input }, context) =>
  applyField("owners", { op: "remove", keys: input.owners.map((it) => it.principal) }, input, context);
