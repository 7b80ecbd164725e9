import type { Column } from "../../src/domain/asset.ts";
import type { AssetColumnsArgs, ColumnConnectionResolvers, ColumnEdgeResolvers } from "../../src/generated/graphql.ts";
import type { FieldViews } from "../../src/server/context.ts";
import type { AssetModel, ColumnConnectionModel } from "../../src/server/models.ts";
import { toPageRequest } from "../from-graphql.ts";
import { toPageInfo, toSchema } from "../to-graphql.ts";
import { pageInMemory } from "./page-in-memory.ts";

/** The columns are those of the schema at its authority. */
export function pageColumns(state: AssetModel, fields: FieldViews, args: AssetColumnsArgs): ColumnConnectionModel {
  const schema = fields.plain(state, "schema");
  const columns: readonly Column[] = (schema && toSchema(schema)?.columns) ?? [];
  const { items, ...rest } = pageInMemory(columns, (it) => it.id, toPageRequest(args));
  const page = items.map((it) => it.item);
  return {
    ...rest,
    items: items.map(({ item, cursor }) => ({ cursor, item: { state, column: item, page } })),
    totalCount: columns.length,
  };
}

export const ColumnConnection: ColumnConnectionResolvers = {
  edges: ({ items }) => items,
  nodes: ({ items }) => items.map((it) => it.item),
  pageInfo: toPageInfo,
  totalCount: ({ totalCount }) => totalCount,
};

export const ColumnEdge: ColumnEdgeResolvers = { cursor: (it) => it.cursor, node: (it) => it.item };
