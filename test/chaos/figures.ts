import type { History } from "./history.ts";
import type { Load } from "./load.ts";

/** What a run came to, in numbers. */
export interface Figures {
  readonly kills: number;
  readonly msPerKill: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Given up by their clients after an answer that did not come. */
  readonly unknown: number;
  /** Of those that are unknown: how many took place. */
  readonly unknownThatTookPlace: number;
  readonly acknowledgedAfterRetry: number;
  readonly editsBehindTheBack: number;
  readonly logEntries: number;
  /** Intents whose write turned out not to have been made. */
  readonly writesFailed: number;
  readonly driftsOpened: number;
  readonly delivered: Readonly<Record<string, string>>;
  /** What clients heard instead of an acknowledgement, the most frequent first. */
  readonly heardInstead: Readonly<Record<string, number>>;
  /** What /health/ready said while a fault was on, summed over the gateways. */
  readonly readiness: Readiness;
  /** Subscriptions that ended with an error while the database was away. */
  readonly brokenSubscriptions: number;
  /** Gateways that ended by themselves while they started, and were started again. */
  readonly fallenAtStart: number;
  readonly seconds: number;
}

export type Readiness = Readonly<Record<string, Readonly<Record<string, number>>>>;

export function figuresOf(
  { edits, log, mutations, subscribers }: History,
  { heard }: Pick<Load, "heard">,
  rest: Pick<Figures, "brokenSubscriptions" | "fallenAtStart" | "kills" | "msPerKill" | "readiness" | "seconds">,
): Figures {
  const count = (kind: string): number => log.filter((it) => it.kind === kind).length;
  const acknowledged = mutations.filter((it) => it.acknowledgedAt !== undefined);
  const unknown = mutations.filter((it) => it.acknowledgedAt === undefined);
  const values = new Set(log.filter((it) => it.kind === "FIELD_CHANGED").map((it) => it.after));
  return {
    ...rest,
    sent: mutations.length,
    acknowledged: acknowledged.length,
    unknown: unknown.length,
    unknownThatTookPlace: unknown.filter((it) => values.has(it.value)).length,
    acknowledgedAfterRetry: acknowledged.filter((it) => it.attempts > 1).length,
    editsBehindTheBack: edits.length,
    logEntries: log.length,
    writesFailed: count("WRITE_FAILED"),
    driftsOpened: count("DRIFT_OPENED"),
    delivered: Object.fromEntries(
      subscribers.map((it) => [it.name, `${it.events.length} events over ${it.connections} connections`]),
    ),
    heardInstead: Object.fromEntries([...heard].sort((left, right) => right[1] - left[1]).slice(0, 8)),
  };
}
