import type { FieldKind } from "./field.ts";
import { equalJson, isJsonObject, type Json } from "./json.ts";

const DAYS: Readonly<Record<string, number>> = { Y: 365.2425, M: 30.436875, W: 7, D: 1 };
const HOURS: Readonly<Record<string, number>> = { H: 1 / 24, M: 1 / 1440, S: 1 / 86_400 };

/** Length of an ISO 8601 duration in days, with mean months and years: good for an order, not for a date. */
export function durationDays(duration: string): number {
  const [date = "", time = ""] = duration.slice(1).split("T");
  const sum = (part: string, unit: Readonly<Record<string, number>>): number =>
    [...part.matchAll(/([\d.]+)([A-Z])/g)].reduce(
      (days, [, count, name]) => days + Number(count) * (unit[name ?? ""] ?? 0),
      0,
    );
  return sum(date, DAYS) + sum(time, HOURS);
}

/**
 * The more restrictive of two values of one element, where the field has such an order: the higher sensitivity; the
 * legal hold, then the longer retention; a classification rather than none. Undefined where there is no order, as with a
 * sensitivity that is none of the levels: nobody can say that it is the lower one.
 */
export function mostRestrictive(
  field: FieldKind,
  left: Json | undefined,
  right: Json | undefined,
  levels: readonly string[],
): Json | undefined {
  if (left === undefined || right === undefined || equalJson(left, right)) return left ?? right;
  switch (field) {
    case "sensitivity":
      return higherLevel(left, right, levels);
    case "retention": {
      const [held, other] = [left, right].map((it) => isJsonObject(it) && it["legalHold"] === true);
      if (held !== other) return held ? left : right;
      const [days, otherDays] = [left, right].map((it) => durationDays(isJsonObject(it) ? String(it["duration"]) : ""));
      return (days ?? 0) >= (otherDays ?? 0) ? left : right;
    }
    case "classifications":
    case "columns.classifications":
      if (!isJsonObject(left) || !isJsonObject(right)) return undefined;
      return left["value"] !== null ? left : right;
    default:
      return undefined;
  }
}

function higherLevel(left: Json, right: Json, levels: readonly string[]): Json | undefined {
  const [one, other] = [left, right].map((it) => levels.indexOf(String(it)));
  if (one === undefined || other === undefined || one < 0 || other < 0) return undefined;
  return one >= other ? left : right;
}
