import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";

export const setLifecycle: NonNullable<MutationResolvers["setLifecycle"]> = (_root, { input }, context) =>
  applyField("lifecycle", { op: "set", value: input.lifecycle ?? null }, input, context);
