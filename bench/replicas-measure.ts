import type { Entry } from "./replicas-log.ts";
import type { Sent } from "./replicas-mutate.ts";
import { isFollowed, type MutationPlan, type SubscriptionPlan } from "./replicas-plan.ts";

const MIRROR_OF: Readonly<Record<MutationPlan["field"], string>> = { description: "catalog", domain: "lakehouse" };

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}

/** One mutation that was made, with what became of it. */
export type Made = MutationPlan & Sent;

export interface Mirrored {
  /** Milliseconds from the answer to the commit of the mirror's WRITE_APPLIED; 0 where the mirror had it before. */
  readonly lags: readonly number[];
  /** Overtaken by a later value of the same field before the mirror was written. */
  readonly superseded: number;
}

/**
 * When each acknowledged value stood confirmed at its mirror.
 *
 * @throws Error if one neither reached its mirror nor was overtaken: then a write was lost.
 */
export function measureMirrors(made: readonly Made[], entries: readonly Entry[]): Mirrored {
  const applied = Map.groupBy(
    entries.filter((it) => it.kind === "WRITE_APPLIED"),
    (it) => `${it.asset} ${it.source}`,
  );
  const changed = Map.groupBy(
    entries.filter((it) => it.kind === "FIELD_CHANGED"),
    (it) => `${it.asset} ${it.key}`,
  );
  const lags: number[] = [];
  let superseded = 0;
  for (const { answered, asset, field, position, value } of made) {
    if (position === null) continue;
    const confirmed = applied
      .get(`${asset} ${MIRROR_OF[field]}`)
      ?.find((it) => it.position > position && (it.after as Record<string, unknown>)[field] === value);
    if (confirmed) lags.push(Math.max(0, confirmed.committed - answered));
    else if (changed.get(`${asset} ${field}`)?.some((it) => it.position > position)) superseded += 1;
    else throw new Error(`Lost: ${field} of ${asset} was acknowledged at ${position} and never reached its mirror`);
  }
  return { lags, superseded };
}

export interface Delivered {
  /** Milliseconds from the answer to a mutation until each subscriber who follows it had its change; 0 if it came before the answer. */
  readonly sinceAnswer: readonly number[];
  /** Milliseconds from the commit of each entry until each subscriber who follows it had it. */
  readonly sinceCommit: readonly number[];
  readonly events: number;
}

/**
 * When each subscriber had what it follows.
 *
 * @param came subscriber, position, milliseconds, again and again.
 * @param from milliseconds: what was committed before is not measured, but counted.
 * @throws Error if a subscriber missed an entry, had one twice, or out of order.
 */
export function measureDeliveries(
  plans: readonly SubscriptionPlan[],
  entries: readonly Entry[],
  made: readonly Made[],
  came: Float64Array,
  from: number,
): Delivered {
  const byPosition = new Map(entries.map((it) => [it.position, it]));
  const answeredAt = new Map(made.map((it) => [it.position, it.answered]));
  const sinceAnswer: number[] = [];
  const sinceCommit: number[] = [];
  const got = plans.map((): number[] => []);
  let events = 0;
  for (let index = 0; index < came.length; index += 3) {
    const [subscriber = 0, position = 0, at = 0] = came.subarray(index, index + 3);
    const entry = byPosition.get(position);
    if (!entry) continue; // from before the round
    got[subscriber]?.push(position);
    if (entry.committed < from) continue;
    events += 1;
    sinceCommit.push(Math.max(0, at - entry.committed));
    const answered = answeredAt.get(position);
    if (answered !== undefined) sinceAnswer.push(Math.max(0, at - answered));
  }
  plans.forEach(({ variables: { filter } }, subscriber) => {
    checkComplete(
      subscriber,
      got[subscriber] ?? [],
      entries.filter((it) => isFollowed(filter, it)),
    );
  });
  return { sinceAnswer, sinceCommit, events };
}

function checkComplete(subscriber: number, got: readonly number[], wanted: readonly Entry[]): void {
  const wrong = wanted.findIndex((it, index) => got[index] !== it.position);
  if (wrong < 0 && got.length === wanted.length) return;
  const at = wrong < 0 ? wanted.length : wrong;
  throw new Error(
    `Subscriber ${subscriber} was to get ${wanted[at]?.position ?? "nothing more"} as number ${at + 1} and got ${got[at] ?? "nothing"}`,
  );
}

/** How many mutations failed, by what went wrong. */
export function countErrors(made: readonly Made[]): Readonly<Record<string, number>> {
  const failed = made.filter((it) => it.error !== null);
  const groups = Map.groupBy(failed, (it) => it.error ?? "");
  return Object.fromEntries([...groups].map(([code, some]) => [code, some.length]));
}
