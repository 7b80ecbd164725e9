import type { Drift } from "../domain/drift.ts";
import type { FieldKey } from "../domain/field.ts";
import type { DriftId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { changeDrifts, type DriftChange } from "../plan/drift-changes.ts";
import type { FieldPlan, Finding } from "../plan/plan-field.ts";
import type { MirrorPlan } from "../plan/plan-mirror.ts";
import { bindingOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";

/** Why values were refused just now, by field: by the mirror, or by the authority that was to adopt them. */
export type Refusals = ReadonlyMap<FieldKey, string>;

/** What becomes of the drifts of the plan's mirror. A refusal stands as a drift until what was refused is no longer wanted. */
export function findDrifts(
  engine: Engine,
  state: AssetState,
  plan: MirrorPlan,
  refused: Refusals,
): readonly DriftChange[] {
  const findings = new Map(plan.findings);
  for (const [key, field] of plan.fields) {
    const wanted = writtenBy(field);
    if (wanted === undefined) continue;
    const open = openDriftOf(state, plan, key);
    const because = refused.get(key);
    if (because !== undefined) findings.set(key, refusal(engine, state, plan, key, wanted, because));
    else if (isRefusalOf(open, state, plan, key, wanted)) findings.set(key, "keep");
    // It ends when the value has arrived, not when it is sent.
    else if (open && !findings.has(key)) findings.set(key, "keep");
  }
  const at = toTimestamp(engine.clock.now());
  const valueAt = (key: FieldKey): Json => valueIn(state, plan, key);
  return changeDrifts(state, plan.mirror, findings, valueAt, at, () => `drift:${engine.ids.ulid()}` as DriftId);
}

/** Fields that were refused as they are to be written now: sending them again would be refused again. */
export function refusedBefore(state: AssetState, plan: MirrorPlan): ReadonlySet<FieldKey> {
  const refused = [...plan.fields].filter(([key, field]) => {
    const wanted = writtenBy(field);
    return wanted !== undefined && isRefusalOf(openDriftOf(state, plan, key), state, plan, key, wanted);
  });
  return new Set(refused.map(([key]) => key));
}

/** The value that the plan sends off for a field; undefined: none. */
function writtenBy({ authorityWrites, mirrorWrite }: FieldPlan): Json | undefined {
  const [adopted] = authorityWrites.values();
  return authorityWrites.size > 0 ? adopted : mirrorWrite;
}

function openDriftOf(state: AssetState, plan: MirrorPlan, key: FieldKey): Drift | undefined {
  return state.drifts.find((it) => it.source === plan.mirror && it.key === key);
}

function isRefusalOf(
  open: Drift | undefined,
  state: AssetState,
  plan: MirrorPlan,
  key: FieldKey,
  wanted: Json,
): boolean {
  if (open?.kind !== "DELIVERY_FAILED") return false;
  return equalJson(open.wanted, wanted) && equalJson(open.found, valueIn(state, plan, key));
}

function valueIn(state: AssetState, plan: MirrorPlan, key: FieldKey): Json {
  const reading = bindingOf(state, plan.mirror)?.fields[key];
  return reading?.state === "value" ? reading.value : null;
}

function refusal(
  engine: Engine,
  state: AssetState,
  plan: MirrorPlan,
  key: FieldKey,
  wanted: Json,
  because: string,
): Finding {
  const rule = plan.fields.get(key)?.rule ?? "";
  const authority = engine.treaty.rules.find((it) => it.name === rule)?.authority ?? plan.mirror;
  return {
    kind: "DELIVERY_FAILED",
    state: "OPEN",
    rule,
    authority,
    base: undefined,
    wanted,
    found: valueIn(state, plan, key),
    because,
  };
}
