import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { toScope } from "../from-graphql.ts";
import { checkMay, forgetRead } from "./apply-field.ts";

export const reconcile: NonNullable<MutationResolvers["reconcile"]> = async (_root, { input }, context) => {
  const forbidden = checkMay(context, "operate");
  if (forbidden) return { marked: 0, userErrors: [forbidden] };
  const wait = input.wait ?? false;
  const outcome = await context.gateway.reconcile(
    toScope(input.scope),
    wait,
    context.actor,
    wait ? context.signal : context.lifetime,
  );
  if (!outcome.ok) return { marked: 0, userErrors: outcome.errors };
  const { marked, settled } = forgetRead(outcome.value, context);
  return { marked, settled: wait ? settled : null, userErrors: [] };
};
