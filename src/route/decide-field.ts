import { decideDrifts } from "../delivery/decide-reviews.ts";
import { type Step, updateAsset } from "../delivery/update-asset.ts";
import type { Actor } from "../domain/change.ts";
import type { Decided } from "../domain/decided.ts";
import { differingKeys } from "../domain/diff.ts";
import { type Drift, isInReview } from "../domain/drift.ts";
import { isDivisible, toElements } from "../domain/elements.ts";
import { fieldKindOf, keyToPath } from "../domain/field.ts";
import { type FieldReview, versionOfReview } from "../domain/review.ts";
import type { AssetState } from "../domain/state.ts";
import { driftEntry } from "../plan/drift-changes.ts";
import { openReview } from "../plan/review-changes.ts";
import { bindingOf, columnsOf, factsOf } from "../plan/source-facts.ts";
import { viewField } from "../plan/view.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { ReviewDecision, UserError } from "../ports/gateway.ts";
import type { IdempotencyRecord } from "../ports/ledger.ts";
import { type Part, partsGoverning } from "../treaty/decision.ts";
import type { Route } from "./route.ts";
import { userError } from "./user-errors.ts";

/** `closed`: it is not the question any more that was answered; nothing was decided. */
type Refusal = UserError | "closed" | undefined;

/** A value of the person's own is a mutation, which decides what is in review. The other answers stand on the drift, and the next reconcile carries them out. */
export async function decideField(
  engine: Engine,
  route: Route,
  review: FieldReview,
  decision: ReviewDecision,
  actor: Actor,
  key: IdempotencyRecord | undefined,
  signal: AbortSignal,
): Promise<Refusal> {
  if (decision.answer === "VALUE") return setValue(engine, route, review, decision, actor, signal);
  const [state] = await engine.ledger.loadStates([review.asset]);
  const problem = state && (whyNotAsked(engine, state, review) ?? whyNotAnswered(engine, state, review, decision));
  if (problem) return problem;
  const at = toTimestamp(engine.clock.now());
  const { answer, reason } = decision;
  const decided: Decided = { answer, by: actor, at, ...(reason === undefined ? {} : { reason }) };
  const updated = await updateAsset(engine, review.asset, (now) => decideStep(now, review, decision, decided, key));
  return updated.ok && updated.value ? undefined : "closed";
}

/** The drift that the review asks about; undefined if it asks no more, or something else than was seen. */
function findAsked(state: AssetState, review: FieldReview, expectedVersion: string | undefined): Drift | undefined {
  const open = state.drifts.find((it) => it.id === review.drift);
  if (!open || !isInReview(open)) return undefined;
  if (expectedVersion !== undefined && versionOfReview(openReview(open)) !== expectedVersion) return undefined;
  return open;
}

function decideStep(
  state: AssetState,
  review: FieldReview,
  { expectedVersion }: ReviewDecision,
  decided: Decided,
  key: IdempotencyRecord | undefined,
): Step<true> | undefined {
  const open = findAsked(state, review, expectedVersion);
  if (!open) return undefined;
  const next = decideDrifts(state, (it) => it === open, decided);
  const drift = next.drifts.find((it) => it.id === open.id) ?? open;
  const by = { actor: decided.by, ...(decided.reason === undefined ? {} : { reason: decided.reason }) };
  const outcome = { review: review.id };
  return {
    next,
    value: true,
    commit: {
      changes: [driftEntry(next, { kind: "DRIFT_CHANGED", drift }, decided.at, by)],
      dirty: [{ asset: review.asset, source: review.source, reread: true }],
      ...(key ? { idempotency: [{ ...key, state: "done", outcome }] } : {}),
    },
  };
}

/**
 * Another treaty may ask whose value stands of other two, of all that differed or of the elements that did. Where it knows nothing of the
 * one yet, the question is still the old one.
 */
function whyNotAsked({ treaty }: Engine, state: AssetState, review: FieldReview): UserError | undefined {
  const { authority, key } = review;
  const path = keyToPath(key, columnsOf(state));
  const parts = treaty.decide(factsOf(state), { key, path, kind: fieldKindOf(key) });
  const asked = partsAsked(parts, review);
  if (asked.some(({ rule }) => rule.authority === authority)) return undefined;
  const authorities = [...new Set(asked.map(({ rule }) => rule.authority))].join(" and ");
  const message = `Under the treaty in force ${authorities} has authority over what differs in ${path}, and not ${authority}. Wait until ${authorities} can be read: then it is asked anew, or withdrawn.`;
  return userError("VERSION_CONFLICT", message, ["review"]);
}

/** The parts that have the elements which differed; all, where that cannot be told. */
function partsAsked(parts: readonly Part[], { found, key, wanted }: FieldReview): readonly Part[] {
  const kind = fieldKindOf(key);
  if (![found, wanted].every((it) => isDivisible(kind, it))) return parts;
  const asked = partsGoverning(parts, differingKeys(toElements(kind, wanted, false), toElements(kind, found, false)));
  return asked.length > 0 ? asked : parts;
}

/** For the mirror: what it holds has to be a value, and the authority has to take it. */
function whyNotAnswered(
  engine: Engine,
  state: AssetState,
  { authority, key, path, source }: FieldReview,
  { answer }: ReviewDecision,
): UserError | undefined {
  if (answer !== "MIRROR") return undefined;
  const held = bindingOf(state, source)?.fields[key];
  if (held?.state === "value" && held.malformed) {
    const message = `What ${source} holds is no value of ${path}. Decide AUTHORITY, or VALUE with one of your own.`;
    return userError("INVALID_VALUE", message, ["decision"]);
  }
  const mode = engine.sources.table().get(authority)?.mode ?? "pause";
  if (mode === "enforce") return undefined;
  const message = `${authority} has authority over ${path} and is in mode ${mode}: nothing can be written there until an operator sets it to ENFORCE with setSourceMode.`;
  return userError(mode === "pause" ? "SOURCE_PAUSED" : "SOURCE_IN_OBSERVE_MODE", message);
}

async function setValue(
  engine: Engine,
  route: Route,
  review: FieldReview,
  { expectedVersion, idempotencyKey, reason, value }: ReviewDecision,
  actor: Actor,
  signal: AbortSignal,
): Promise<Refusal> {
  const [state] = await engine.ledger.loadStates([review.asset]);
  if (!state || !findAsked(state, review, expectedVersion)) return "closed";
  const ground = { treaty: engine.treaty, sources: engine.sources.table() };
  const { version } = viewField(ground, state, review.key);
  const { userErrors } = await route.apply(
    {
      asset: { id: review.asset },
      field: review.path,
      edit: { op: "set", value },
      ...(expectedVersion === undefined ? {} : { expectedVersion: version }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(reason === undefined ? {} : { reason }),
    },
    actor,
    signal,
  );
  const [error] = userErrors;
  if (!error) return undefined;
  const isOfValue = error.code === "INVALID_VALUE" || error.code === "CANNOT_HOLD";
  return { ...error, path: isOfValue ? ["value"] : error.path };
}
