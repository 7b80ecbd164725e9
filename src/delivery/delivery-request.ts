import type { Actor, NewChange } from "../domain/change.ts";
import type { Decided } from "../domain/decided.ts";
import type { FieldKey } from "../domain/field.ts";
import type { AssetId } from "../domain/ids.ts";
import type { Snapshot } from "../domain/reading.ts";
import type { AssetState } from "../domain/state.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import type { GuardRefusal } from "../ports/guard-ledger.ts";
import type { IdempotencyRecord, Intent } from "../ports/ledger.ts";

/** One remote write, with all that its log entries say. */
export interface DeliveryRequest {
  readonly asset: AssetId;
  readonly write: PlannedWrite;
  readonly actor: Actor;
  readonly reason?: string;
  readonly causedBy?: NewChange["causedBy"];
  readonly purpose: Intent["purpose"];
  /** Somebody has said what the field is to be as a whole, and not only what is to come or to go. */
  readonly isWhole?: boolean;
  /** It was tried just before: a source that says yes once more and holds what it held does not take it. */
  readonly isRepeated?: boolean;
  /** Kept with the intent, so that another process can settle the mutation's key too. */
  readonly idempotency?: IdempotencyRecord;
}

/** Who is said to write: the gateway on behalf of whoever has answered the review, where the whole write carries one person's answer out. */
export function actorOf({ actor, write }: DeliveryRequest): Actor {
  const decided = deciderOf(write, write.fields.keys());
  return decided ? { ...actor, onBehalfOf: decided.by.id } : actor;
}

/** Why, in the words of whoever wanted it. */
export function reasonOf({ reason, write }: DeliveryRequest): string | undefined {
  return reason ?? deciderOf(write, write.fields.keys())?.reason;
}

/** The answer of the one person that writing all of `keys` carries out; undefined where it is nobody's, or not one person's. */
function deciderOf({ decided }: PlannedWrite, keys: Iterable<FieldKey>): Decided | undefined {
  const answers = [...keys].map((it) => decided?.get(it));
  const [first] = answers;
  return answers.every((it) => it?.by.id === first?.by.id) ? first : undefined;
}

export type DeliveryOutcome =
  | {
      readonly kind: "applied";
      readonly state: AssetState;
      readonly change: number | null;
      readonly snapshot: Snapshot;
    }
  | { readonly kind: "stale"; readonly state: AssetState }
  | { readonly kind: "missing" }
  | { readonly kind: "rejected"; readonly message: string; readonly field?: FieldKey }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly retryAfterMs?: number }
  /** The intent stays open and is settled by reading back. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Another write of the same asset to the same source is under way. */
  | { readonly kind: "busy"; readonly until: number }
  | { readonly kind: "duplicate"; readonly record: IdempotencyRecord }
  /** Another worker has taken over what it belongs to; nothing was written. */
  | { readonly kind: "superseded" }
  /** The guards allow no more; nothing was written. */
  | ({ readonly kind: "guarded" } & Pick<Guarded, "effect" | "spent" | "isTripped">);

type Guarded = Extract<GuardRefusal, { reason: "guarded" }>;
