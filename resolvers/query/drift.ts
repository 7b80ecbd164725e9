import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { toOpenDriftFilter, toPageRequest } from "../from-graphql.ts";
import { orBadCursor } from "../graph-error.ts";

export const drift: NonNullable<QueryResolvers["drift"]> = (_root, { filter, ...page }, { ledger }) =>
  orBadCursor(ledger.pageDrifts(toOpenDriftFilter(filter), toPageRequest(page)));
