import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";
import { columnPath } from "./column-path.ts";

export const setDescription: NonNullable<MutationResolvers["setDescription"]> = (_root, { input }, context) =>
  applyField(columnPath(input.column, "description"), { op: "set", value: input.description ?? null }, input, context);
