import { nextWake } from "../delivery/next-wake.ts";
import { isCurrent } from "../delivery/record.ts";
import type { SourceId } from "../domain/ids.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import type { Engine } from "../ports/engine.ts";
import type { ScanReport } from "../ports/gateway.ts";
import type { SourceRecord } from "../ports/ledger.ts";
import type { Source } from "../ports/source.ts";
import { scanAlone } from "./scan-source.ts";

/** How often it is looked whether a scan that another process makes has ended, if nothing tells so. */
const LOOK_MS = 1_000;
/** Each scan that this process is at lets others be quicker by so much with the next one that is due. */
const YIELD_MS = 300;

export interface Schedule {
  /** From the end of one scan to the beginning of the next, whichever process makes it. */
  readonly everyMs: number;
  /** Scan at the start in any case; otherwise only what is due, or was not complete the last time. */
  readonly atStart: boolean;
}

/**
 * Runs scans: at most one of each source at a time, by schedule or when asked, over all processes on the ledger. Whoever asks while one
 * runs waits for that one.
 */
export class Scanner {
  readonly #engine: Engine;
  readonly #running = new Map<SourceId, Promise<ScanReport | undefined>>();
  readonly #scanned = new Map<SourceId, number>();
  readonly #signal: AbortSignal;
  readonly #changed: () => void;

  /** @param changed called when a scan begins or ends. */
  constructor(engine: Engine, signal: AbortSignal, changed: () => void = () => {}) {
    this.#engine = engine;
    this.#signal = signal;
    this.#changed = changed;
  }

  /** Whether this process scans it. */
  isScanning(id: SourceId): boolean {
    return this.#running.has(id);
  }

  /** Assets that the scan that runs here has read so far; 0 if none runs. */
  scanned(id: SourceId): number {
    return this.#scanned.get(id) ?? 0;
  }

  /** Starts a scan, or joins the one that runs, here or in another process. Rejects only if the ledger fails. */
  async scan(id: SourceId): Promise<ScanReport> {
    const source = this.#engine.sources.get(id);
    if (!source) throw new TypeError(`There is no source ${id}.`);
    return this.#scan(source, (await this.#record(id))?.scans);
  }

  /** @param isWanted asked before it is scanned here; not wanted any more once another scan has ended, whose report it gets. */
  async #scan(source: Source, before: number | undefined, isWanted?: () => Promise<boolean>): Promise<ScanReport> {
    const { id } = source;
    for (;;) {
      const seen = this.#engine.bus.wake.count;
      const report = await (this.#running.get(id) ?? this.#begin(source, isWanted));
      if (report) return report;
      if (this.#signal.aborted) throw new Error(`The scan of ${id} was stopped: this gateway ends.`);
      await nextWake(this.#engine, seen, LOOK_MS, this.#signal);
      const record = await this.#record(id);
      if (record && record.scans !== before) return toReport(id, record);
    }
  }

  #begin(source: Source, isWanted?: () => Promise<boolean>): Promise<ScanReport | undefined> {
    const { id } = source;
    const scan = scanAlone(this.#engine, source, (assets) => this.#scanned.set(id, assets), this.#signal, isWanted);
    this.#running.set(id, scan);
    this.#changed();
    const done = (): void => {
      this.#running.delete(id);
      this.#scanned.delete(id);
      this.#changed();
    };
    scan.then(done, done);
    return scan;
  }

  /** Scans one source whenever it is due, until aborted. Paused sources are left alone. `first` is called when it was looked at once. */
  async runSchedule(id: SourceId, schedule: Schedule, first: () => void): Promise<void> {
    let isFirst = true;
    while (!this.#signal.aborted) {
      let pauseMs = schedule.everyMs;
      try {
        pauseMs = await this.#scanIfDue(id, schedule, isFirst);
      } catch (error) {
        if (!this.#signal.aborted) this.#engine.report("error", "scan-failed", { source: id, error: String(error) });
      }
      if (isFirst) first();
      isFirst = false;
      await this.#engine.clock.sleep(pauseMs, this.#signal);
    }
  }

  /** How long to wait before the next look. */
  async #scanIfDue(id: SourceId, { atStart, everyMs }: Schedule, isFirst: boolean): Promise<number> {
    const { clock, sources } = this.#engine;
    const source = sources.get(id);
    await sources.refresh();
    if (!source || sources.table().get(id)?.mode === "pause" || !isCurrent(this.#engine)) return everyMs;
    const record = await this.#record(id);
    const left = dueAt(record, everyMs, isFirst, atStart) - clock.now();
    if (left > 0) return left;
    if (this.#running.size > 0) await clock.sleep(this.#running.size * YIELD_MS, this.#signal);
    // Another process may have scanned it since it was judged to be due.
    const isStillDue = async (): Promise<boolean> => (await this.#record(id))?.scans === record?.scans;
    if (isFirst) {
      await this.#scan(source, record?.scans, isStillDue);
      return everyMs;
    }
    const report = await (this.#running.get(id) ?? this.#begin(source, isStillDue));
    return report ? everyMs : Math.min(everyMs, LOOK_MS * 5);
  }

  async #record(id: SourceId): Promise<SourceRecord | undefined> {
    return (await this.#engine.ledger.readSources()).find((it) => it.id === id);
  }
}

function dueAt(record: SourceRecord | undefined, everyMs: number, isFirst: boolean, atStart: boolean): number {
  const ended = record?.lastScanEndedAt ?? record?.lastScanStartedAt;
  if (ended === undefined) return 0;
  const wasComplete = isJsonObject(record?.lastScan) && record.lastScan["complete"] === true;
  return isFirst && (atStart || !wasComplete) ? 0 : Date.parse(ended) + everyMs;
}

/** What another process reported, as the ledger keeps it. */
function toReport(source: SourceId, { lastScan }: SourceRecord): ScanReport {
  const kept = isJsonObject(lastScan) ? lastScan : {};
  const count = (it: Json | undefined): number => (typeof it === "number" ? it : 0);
  const { error } = kept;
  return {
    source,
    complete: kept["complete"] === true,
    assets: count(kept["assets"]),
    changed: count(kept["changed"]),
    failed: count(kept["failed"]),
    suspected: count(kept["suspected"]),
    retired: count(kept["retired"]),
    tookMs: count(kept["tookMs"]),
    ...(isJsonObject(error) ? { error: error as object as NonNullable<ScanReport["error"]> } : {}),
  };
}
