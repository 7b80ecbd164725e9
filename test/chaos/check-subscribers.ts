import type { Change } from "../../src/domain/change.ts";
import type { Delivered } from "./history.ts";

/** Every subscriber got every entry of the log that it asked for, once, in the order of the log. */
export function checkSubscribers(log: readonly Change[], subscribers: readonly Delivered[]): readonly string[] {
  return subscribers.flatMap((it) => checkOne(log, it));
}

function checkOne(log: readonly Change[], { after, events, kinds, name }: Delivered): readonly string[] {
  const wanted = log.filter((it) => it.position > after && (kinds === undefined || kinds.includes(it.kind)));
  const known = new Map(wanted.map((it) => [it.position, it.kind]));
  const seen = new Set<number>();
  const violations: string[] = [];
  let last = after;
  for (const { kind, position } of events) {
    if (seen.has(position)) violations.push(`DUPLICATE: ${name} got ${position} twice.`);
    else if (position < last) violations.push(`REORDERED: ${name} got ${position} after ${last}.`);
    if (!known.has(position)) violations.push(`FOREIGN: ${name} got ${position} (${kind}), which it did not ask for.`);
    else if (known.get(position) !== kind)
      violations.push(`FOREIGN: ${name} got ${kind} at ${position}, where the log has ${known.get(position)}.`);
    seen.add(position);
    last = Math.max(last, position);
  }
  const missed = wanted.filter((it) => !seen.has(it.position)).map((it) => it.position);
  if (missed.length > 0)
    violations.push(`GAP: ${name} did not get ${missed.length} entries: ${missed.slice(0, 10).join(", ")} …`);
  return violations;
}
