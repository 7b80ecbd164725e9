import { hash } from "node:crypto";
import { OutdatedTreaty } from "../delivery/record.ts";
import type { Actor } from "../domain/change.ts";
import { fieldKindOf } from "../domain/field.ts";
import { parseReviewId, type ReviewId } from "../domain/ids.ts";
import { type Review, versionOfReview } from "../domain/review.ts";
import { valueInWords } from "../plan/value-words.ts";
import type { Engine } from "../ports/engine.ts";
import type { ReviewDecision, ReviewOutcome, UserError } from "../ports/gateway.ts";
import type { IdempotencyRecord } from "../ports/ledger.ts";
import { decideField } from "./decide-field.ts";
import { decideGuard } from "./decide-guard.ts";
import { takenKey } from "./idempotency-key.ts";
import type { Route } from "./route.ts";
import { outdatedTreaty, userError } from "./user-errors.ts";

const ANSWERS = { FIELD: ["AUTHORITY", "MIRROR", "VALUE"], GUARD: ["RELEASE", "REJECT"] } as const;

/**
 * Answers one review, once: of two who answer at the same time the second is told so, and one who saw something else than there is
 * now decides nothing.
 */
export async function decideReview(
  engine: Engine,
  route: Route,
  decision: ReviewDecision,
  actor: Actor,
  signal: AbortSignal,
): Promise<ReviewOutcome> {
  const review = await findReview(engine, decision.review);
  if (!review) return no(notFound(decision.review));
  const { answer, idempotencyKey, value } = decision;
  const answers: readonly string[] = ANSWERS[review.kind];
  if (!answers.includes(answer)) return no(wrongAnswer(review, answers), review);
  if ((answer === "VALUE") !== (value !== undefined)) return no(wrongValue(answer), review);
  const request = [review.id, answer, value ?? null, decision.expectedVersion ?? null, decision.reason ?? null];
  // A value is set by a mutation, which keeps the record; under a key that no other request has.
  const ownKey = answer === "VALUE" && idempotencyKey ? `${idempotencyKey}#${hashOf(request)}` : idempotencyKey;
  const key = ownKey === undefined ? undefined : takenKey(engine, actor, ownKey, request);
  const replayed = key && (await replayOf(engine, review, decision, key));
  if (replayed) return replayed;
  const refusal = refusalOf(review, decision);
  if (refusal) return no(refusal, review);
  const keyed = ownKey === undefined ? decision : { ...decision, idempotencyKey: ownKey };
  const error = await orOutdated(
    review.kind === "FIELD"
      ? decideField(engine, route, review, keyed, actor, key, signal)
      : decideGuard(engine, review, decision, actor, key),
  );
  const [now] = await engine.ledger.loadReviews([review.id]);
  if (error === "closed") {
    // It may be another request under the same key that was quicker.
    const quicker = key && (await replayOf(engine, now ?? review, decision, key));
    return quicker ?? no((now && refusalOf(now, decision)) ?? changed(), now);
  }
  return error ? no(error, now) : { review: now ?? review, userErrors: [] };
}

async function orOutdated(
  deciding: Promise<UserError | "closed" | undefined>,
): Promise<UserError | "closed" | undefined> {
  try {
    return await deciding;
  } catch (error) {
    if (error instanceof OutdatedTreaty) return outdatedTreaty();
    throw error;
  }
}

async function findReview(engine: Engine, text: string): Promise<Review | undefined> {
  let id: ReviewId;
  try {
    id = parseReviewId(text);
  } catch {
    return undefined;
  }
  return (await engine.ledger.loadReviews([id]))[0];
}

function hashOf(request: readonly unknown[]): string {
  return hash("sha256", JSON.stringify(request), "base64url").slice(0, 16);
}

/** What is to be said to a request whose key is taken; undefined if it is free. */
async function replayOf(
  { clock, ledger }: Engine,
  review: Review,
  { answer }: ReviewDecision,
  key: IdempotencyRecord,
): Promise<ReviewOutcome | undefined> {
  const known = await ledger.findIdempotency(key.scope);
  if (!known || known.expiresAt <= clock.now()) return undefined;
  return replay(review, known, answer === "VALUE" ? known : key);
}

function replay(review: Review, known: IdempotencyRecord, key: IdempotencyRecord): ReviewOutcome {
  if (known.state === "running")
    return no(
      userError("BUSY", "The first request with this key is still under way. Retry later with the same key."),
      review,
    );
  if (known.requestHash === key.requestHash) return { review, userErrors: [] };
  const message = "This key was used for another request. Use a new key for a new request.";
  return no(userError("IDEMPOTENCY_KEY_REUSED", message, ["idempotencyKey"]), review);
}

function no(error: UserError, review?: Review): ReviewOutcome {
  return { review: review ?? null, userErrors: [error] };
}

function notFound(id: string): UserError {
  const message = `There is no review with id "${id}". Look them up with the query "reviews".`;
  return userError("REVIEW_NOT_FOUND", message, ["review"]);
}

function wrongAnswer({ kind }: Review, answers: readonly string[]): UserError {
  const message = `A review of kind ${kind} is answered with ${answers.join(", ")}.`;
  return userError("INVALID_INPUT", message, ["decision"]);
}

function wrongValue(answer: string): UserError {
  const message =
    answer === "VALUE" ? "Say with `value` what is to stand; null clears the field." : "`value` goes with VALUE only.";
  return userError("INVALID_INPUT", message, ["value"]);
}

function changed(): UserError {
  return userError("BUSY", "The review keeps changing; nothing was decided. Look at it and decide again.");
}

/** Why the review, as it is now, cannot be answered like that. */
function refusalOf(review: Review, { expectedVersion }: ReviewDecision): UserError | undefined {
  const { closedAt = "", decided, state } = review;
  if (state === "DECIDED" && decided) {
    const message = `${decided.by.id} has decided it at ${decided.at}: ${decided.answer}. Look at what came of it.`;
    return userError("ALREADY_DECIDED", message, ["review"]);
  }
  if (state !== "OPEN") {
    const message = `It was withdrawn at ${closedAt}: ${review.because} There is nothing to decide any more.`;
    return userError("REVIEW_WITHDRAWN", message, ["review"]);
  }
  if (expectedVersion === undefined || expectedVersion === versionOfReview(review)) return undefined;
  const message = `It is another question than you saw: ${inWords(review)}. Look at it and decide anew.`;
  return userError("VERSION_CONFLICT", message, ["expectedVersion"]);
}

function inWords(review: Review): string {
  if (review.kind === "GUARD") return `${review.total} changes are held back, ${review.listed} of them listed`;
  const kind = fieldKindOf(review.key);
  const { authority, found, source, wanted } = review;
  return `${authority} holds ${valueInWords(kind, wanted)}, ${source} holds ${valueInWords(kind, found)}`;
}
