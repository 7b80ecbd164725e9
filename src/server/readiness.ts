import type { SourceId } from "../domain/ids.ts";
import type { Backlog } from "../ports/backlog.ts";
import type { Bus, BusStatus } from "../ports/bus.ts";
import type { Gateway, SourceView } from "../ports/gateway.ts";
import type { BacklogWatch } from "./backlog-watch.ts";

/** A write whose outcome nobody knows for longer than this is stuck: the settler looks every two seconds. */
const STUCK_AFTER_MS = 120_000;

/**
 * What the gateway depends on, and how it stands. "degraded": it answers and takes mutations, and something is late or
 * cannot be done; `problems` says what, and what that means. "unavailable": nothing can be answered, or nothing be changed here
 * because another treaty is in force than this process's or its ledger went back: whoever distributes requests sends them to another one.
 */
export interface Readiness {
  readonly status: "ready" | "degraded" | "unavailable";
  readonly problems: readonly string[];
  readonly ledger:
    | { readonly status: "up"; readonly head: number }
    /** By an older copy of itself, while this process ran. */
    | { readonly status: "replaced"; readonly code: "LEDGER_REPLACED"; readonly head: number }
    | { readonly status: "down"; readonly error: string };
  /** How this process hears of what others commit. */
  readonly bus: { readonly kind: string; readonly status: "up" | "down"; readonly since?: string };
  /** Remote writes under way, and those whose outcome is not known. */
  readonly intents?: { readonly open: number; readonly oldestSeconds: number; readonly status: "settling" | "stuck" };
  readonly sources: readonly SourceReadiness[];
}

interface SourceReadiness {
  readonly name: string;
  readonly role: string;
  readonly status: "up" | "failing";
  readonly mode: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Since when it does not answer at all. */
  readonly failingSince?: string;
  /** Assets that wait for work on it; left out while the ledger cannot say. */
  readonly backlog?: number;
  readonly lastCompleteScanAt?: string;
}

export interface ReadinessDeps {
  readonly backlog: BacklogWatch;
  readonly bus: Pick<Bus, "status">;
  readonly gateway: Pick<Gateway, "isCurrent" | "isReplaced" | "sources">;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Comes within a bounded time, whatever the ledger does. Asks no source. */
export async function checkReadiness({
  backlog: watch,
  bus,
  gateway,
  now = Date.now,
}: ReadinessDeps): Promise<Readiness> {
  const views = gateway.sources();
  const status = bus.status();
  let backlog: Backlog;
  try {
    backlog = await watch.look(0);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return {
      status: "unavailable",
      problems: ["The ledger does not answer: requests fail until it does. What was acknowledged is in it."],
      ledger: { status: "down", error: because },
      bus: toBus(status),
      sources: views.map((it) => toSource(it, undefined)),
    };
  }
  const work = new Map(backlog.work.map((it) => [it.source, it.count]));
  const sources = views.map((it) => toSource(it, work));
  const intents = toIntents(backlog, now());
  const isCurrent = gateway.isCurrent();
  const isReplaced = gateway.isReplaced();
  const problems = [
    ...(isReplaced ? [REPLACED] : []),
    ...(isCurrent ? [] : [OUTDATED]),
    ...busProblem(status),
    ...sources.flatMap(sourceProblem),
    ...intentProblem(intents, backlog, now()),
  ];
  return {
    status: !isCurrent || isReplaced ? "unavailable" : problems.length > 0 ? "degraded" : "ready",
    problems,
    ledger: isReplaced
      ? { status: "replaced", code: "LEDGER_REPLACED", head: backlog.head }
      : { status: "up", head: backlog.head },
    bus: toBus(status),
    intents,
    sources,
  };
}

const REPLACED =
  "The ledger was replaced by an older copy of itself while this gateway ran: it changes nothing any more. Restart it; what differs between the sources is then asked about.";
const OUTDATED =
  "Another treaty is in force than the one that this gateway was started with: it answers questions and changes nothing. Restart it with the new treaty.";

function toBus(status: BusStatus): Readiness["bus"] {
  if (status.kind !== "redis") return { kind: status.kind, status: "up" };
  return { kind: "redis", status: status.state, since: new Date(status.since).toISOString() };
}

function busProblem(status: BusStatus): readonly string[] {
  if (status.kind !== "redis" || status.state === "up") return [];
  const because = status.error === undefined ? "" : ` (${status.error})`;
  const since = new Date(status.since).toISOString();
  return [
    `Redis does not answer since ${since}${because}: replicas hear of each other's changes later, from the ledger. Nothing is lost.`,
  ];
}

function toSource(
  { error, failingSince, id, record, role }: SourceView,
  work: ReadonlyMap<SourceId, number> | undefined,
): SourceReadiness {
  return {
    name: id,
    role,
    status: error ? "failing" : "up",
    mode: record.mode,
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(failingSince !== undefined && { failingSince }),
    ...(work && { backlog: work.get(id) ?? 0 }),
    ...(record.lastCompleteScanAt !== undefined && { lastCompleteScanAt: record.lastCompleteScanAt }),
  };
}

function sourceProblem({ backlog, error, failingSince, name, status }: SourceReadiness): readonly string[] {
  if (status === "up") return [];
  const since = failingSince === undefined ? "" : ` since ${failingSince}`;
  const waits = backlog ? ` ${backlog} assets wait for it.` : "";
  return [`${name} fails${since}: ${error?.message ?? ""}${waits} Work on other sources goes on.`];
}

function toIntents({ intents }: Backlog, now: number): NonNullable<Readiness["intents"]> {
  const ages = intents.map((it) => ageMs(it.oldestAt, now));
  const oldest = Math.max(0, ...ages);
  return {
    open: intents.reduce((sum, it) => sum + it.count, 0),
    oldestSeconds: Math.floor(oldest / 1_000),
    status: oldest > STUCK_AFTER_MS ? "stuck" : "settling",
  };
}

function intentProblem(
  { status }: NonNullable<Readiness["intents"]>,
  { intents }: Backlog,
  now: number,
): readonly string[] {
  if (status !== "stuck") return [];
  const stuck = intents.filter((it) => ageMs(it.oldestAt, now) > STUCK_AFTER_MS).map((it) => it.source);
  return [
    `The outcome of writes to ${stuck.join(", ")} is not known yet: it is settled by reading back as soon as the source can be read.`,
  ];
}

function ageMs(at: string, now: number): number {
  return Math.max(0, now - Date.parse(at));
}
