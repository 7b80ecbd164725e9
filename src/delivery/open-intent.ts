import type { IntentId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import type { Told } from "../plan/observe.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import type { Engine } from "../ports/engine.ts";
import type { Intent } from "../ports/ledger.ts";
import type { DeliveryOutcome, DeliveryRequest } from "./delivery-request.ts";
import { toDetail } from "./intent-detail.ts";
import { type Read, type Step, updateAsset } from "./update-asset.ts";
import { intendedEntry } from "./write-entries.ts";

export type Opened =
  | {
      readonly kind: "opened";
      readonly position: number;
      readonly state: AssetState;
      readonly write: PlannedWrite;
      /** When somebody else may take it over, unless it is renewed. */
      readonly leaseUntil: number;
    }
  | Extract<DeliveryOutcome, { kind: "busy" | "duplicate" | "guarded" | "missing" | "stale" | "superseded" }>;

/** What is to be recorded together with an intent; worked out again when the asset has changed meanwhile. */
export interface Preparation {
  readonly prepare: (state: AssetState, told: Told) => Step<PlannedWrite | undefined>;
  /** What it rests on. */
  readonly readings: readonly Read[];
}

/**
 * Records that a write is about to be made, together with what `prepare` wants recorded. Undefined from `prepare`: the write is
 * no longer wanted as it was, and the outcome is "stale".
 */
export async function openIntent(
  engine: Engine,
  request: DeliveryRequest,
  id: IntentId,
  { prepare, readings }: Preparation,
): Promise<Opened> {
  const open = (state: AssetState, told: Told) => {
    const prepared = prepare(state, told);
    const write = prepared.value;
    if (!write) return { ...prepared, value: undefined };
    const changes = prepared.commit?.changes ?? [];
    // What is told in the same transaction of a field to be written is why it is written.
    const cause = changes.findLastIndex((it) => it.key !== undefined && write.fields.has(it.key));
    const caused = { ...request, write, ...(cause < 0 ? {} : { causedBy: { index: cause } }) };
    const leaseUntil = engine.clock.now() + engine.leases.leaseMs;
    return {
      next: prepared.next,
      value: { write, leaseUntil, index: changes.length },
      commit: {
        ...prepared.commit,
        changes: [...changes, intendedEntry(engine.clock, prepared.next, caused, id)],
        openIntents: [toIntent(engine.holder, { ...request, write }, id, leaseUntil)],
        ...(request.idempotency ? { idempotency: [request.idempotency] } : {}),
      },
    };
  };
  const updated = await updateAsset(engine, request.asset, open, readings);
  if (!updated.ok) {
    if (updated.refusal.reason === "intent-open") return { kind: "busy", until: updated.refusal.leaseUntil };
    if (updated.refusal.reason === "idempotency") return { kind: "duplicate", record: updated.refusal.record };
    if (updated.refusal.reason === "guarded") {
      const { effect, isTripped, spent } = updated.refusal;
      return { kind: "guarded", effect, spent, isTripped };
    }
    if (updated.refusal.reason === "lease-lost") return { kind: "superseded" };
    return { kind: "missing" };
  }
  if (!updated.value) return { kind: "stale", state: updated.state };
  const { index, ...rest } = updated.value;
  return { kind: "opened", position: updated.positions[index] ?? 0, state: updated.state, ...rest };
}

function toIntent(
  holder: string,
  request: DeliveryRequest,
  id: IntentId,
  leaseUntil: number,
): Omit<Intent, "position"> {
  const { asset, purpose, write } = request;
  const { create, ref, source } = write;
  const makes = create ? { makes: { kind: ref.kind, name: ref.name } } : {};
  return { id, asset, source, holder, leaseUntil, purpose, ...makes, detail: toDetail(request) };
}
