import type { QueryResolvers } from "../../src/generated/graphql.ts";

export const treaty: NonNullable<QueryResolvers["treaty"]> = (_root, _args, { gateway }) => gateway.treaty;
