import type { Change } from "../../src/domain/change.ts";
import { equalJson, type Json } from "../../src/domain/json.ts";

/** What the log must be whatever happened: whole, one outcome for each intent, each change going on from the one before. */
export function checkLog(log: readonly Change[]): readonly string[] {
  return [...checkPositions(log), ...checkIntents(log), ...checkChains(log)];
}

function checkPositions(log: readonly Change[]): readonly string[] {
  const odd = log.findIndex((it, index) => it.position !== index + 1);
  return odd < 0 ? [] : [`The log has position ${log[odd]?.position} where ${odd + 1} belongs.`];
}

/** P8: exactly one intent and one outcome, in this order. */
function checkIntents(log: readonly Change[]): readonly string[] {
  const violations: string[] = [];
  const outcomes = new Map<string, number>();
  for (const { kind, intent, position } of log) {
    if (intent === undefined) continue;
    if (kind === "WRITE_INTENDED") {
      if (outcomes.has(intent)) violations.push(`${intent} was intended again at ${position}.`);
      outcomes.set(intent, 0);
    } else if (kind === "WRITE_APPLIED" || kind === "WRITE_FAILED") {
      const count = outcomes.get(intent);
      if (count === undefined) violations.push(`${intent} has an outcome at ${position} before any intent.`);
      else if (count > 0) violations.push(`${intent} has another outcome at ${position}.`);
      outcomes.set(intent, (count ?? 0) + 1);
    }
  }
  for (const [intent, count] of outcomes) if (count === 0) violations.push(`${intent} has no outcome.`);
  return violations;
}

/** A change whose `before` is not what the one before it left has overwritten something that the log does not tell. */
function checkChains(log: readonly Change[]): readonly string[] {
  const violations: string[] = [];
  const last = new Map<string, Json>();
  for (const { after = null, asset, before, field, kind, name, position } of log) {
    if (kind !== "FIELD_CHANGED") continue;
    const of = `${asset} ${field}`;
    const known = last.get(of);
    if (known !== undefined && before !== undefined && !equalJson(known, before)) {
      const told = `${JSON.stringify(before)} before, where ${JSON.stringify(known)} stood`;
      violations.push(`The change of ${name} ${field} at ${position} tells of ${told}.`);
    }
    last.set(of, after);
  }
  return violations;
}
