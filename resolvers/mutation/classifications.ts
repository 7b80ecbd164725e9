import type { ClassificationsInput, MutationResolvers } from "../../src/generated/graphql.ts";
import { applyField } from "./apply-field.ts";
import { columnPath } from "./column-path.ts";

function path({ column }: ClassificationsInput): string {
  return columnPath(column, "classifications");
}

export const addClassifications: NonNullable<MutationResolvers["addClassifications"]> = (_root, { input }, context) =>
  applyField(path(input), { op: "add", elements: input.classifications }, input, context);

export const removeClassifications: NonNullable<MutationResolvers["removeClassifications"]> = (
  _root,
  { input },
  context,
) => applyField(path(input), { op: "remove", keys: input.classifications.map((it) => it.name) }, input, context);
