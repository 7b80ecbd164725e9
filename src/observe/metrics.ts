import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Report } from "../ports/engine.ts";

const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const LAG_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600];
const SCAN_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600];

/**
 * What operators watch, as Prometheus reads it. No label has a value that comes from outside of the configuration and the
 * code: no asset, no field, no person. One method a business event.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #registers = [this.registry];
  readonly #calls = new Histogram({
    name: "concordat_source_call_seconds",
    help: "How long a source took to answer a read, a write or a health check, by what came of it.",
    labelNames: ["source", "call", "outcome"] as const,
    buckets: CALL_SECONDS,
    registers: this.#registers,
  });
  readonly #refusals = new Counter({
    name: "concordat_source_calls_spared_total",
    help: "Reads and writes that were answered on behalf of a source that fails, without asking it.",
    labelNames: ["source"] as const,
    registers: this.#registers,
  });
  readonly #writes = new Counter({
    name: "concordat_writes_total",
    help: "Remote writes, by what came of them: applied, stale, missing, rejected, failed, unknown.",
    labelNames: ["source", "outcome"] as const,
    registers: this.#registers,
  });
  readonly #scans = new Histogram({
    name: "concordat_scan_seconds",
    help: "How long a whole scan took, by whether it was complete.",
    labelNames: ["source", "result"] as const,
    buckets: SCAN_SECONDS,
    registers: this.#registers,
  });
  readonly #scanned = new Counter({
    name: "concordat_scanned_assets_total",
    help: "Assets that scans met, by what they brought: listed, changed, failed, suspected, retired.",
    labelNames: ["source", "result"] as const,
    registers: this.#registers,
  });
  readonly #mutations = new Histogram({
    name: "concordat_mutation_seconds",
    help: "How long a field mutation took from its arrival to its answer, by the code of its first user error, or OK.",
    labelNames: ["outcome"] as const,
    buckets: CALL_SECONDS,
    registers: this.#registers,
  });
  readonly #lag = new Histogram({
    name: "concordat_mirror_lag_seconds",
    help: "From the acknowledgement of a mutation until a mirror was read to hold it.",
    labelNames: ["source"] as const,
    buckets: LAG_SECONDS,
    registers: this.#registers,
  });
  readonly #delivered = new Counter({
    name: "concordat_events_delivered_total",
    help: "Events that subscribers were given.",
    registers: this.#registers,
  });
  readonly #slow = new Counter({
    name: "concordat_slow_subscribers_closed_total",
    help: "Subscribers that were closed because they did not take their events.",
    registers: this.#registers,
  });
  readonly #guards = new Counter({
    name: "concordat_guard_trips_total",
    help: "Runs and scans that a guard stopped.",
    labelNames: ["source"] as const,
    registers: this.#registers,
  });
  readonly #takeovers = new Counter({
    name: "concordat_lease_takeovers_total",
    help: "Leases that ran out before what they were on was done, and were taken over: work, intent, scan, history.",
    labelNames: ["kind"] as const,
    registers: this.#registers,
  });
  readonly #events = new Counter({
    name: "concordat_engine_events_total",
    help: "Business events of the engine, as they stand in its log.",
    labelNames: ["event", "level"] as const,
    registers: this.#registers,
  });
  readonly #ledgerErrors = new Counter({
    name: "concordat_ledger_errors_total",
    help: "Calls of the ledger that failed, by operation.",
    labelNames: ["operation"] as const,
    registers: this.#registers,
  });
  readonly #requestErrors = new Counter({
    name: "concordat_unexpected_errors_total",
    help: "Errors that callers were told of only by an id.",
    registers: this.#registers,
  });

  /** Memory, processor time and the like, of this process. Once. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  sourceCalled(source: string, call: "read" | "write" | "scan" | "health", outcome: string, tookMs: number): void {
    // A scan lasts as long as its pages are recorded: it is told by its own event, with what it found.
    if (call !== "scan") this.#calls.observe({ source, call, outcome }, tookMs / 1_000);
    if (call === "write") this.#writes.inc({ source, outcome });
  }

  sourceSpared(source: string): void {
    this.#refusals.inc({ source });
  }

  eventDelivered(): void {
    this.#delivered.inc();
  }

  slowSubscriberClosed(): void {
    this.#slow.inc();
  }

  ledgerFailed(operation: string): void {
    this.#ledgerErrors.inc({ operation });
  }

  leaseTakenOver(kind: string, count: number): void {
    this.#takeovers.inc({ kind }, count);
  }

  unexpectedError(): void {
    this.#requestErrors.inc();
  }

  /** Counts what the engine reports. */
  readonly report: Report = (level, event, facts) => {
    this.#events.inc({ event, level });
    const source = text(facts["source"]);
    switch (event) {
      case "scan-ended":
        return this.#scanEnded(source, facts);
      case "mutation-ended":
        return this.#mutations.observe({ outcome: text(facts["outcome"]) }, number(facts["tookMs"]) / 1_000);
      case "mirror-confirmed":
        return this.#lag.observe({ source }, number(facts["lagMs"]) / 1_000);
      case "guard-tripped":
        return this.#guards.inc({ source });
      default:
        return undefined;
    }
  };

  #scanEnded(source: string, facts: Readonly<Record<string, unknown>>): void {
    const result = facts["complete"] === true ? "complete" : "incomplete";
    this.#scans.observe({ source, result }, number(facts["tookMs"]) / 1_000);
    this.#scanned.inc({ source, result: "listed" }, number(facts["assets"]));
    for (const it of ["changed", "failed", "suspected", "retired"])
      this.#scanned.inc({ source, result: it }, number(facts[it]));
  }
}

/** A gauge that is set anew at every look: what it does not know any more is gone from it. */
export function gauge(metrics: Metrics, name: string, help: string, ...labelNames: string[]): Gauge {
  return new Gauge({ name: `concordat_${name}`, help, labelNames, registers: [metrics.registry] });
}

function text(fact: unknown): string {
  return typeof fact === "string" ? fact : "";
}

function number(fact: unknown): number {
  return typeof fact === "number" && Number.isFinite(fact) ? Math.max(0, fact) : 0;
}
