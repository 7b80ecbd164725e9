import { seconds } from "./figures.ts";
import type { Family } from "./processor-time.ts";
import {
  countErrors, type Delivered, type Made, type Mirrored, measureDeliveries, measureMirrors, percentiles,
} from "./replicas-measure.ts"; // biome-ignore format: one glance
import type { SubscriptionPlan } from "./replicas-plan.ts";
import type { Round } from "./replicas-round.ts";

/** Who a family of processes is: by its process id, or by its name. */
export type Roles = (family: Family) => string;

export interface Report {
  readonly name: string;
  readonly round: Round;
  readonly measured: readonly Made[];
  readonly mirrors: Mirrored | undefined;
  readonly deliveries: Delivered;
  /** Processor time for all mutations until everything was done, by role, in milliseconds; and in the measured time alone. */
  readonly processorMs: TimeByRole;
  readonly processorMsMeasured: TimeByRole;
}

export function toReport(
  name: string,
  round: Round,
  subscriptions: readonly SubscriptionPlan[],
  roles: Roles,
  hasMirrors: boolean,
): Report {
  const { came, entries, families, from, made } = round;
  const [idle, warm, sent, atRest] = families.map((it) => byRole(it, roles));
  const measured = made.filter((it) => it.due >= from);
  return {
    name,
    round,
    measured,
    mirrors: hasMirrors ? measureMirrors(measured, entries) : undefined,
    deliveries: measureDeliveries(subscriptions, entries, made, came, from),
    processorMs: spentBetween(idle, atRest),
    processorMsMeasured: spentBetween(warm, sent),
  };
}

type TimeByRole = ReadonlyMap<string, number>;

function byRole(families: readonly Family[], roles: Roles): TimeByRole {
  const time = new Map<string, number>();
  for (const it of families) time.set(roles(it), (time.get(roles(it)) ?? 0) + it.ms);
  return time;
}

function spentBetween(before: TimeByRole = new Map(), after: TimeByRole = new Map()): TimeByRole {
  return new Map([...after].map(([role, ms]) => [role, ms - (before.get(role) ?? 0)]));
}

export function tellRound({ measured, name, round }: Report): void {
  const { loopDelayMs, rested, to } = round;
  const late = percentiles(measured.map((it) => it.sent - it.due));
  const left = Math.max(...measured.map((it) => it.answered)) - to;
  console.log(
    `  ${name}: the last answer came ${seconds(Math.max(0, left))} and rest ${seconds(rested - to)} after the last mutation;` +
      ` sent late by ${late.p99.toFixed(1)} ms (p99), event loop of the subscribers ${loopDelayMs.toFixed(1)} ms (p99)`,
  );
}

export function tellReports(reports: readonly Report[]): void {
  const table = (row: (report: Report) => object): void =>
    console.table(Object.fromEntries(reports.map((it) => [it.name, row(it)])));
  console.log("Mutations: milliseconds from the moment at which each was due to its answer.");
  table(answerRow);
  console.log("Milliseconds from the answer until the mirror is confirmed, in PostgreSQL's own commit time.");
  table(({ mirrors }) =>
    mirrors ? { ...toRow(mirrors.lags), overtaken: mirrors.superseded } : { "p50 ms": "has no mirrors" },
  );
  console.log("Milliseconds from the answer until a subscriber has the event (0 where the event was quicker).");
  table(({ deliveries }) => toRow(deliveries.sinceAnswer));
  console.log("Milliseconds from the commit of any entry until a subscriber has it.");
  table(({ deliveries, round }) => ({
    ...toRow(deliveries.sinceCommit),
    "events/s": Math.round(deliveries.events / ((round.to - round.from) / 1_000)),
  }));
  console.log(
    "Processor milliseconds a mutation, until everything was done; and processors in use while it was measured.",
  );
  table(processorRow);
}

function answerRow({ measured, round }: Report): object {
  const inTime = measured.filter((it) => it.error === null && it.answered <= round.to).length;
  const errors = Object.entries(countErrors(measured)).map(([code, count]) => `${count} ${code}`);
  return {
    "due/s": perSecond(measured.length, round),
    "answered/s": perSecond(inTime, round),
    ...toRow(measured.map((it) => it.answered - it.due)),
    errors: errors.join(", ") || "none",
  };
}

function processorRow({ processorMs, processorMsMeasured, round }: Report): object {
  const busy = [...processorMsMeasured.values()].reduce((sum, it) => sum + it, 0);
  const row = [...processorMs].sort(([left], [right]) => left.localeCompare(right, "en"));
  return {
    ...Object.fromEntries(row.map(([role, ms]) => [role, Number((ms / round.made.length).toFixed(2))])),
    "processors in use": Number((busy / (round.to - round.from)).toFixed(2)),
  };
}

function perSecond(count: number, { from, to }: Round): number {
  return Number((count / ((to - from) / 1_000)).toFixed(1));
}

function toRow(values: readonly number[]): object {
  const { count, max, p50, p95, p99 } = percentiles(values);
  const digits = (ms: number): number => Number(ms.toFixed(1));
  return { count, "p50 ms": digits(p50), "p95 ms": digits(p95), "p99 ms": digits(p99), "max ms": digits(max) };
}
