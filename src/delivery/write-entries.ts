import type { NewChange } from "../domain/change.ts";
import { keyToPath } from "../domain/field.ts";
import type { IntentId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Reading } from "../domain/reading.ts";
import type { AssetState } from "../domain/state.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import { bindingOf, columnsOf } from "../plan/source-facts.ts";
import type { Clock } from "../ports/clock.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { WriteResult } from "../ports/source.ts";
import { actorOf, type DeliveryRequest, reasonOf } from "./delivery-request.ts";
import { wantedValues } from "./intent-detail.ts";

/** What the log says before a write: who, what, where, by which rule. */
export function intendedEntry(clock: Clock, state: AssetState, request: DeliveryRequest, intent: IntentId): NewChange {
  const { causedBy, purpose, write } = request;
  const reason = reasonOf(request);
  const binding = bindingOf(state, write.source);
  const before = Object.fromEntries([...write.fields.keys()].map((key) => [key, valueIn(binding?.fields[key])]));
  return {
    ...commonOf(clock, state, request, intent),
    kind: "WRITE_INTENDED",
    before,
    after: wantedValues(write),
    ...(reason === undefined ? {} : { reason }),
    rule: [...new Set(write.rules.values())].join(", "),
    detail: { purpose, create: write.create },
    ...(causedBy === undefined ? {} : { causedBy }),
  };
}

/** What the log says after it. `position` is that of the entry before. */
export function outcomeEntry(
  clock: Clock,
  state: AssetState,
  request: DeliveryRequest,
  intent: IntentId,
  position: number,
  result: WriteResult,
): NewChange {
  const message = result.kind === "rejected" ? result.message : "error" in result ? result.error.message : undefined;
  return {
    ...commonOf(clock, state, request, intent),
    kind: result.kind === "applied" ? "WRITE_APPLIED" : "WRITE_FAILED",
    after: wantedValues(request.write),
    causedBy: position,
    detail: { outcome: result.kind, ...(message === undefined ? {} : { message }) },
  };
}

function commonOf(
  clock: Clock,
  state: AssetState,
  request: DeliveryRequest,
  intent: IntentId,
): Omit<NewChange, "kind"> {
  const { write } = request;
  const actor = actorOf(request);
  const at = toTimestamp(clock.now());
  const { id: asset, name } = state.asset;
  return { at, actor, source: write.source, asset, name, ...onlyField(state, write), intent };
}

function onlyField(state: AssetState, write: PlannedWrite): Pick<NewChange, "key" | "field"> {
  const [key] = write.fields.keys();
  return key !== undefined && write.fields.size === 1 ? { key, field: keyToPath(key, columnsOf(state)) } : {};
}

function valueIn(reading: Reading | undefined): Json {
  return reading?.state === "value" ? reading.value : null;
}
