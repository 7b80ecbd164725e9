import type { Gauge } from "prom-client";
import { REVIEW_KINDS } from "../domain/review.ts";
import { gauge, type Metrics } from "../observe/metrics.ts";
import type { Bus } from "../ports/bus.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger, LedgerCounts } from "../ports/ledger.ts";
import type { BacklogWatch } from "./backlog-watch.ts";

/** How old what a scrape tells of the backlog may be, and of the number of assets, which takes longer to count: milliseconds. */
const BACKLOG_AGE_MS = 5_000;
const ASSETS_AGE_MS = 60_000;

export interface StandingDeps {
  readonly metrics: Metrics;
  readonly backlog: BacklogWatch;
  readonly bus: Pick<Bus, "status">;
  readonly gateway: Pick<Gateway, "sources">;
  readonly ledger: Pick<Ledger, "counts">;
  readonly subscribers: { readonly size: number };
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How things stand at the moment of a scrape, as gauges beside the counters. Costs no pass over the assets, but once a minute. */
export class Standing {
  readonly #deps: StandingDeps;
  readonly #gauges: ReturnType<typeof makeGauges>;
  #counted: { readonly counts: LedgerCounts; readonly at: number } | undefined;

  constructor(deps: StandingDeps) {
    this.#deps = deps;
    this.#gauges = makeGauges(deps.metrics);
  }

  /** The whole text. A ledger that does not answer is told as such; what it would have said is left out. */
  async render(): Promise<string> {
    const { bus, metrics, subscribers } = this.#deps;
    const status = bus.status();
    this.#gauges.busUp.set({ kind: status.kind }, status.kind === "redis" && status.state === "down" ? 0 : 1);
    this.#gauges.subscribers.set(subscribers.size);
    this.#setSources();
    const isUp = await this.#setBacklog();
    this.#gauges.ledgerUp.set(isUp ? 1 : 0);
    return metrics.registry.metrics();
  }

  #setSources(): void {
    const { gateway, now } = this.#deps;
    const { failing, mode, scanAge, scanning, up } = this.#gauges;
    for (const it of [failing, mode, scanAge, scanning, up]) it.reset();
    for (const { error, failingSince, id: source, record, role, scanning: isScanning } of gateway.sources()) {
      up.set({ source, role }, error ? 0 : 1);
      failing.set({ source }, failingSince === undefined ? 0 : age(now(), failingSince));
      mode.set({ source, mode: record.mode }, 1);
      scanning.set({ source }, isScanning ? 1 : 0);
      if (record.lastCompleteScanAt !== undefined) scanAge.set({ source }, age(now(), record.lastCompleteScanAt));
    }
  }

  async #setBacklog(): Promise<boolean> {
    const { backlog: watch, gateway, now } = this.#deps;
    const { drifts, head, intentAge, intents, reviews, work, workAge } = this.#gauges;
    for (const it of [drifts, intentAge, intents, reviews, work, workAge]) it.reset();
    try {
      const backlog = await watch.look(BACKLOG_AGE_MS);
      for (const { id: source } of gateway.sources()) {
        for (const it of [work, workAge, intents, intentAge]) it.set({ source }, 0);
      }
      head.set(backlog.head);
      for (const { count, source } of backlog.work) {
        work.set({ source }, count);
        workAge.set({ source }, watch.waitingMs(source) / 1_000);
      }
      for (const { count, oldestAt, source } of backlog.intents) {
        intents.set({ source }, count);
        intentAge.set({ source }, age(now(), oldestAt));
      }
      for (const { count, kind, state } of backlog.drifts) drifts.set({ kind, state }, count);
      for (const kind of REVIEW_KINDS)
        reviews.set({ kind }, backlog.reviews.find((it) => it.kind === kind)?.count ?? 0);
      await this.#setAssets();
      return true;
    } catch {
      return false; // counted where it failed; told by the gauge
    }
  }

  async #setAssets(): Promise<void> {
    const { ledger, now } = this.#deps;
    if (!this.#counted || now() - this.#counted.at > ASSETS_AGE_MS)
      this.#counted = { counts: await ledger.counts(), at: now() };
    const { assets, statuses } = this.#gauges;
    for (const it of [assets, statuses]) it.reset();
    const { assetsByKind, assetsByStatus } = this.#counted.counts;
    for (const [kind, count] of Object.entries(assetsByKind)) assets.set({ kind }, count);
    for (const [status, count] of Object.entries(assetsByStatus)) statuses.set({ status }, count);
  }
}

function age(now: number, at: string): number {
  return Math.max(0, (now - Date.parse(at)) / 1_000);
}

function makeGauges(metrics: Metrics) {
  const make = (name: string, help: string, ...labels: string[]): Gauge => gauge(metrics, name, help, ...labels);
  return {
    ledgerUp: make("ledger_up", "Whether the ledger answers."),
    busUp: make("bus_up", "Whether what others commit is heard of at once.", "kind"),
    head: make("log_head", "Position of the newest log entry."),
    work: make("work_open", "Assets that wait for work on a source.", "source"),
    workAge: make("work_oldest_seconds", "How long the oldest of them has been seen to wait.", "source"),
    intents: make("intents_open", "Remote writes under way, and those whose outcome is not known.", "source"),
    intentAge: make("intents_oldest_seconds", "Age of the oldest of them.", "source"),
    drifts: make("drifts_open", "Drifts that are not resolved.", "kind", "state"),
    reviews: make(
      "reviews_open",
      "Questions that wait for a person: whose value of a field stands, or whether what a guard held back is to be done.",
      "kind",
    ),
    assets: make("assets", "Assets that are not retired, by kind.", "kind"),
    statuses: make("asset_statuses", "Assets that are not retired, by the worst status of their fields.", "status"),
    up: make("source_up", "Whether the source answered as hoped at the last look.", "source", "role"),
    failing: make("source_failing_seconds", "For how long it has not answered at all.", "source"),
    mode: make("source_mode", "What may be done to it; 1 for the mode that holds.", "source", "mode"),
    scanning: make("source_scanning", "Whether a scan of it runs here.", "source"),
    scanAge: make("source_complete_scan_age_seconds", "Since the last scan that saw everything.", "source"),
    subscribers: make("subscribers", "Subscriptions that are open here."),
  };
}
