import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";

export const setCustomField: NonNullable<MutationResolvers["setCustomField"]> = (_root, { input }, context) =>
  applyField(`custom.${input.field}`, { op: "set", value: input.value ?? null }, input, context);
