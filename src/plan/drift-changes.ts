import type { Actor, Change, NewChange } from "../domain/change.ts";
import type { Drift } from "../domain/drift.ts";
import { type FieldKey, keyToPath } from "../domain/field.ts";
import type { DriftId, SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import type { Finding } from "./plan-field.ts";
import { bindingOf, columnsOf } from "./source-facts.ts";

export interface DriftChange {
  readonly drift: Drift;
  readonly kind: Extract<Change["kind"], "DRIFT_OPENED" | "DRIFT_CHANGED" | "DRIFT_RESOLVED">;
}

/**
 * What becomes of the drifts of one mirror. A finding opens or changes one; where there is none any more it is resolved;
 * "keep" leaves it. What is already told as it is gives nothing, so that a repeated look is silent (P3).
 *
 * @param values what now stands at the mirror, to name how a drift ended.
 */
export function changeDrifts(
  state: AssetState,
  mirror: SourceId,
  findings: ReadonlyMap<FieldKey, Finding | "keep">,
  values: (key: FieldKey) => Json,
  at: string,
  newId: () => DriftId,
): readonly DriftChange[] {
  const changes: DriftChange[] = [];
  const open = state.drifts.filter((it) => it.source === mirror);
  for (const [key, finding] of findings) {
    const drift = open.find((it) => it.key === key);
    if (finding === "keep") continue;
    if (!drift) changes.push({ kind: "DRIFT_OPENED", drift: openDrift(state, mirror, key, finding, at, newId()) });
    else if (!isSame(drift, finding)) changes.push({ kind: "DRIFT_CHANGED", drift: changeDrift(drift, finding) });
  }
  for (const drift of open) {
    if (findings.has(drift.key)) continue;
    const { note: _note, ...rest } = drift;
    const resolution = resolutionOf(drift, values(drift.key), state);
    changes.push({ kind: "DRIFT_RESOLVED", drift: { ...rest, state: "RESOLVED", resolvedAt: at, resolution } });
  }
  return changes;
}

function openDrift(
  state: AssetState,
  mirror: SourceId,
  key: FieldKey,
  finding: Finding,
  openedAt: string,
  id: DriftId,
): Drift {
  const { because, base, isAnswered: _isAnswered, ...rest } = finding;
  return {
    id,
    asset: state.asset.id,
    key,
    path: keyToPath(key, columnsOf(state)),
    source: mirror,
    openedAt,
    ...rest,
    ...(base === undefined ? {} : { base }),
    ...(because === undefined ? {} : { note: because }),
  };
}

/**
 * A waiver and a decision hold only for what the person saw, and a decision for the authority that it is about: where a person is to be
 * asked, it did not hold.
 */
function changeDrift(drift: Drift, finding: Finding): Drift {
  const { because, base, isAnswered = false, ...rest } = finding;
  const { base: _base, note: _note, decision, decided, ...kept } = drift;
  const isAsSeen =
    isAnswered ||
    (equalJson(drift.found, finding.found) && (decision !== "mirror" || equalJson(drift.wanted, finding.wanted)));
  const same = finding.state !== "IN_REVIEW" && drift.authority === finding.authority && isAsSeen;
  const mends = rest.state === "REPAIRING" && (drift.kind === "CONFLICT" || drift.kind === "FOREIGN_WRITE");
  return {
    ...kept,
    ...rest,
    kind: mends && rest.kind === "MIRROR_STALE" ? drift.kind : rest.kind,
    ...(base === undefined ? {} : { base }),
    ...(because === undefined ? {} : { note: because }),
    ...(decision !== undefined && same ? { decision, ...(decided ? { decided } : {}) } : {}),
  };
}

function isSame(drift: Drift, finding: Finding): boolean {
  const told = equalJson(drift.wanted, finding.wanted) && equalJson(drift.found, finding.found);
  if (drift.state === "WAIVED") return told;
  const isAskedAgain = finding.state === "IN_REVIEW" && drift.decision !== undefined;
  return (
    told &&
    !isAskedAgain &&
    drift.authority === finding.authority &&
    drift.kind === finding.kind &&
    drift.state === finding.state &&
    drift.note === finding.because &&
    drift.rule === finding.rule
  );
}

function resolutionOf(drift: Drift, now: Json, state: AssetState): string {
  if (state.asset.state === "RETIRED") return "retired";
  if (drift.kind === "ORPHAN" || drift.kind === "MISSING_IN_MIRROR") return "restored";
  const mirrored = equalJson(now, drift.wanted);
  if (drift.kind === "FOREIGN_WRITE" || drift.kind === "CONFLICT") {
    if (mirrored) return drift.state === "REPAIRING" || drift.decision === "authority" ? "reverted" : "converged";
    if (equalJson(now, drift.found))
      return drift.state === "REPAIRING" || drift.decision === "mirror" ? "adopted" : "converged";
    return "superseded";
  }
  return mirrored ? "mirrored" : "converged";
}

/**
 * The log entry of a drift's change; the whole drift stands in `detail`. `after` is what stands at the mirror then: for a drift that
 * is over no longer what was found.
 */
export function driftEntry(
  state: AssetState,
  change: DriftChange,
  at: string,
  by: { readonly actor: Actor; readonly reason?: string } = { actor: { kind: "gateway", id: "concordat" } },
): NewChange {
  const { drift, kind } = change;
  return {
    kind,
    at,
    ...by,
    source: drift.source,
    asset: drift.asset,
    name: state.asset.name,
    key: drift.key,
    field: drift.path,
    before: drift.wanted,
    after: kind === "DRIFT_RESOLVED" ? standingValue(state, drift) : drift.found,
    rule: drift.rule,
    drift: drift.id,
    detail: { ...drift } as object as Json,
  };
}

function standingValue(state: AssetState, { found, key, kind, source }: Drift): Json {
  if (kind === "ORPHAN" || kind === "MISSING_IN_MIRROR") return found;
  const reading = bindingOf(state, source)?.fields[key];
  return reading?.state === "value" ? reading.value : null;
}
