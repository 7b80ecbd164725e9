import { isCurrent } from "../delivery/record.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import type { ScanReport } from "../ports/gateway.ts";
import type { SourceError } from "../ports/source.ts";
import { scanSource } from "./scan-source.ts";

/** Runs scans: at most one of each source at a time, by schedule or when asked. Whoever asks while one runs waits for that one. */
export class Scanner {
  readonly #engine: Engine;
  readonly #running = new Map<SourceId, Promise<ScanReport>>();
  readonly #scanned = new Map<SourceId, number>();
  readonly #errors = new Map<SourceId, SourceError>();
  readonly #signal: AbortSignal;
  readonly #changed: () => void;

  /** @param changed called when a scan begins or ends. */
  constructor(engine: Engine, signal: AbortSignal, changed: () => void = () => {}) {
    this.#engine = engine;
    this.#signal = signal;
    this.#changed = changed;
  }

  isScanning(id: SourceId): boolean {
    return this.#running.has(id);
  }

  /** Assets that the scan that runs has read so far; 0 if none runs. */
  scanned(id: SourceId): number {
    return this.#scanned.get(id) ?? 0;
  }

  /** Why the last scan was not complete; undefined if it was, or if there was none yet. */
  errorOf(id: SourceId): SourceError | undefined {
    return this.#errors.get(id);
  }

  /** Starts a scan, or joins the one that runs. Rejects only if the ledger fails. */
  scan(id: SourceId): Promise<ScanReport> {
    const running = this.#running.get(id);
    if (running) return running;
    const source = this.#engine.sources.get(id);
    if (!source) return Promise.reject(new TypeError(`There is no source ${id}.`));
    const scan = scanSource(this.#engine, source, (assets) => this.#scanned.set(id, assets), this.#signal).then(
      (report) => {
        if (report.error) this.#errors.set(id, report.error);
        else this.#errors.delete(id);
        return report;
      },
    );
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

  /** Scans one source now and then every `everyMs` milliseconds after the end of the last, until aborted. Paused sources are left alone. */
  async runSchedule(id: SourceId, everyMs: number, first: () => void): Promise<void> {
    let isFirst = true;
    while (!this.#signal.aborted) {
      try {
        if (this.#engine.sources.table().get(id)?.mode !== "pause" && isCurrent(this.#engine)) await this.scan(id);
      } catch (error) {
        if (!this.#signal.aborted) this.#engine.report("error", "scan-failed", { source: id, error: String(error) });
      }
      if (isFirst) first();
      isFirst = false;
      await this.#engine.clock.sleep(everyMs, this.#signal);
    }
  }
}
