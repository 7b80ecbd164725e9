import type { DecideReviewInput, MutationResolvers } from "../../src/generated/graphql.ts";
import type { ReviewDecision, ReviewOutcome, UserError } from "../../src/ports/gateway.ts";
import type { GraphContext } from "../../src/server/context.ts";
import { checkMay, forgetRead } from "./apply-field.ts";

const MAX_DECISIONS = 500;
const MAX_KEY = 180;
const MAX_REASON = 2_000;

export const decideReview: NonNullable<MutationResolvers["decideReview"]> = async (_root, { input }, context) =>
  forgetRead(await decide(input, context), context);

export const decideReviews: NonNullable<MutationResolvers["decideReviews"]> = async (_root, { input }, context) => {
  const { decisions } = input;
  if (decisions.length === 0 || decisions.length > MAX_DECISIONS) {
    const message = `1 to ${MAX_DECISIONS} decisions at a time, got ${decisions.length}. Send them in several calls.`;
    return { results: [], userErrors: [{ code: "INVALID_INPUT", message, path: ["decisions"] }] };
  }
  const results: ReviewOutcome[] = [];
  for (const [index, it] of decisions.entries()) {
    const { review, userErrors } = await decide(it, context);
    const located = userErrors.map((error) => ({ ...error, path: ["decisions", String(index), ...error.path] }));
    results.push({ review, userErrors: located });
  }
  return forgetRead({ results, userErrors: [] }, context);
};

async function decide(input: DecideReviewInput, context: GraphContext): Promise<ReviewOutcome> {
  const isOfGuard = input.decision === "RELEASE" || input.decision === "REJECT";
  const refusal = checkMay(context, isOfGuard ? "operate" : "write") ?? checkInput(input);
  if (refusal) return { review: null, userErrors: [refusal] };
  return context.gateway.decideReview(toDecision(input), context.actor, context.lifetime);
}

function checkInput({ idempotencyKey, reason }: DecideReviewInput): UserError | undefined {
  if (idempotencyKey != null && (idempotencyKey.trim() === "" || idempotencyKey.length > MAX_KEY)) {
    const message = `\`idempotencyKey\` has 1 to ${MAX_KEY} characters.`;
    return { code: "INVALID_INPUT", message, path: ["idempotencyKey"] };
  }
  if (reason == null || reason.length <= MAX_REASON) return undefined;
  return { code: "INVALID_INPUT", message: `\`reason\` has at most ${MAX_REASON} characters.`, path: ["reason"] };
}

function toDecision({
  decision,
  expectedVersion,
  idempotencyKey,
  reason,
  review,
  value,
}: DecideReviewInput): ReviewDecision {
  return {
    review,
    answer: decision,
    ...(value !== undefined && (decision === "VALUE" || value !== null) && { value }),
    ...(expectedVersion != null && { expectedVersion }),
    ...(idempotencyKey != null && { idempotencyKey }),
    ...(reason != null && { reason }),
  };
}
