import type { Change } from "../../src/domain/change.ts";
import type { Json } from "../../src/domain/json.ts";
import { AUTHORITY } from "./authority.ts";
import type { History, SentMutation } from "./history.ts";

/** A log entry that made a value (or an element) come or go. */
interface Effect {
  readonly position: number;
  readonly asset: string;
  readonly change: Change;
}

/** Each acknowledged mutation took place once, each other one at most once, nothing else did, and none before its time. */
export function checkMutations({ begin, edits, log, mutations }: History): readonly string[] {
  const effects = effectsOf(log.filter((it) => it.position > begin));
  const wanted = new Set(mutations.map(effectKey));
  const theirs = new Set(edits.map((it) => effectKey({ field: "description", kind: "set", value: it.value })));
  return [
    ...mutations.flatMap((it) => checkOne(it, effects.get(effectKey(it)) ?? [])),
    ...checkWrites(mutations, log),
    ...checkOrder(mutations, effects),
    ...[...effects].flatMap(([key, [first]]) =>
      wanted.has(key) || theirs.has(key) ? [] : [`Nobody sent what happened at ${first?.position}: ${key}.`],
    ),
  ];
}

function checkOne(sent: SentMutation, effects: readonly Effect[]): readonly string[] {
  const what = `${sent.kind} ${sent.field} of ${sent.asset} to "${sent.value}" (${sent.client})`;
  const at = effects.map((it) => it.position).join(", ");
  if (effects.length > 1) return [`DOUBLED: ${what} took place ${effects.length} times, at ${at}.`];
  const [effect] = effects;
  if (effect && effect.asset !== sent.asset) return [`MISPLACED: ${what} took place on ${effect.asset}, at ${at}.`];
  if (effect?.change.actor.kind === "source") return [`UNATTRIBUTED: ${what} is told as the source's own, at ${at}.`];
  if (sent.acknowledgedAt === undefined) return [];
  if (!effect) return [`LOST: ${what} was acknowledged and is not in the log.`];
  if (sent.position !== effect.position)
    return [`MISTOLD: ${what} took place at ${at}; its acknowledgement named ${sent.position}.`];
  return [];
}

/** The authority was written at most once for each. */
function checkWrites(mutations: readonly SentMutation[], log: readonly Change[]): readonly string[] {
  const applied = new Map<string, number>();
  for (const { after, kind, key, source, actor } of log) {
    if (kind !== "WRITE_APPLIED" || key === undefined || actor.kind === "gateway") continue;
    const value = (after as Record<string, Json> | undefined)?.[key];
    if (typeof value !== "string") continue;
    const write = `${source} ${key} ${value}`;
    applied.set(write, (applied.get(write) ?? 0) + 1);
  }
  return mutations.flatMap((it) => {
    const count = applied.get(`${AUTHORITY[it.field]} ${it.field} ${it.value}`) ?? 0;
    return count > 1 ? [`DOUBLED: ${AUTHORITY[it.field]} was written ${count} times with "${it.value}".`] : [];
  });
}

/** What was acknowledged before another was sent stands before it in the log. */
function checkOrder(
  mutations: readonly SentMutation[],
  effects: ReadonlyMap<string, readonly Effect[]>,
): readonly string[] {
  const violations: string[] = [];
  for (const [of, sent] of Map.groupBy(mutations, (it) => `${it.field} of ${it.asset}`)) {
    const placed = sent
      .flatMap((it) => (effects.get(effectKey(it)) ?? []).slice(0, 1).map(({ position }) => ({ position, sent: it })))
      .sort((left, right) => right.position - left.position);
    // From the last one back: the earliest acknowledgement among those that stand later.
    let earliest: SentMutation | undefined;
    for (const { sent: it, position } of placed) {
      const doneAt = earliest?.acknowledgedAt;
      if (earliest && doneAt !== undefined && doneAt < it.sentAt) {
        violations.push(
          `REORDERED: ${of}: "${it.value}" at ${position} was sent after "${earliest.value}" was acknowledged, and stands before it.`,
        );
      }
      if (it.acknowledgedAt !== undefined && it.acknowledgedAt < (doneAt ?? Number.POSITIVE_INFINITY)) earliest = it;
    }
  }
  return violations;
}

function effectKey({ field, kind, value }: Readonly<Record<"field" | "kind" | "value", string>>): string {
  return `${kind} ${field} ${value}`;
}

function effectsOf(log: readonly Change[]): ReadonlyMap<string, readonly Effect[]> {
  const effects = new Map<string, Effect[]>();
  for (const change of log) {
    if (change.kind !== "FIELD_CHANGED") continue;
    for (const key of keysOf(change)) {
      const list = effects.get(key) ?? [];
      list.push({ position: change.position, asset: change.name ?? "", change });
      effects.set(key, list);
    }
  }
  return effects;
}

function keysOf({ after, before, field }: Change): readonly string[] {
  if (field === "description" || field === "domain")
    return [effectKey({ field, kind: "set", value: after === null ? "nothing" : String(after) })];
  if (field !== "classifications") return [];
  const [was, is] = [namesOf(before), namesOf(after)];
  return [
    ...[...is.difference(was)].map((value) => effectKey({ field, kind: "add", value })),
    ...[...was.difference(is)].map((value) => effectKey({ field, kind: "remove", value })),
  ];
}

/** The names of classifications, as the log and the catalog hold them or as the lakehouse does. */
export function namesOf(value: Json | undefined): ReadonlySet<string> {
  if (!Array.isArray(value)) return new Set();
  return new Set(value.map((it) => (typeof it === "string" ? it : String((it as Record<string, Json>)["name"]))));
}
