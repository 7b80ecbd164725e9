import type { QueryResolvers } from "../../src/generated/graphql.ts";

export const sources: NonNullable<QueryResolvers["sources"]> = (_root, _args, { gateway, source }) =>
  gateway.sources().map((it) => source(it.id));
