import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { toMode, toSourceId } from "../from-graphql.ts";
import { checkMay } from "./apply-field.ts";

export const setSourceMode: NonNullable<MutationResolvers["setSourceMode"]> = async (_root, { input }, context) => {
  const forbidden = checkMay(context, "operate");
  if (forbidden) return { userErrors: [forbidden] };
  const outcome = await context.gateway.setSourceMode(
    toSourceId(input.source),
    toMode(input.mode),
    input.reason ?? undefined,
    context.actor,
  );
  if (!outcome.ok) return { userErrors: outcome.errors };
  return { source: { id: outcome.value.id, view: outcome.value }, userErrors: [] };
};
