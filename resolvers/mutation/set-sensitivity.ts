import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";

export const setSensitivity: NonNullable<MutationResolvers["setSensitivity"]> = (_root, { input }, context) =>
  applyField("sensitivity", { op: "set", value: input.sensitivity ?? null }, input, context);
