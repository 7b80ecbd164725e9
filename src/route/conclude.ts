import type { DeliveryOutcome } from "../delivery/delivery-request.ts";
import { keyToPath } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { columnsOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Delivery, FieldMutation, MutationOutcome, UserError } from "../ports/gateway.ts";
import { mirrorDeliveries } from "./mirror-deliveries.ts";
import type { Target } from "./resolve-target.ts";
import { refused, userError } from "./user-errors.ts";

/** Nothing was written, and it is worth another try: at once, after somebody else's write, or after what the key's first use comes to. */
export type NotYet = "stale" | "busy" | "duplicate";

/** What the caller is told of a delivery. */
export function conclude(
  engine: Engine,
  mutation: FieldMutation,
  target: Target,
  source: SourceId,
  outcome: DeliveryOutcome,
): MutationOutcome | NotYet {
  switch (outcome.kind) {
    case "applied":
      return toApplied(engine, target, source, outcome);
    case "stale":
    case "busy":
    case "duplicate":
      return outcome.kind;
    case "guarded": // what a person orders is not guarded,
    case "superseded": // and is no worker's
      return "busy";
    case "unknown":
      return refused(refusalOf(mutation, target, source, outcome), { source, status: "PENDING" });
    case "missing":
    case "rejected":
    case "failed":
      return refused(refusalOf(mutation, target, source, outcome), { source, status: "FAILED" });
    default:
      return outcome satisfies never;
  }
}

function toApplied(
  engine: Engine,
  target: Target,
  source: SourceId,
  { change, state }: Extract<DeliveryOutcome, { kind: "applied" }>,
): MutationOutcome {
  const appliedAt = toTimestamp(engine.clock.now());
  const authority: Delivery = { source, role: "AUTHORITY", status: "APPLIED", appliedAt };
  const mirrors = mirrorDeliveries(engine, state, target, "PENDING");
  return { change, asset: state.asset.id, deliveries: [authority, ...mirrors], userErrors: [] };
}

function refusalOf(
  { field }: FieldMutation,
  { key, state }: Target,
  source: SourceId,
  outcome: Extract<DeliveryOutcome, { kind: "missing" | "rejected" | "failed" | "unknown" }>,
): UserError {
  switch (outcome.kind) {
    case "missing":
      return userError("SOURCE_REJECTED", `${source} no longer has ${state.asset.name}. Nothing was written.`);
    case "rejected":
      return userError(
        "SOURCE_REJECTED",
        `${source} refuses the value of ${keyToPath(key, columnsOf(state))}: ${outcome.message}`,
      );
    case "failed":
      return userError(
        "SOURCE_UNAVAILABLE",
        `${source} has authority over ${field} and could not be written: ${outcome.message}. Nothing was written; try again later.`,
      );
    case "unknown":
      return userError(
        "OUTCOME_UNKNOWN",
        `${source} may hold the change or not: ${outcome.message}. The gateway is finding out; the log will tell. Retry with the same idempotency key.`,
      );
    default:
      return outcome satisfies never;
  }
}
