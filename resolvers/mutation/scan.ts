import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { toScope } from "../from-graphql.ts";
import { checkMay, forgetRead } from "./apply-field.ts";

export const scan: NonNullable<MutationResolvers["scan"]> = async (_root, { input }, context) => {
  const forbidden = checkMay(context, "operate");
  if (forbidden) return { reports: [], userErrors: [forbidden] };
  const outcome = await context.gateway.scan(
    toScope({ sources: input.sources }),
    input.wait ?? false,
    context.actor,
    context.lifetime,
  );
  if (!outcome.ok) return { reports: [], userErrors: outcome.errors };
  return { reports: forgetRead(outcome.value, context), userErrors: [] };
};
