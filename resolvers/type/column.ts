import type { ColumnField } from "../../src/domain/field.ts";
import type { ColumnResolvers } from "../../src/generated/graphql.ts";
import type { GraphContext } from "../../src/server/context.ts";
import type { ColumnModel, FieldModel } from "../../src/server/models.ts";

function field(name: ColumnField) {
  return (model: ColumnModel, _args: object, { fields }: GraphContext): FieldModel => {
    const view = fields.column(model, name);
    if (!view)
      throw new Error(`The engine has no view of column ${model.column.id}'s ${name} on ${model.state.asset.id}.`);
    return view;
  };
}

export const Column: ColumnResolvers = {
  id: ({ column }) => column.id,
  name: ({ column }) => column.name,
  type: ({ column }) => column.type,
  required: ({ column }) => column.required,
  description: field("description"),
  classifications: field("classifications"),
};
