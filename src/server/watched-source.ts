import type { NativeRef } from "../domain/asset.ts";
import type { SourceId } from "../domain/ids.ts";
import { type Clock, toTimestamp } from "../ports/clock.ts";
import type { Failing } from "../ports/engine.ts";
import type {
  ReadResult,
  ScanPage,
  ScanRequest,
  Source,
  SourceError,
  SourceWrite,
  WriteResult,
} from "../ports/source.ts";
import type { RegisteredSource } from "./registry.ts";

/** Calls in a row that nobody answered before a source counts as failing: one may have been unlucky. */
const FAILURES = 3;
/** Different things in a row of which no good answer was had: one alone may be to blame for it itself. */
const REFUSED_THINGS = 5;
/** Whoever says that it is well, and then does not answer, is not believed again for this long: milliseconds. */
const CALM_MS = 30_000;
/** Pause between two trials of a source that fails: milliseconds. */
const TRIAL_EVERY_MS = 1_000;
/** What says that nobody is there, or that nobody lets us in; all else is an answer. */
const SILENT: readonly SourceError["code"][] = ["unreachable", "timeout", "circuit-open", "unauthorized"];

/** Too much was asked of it at once, which says nothing about how it is. */
const BUSY: readonly SourceError["code"][] = ["busy", "throttled"];

/** The same registrations with every source watched, and the watched sources by id. */
export function watchSources(
  registered: readonly RegisteredSource[],
  clock: Clock,
  watcher: SourceWatcher,
): { readonly registered: readonly RegisteredSource[]; readonly watched: ReadonlyMap<SourceId, WatchedSource> } {
  const watched = new Map(registered.map(({ source }) => [source.id, new WatchedSource(source, clock, watcher)]));
  const watch = (it: RegisteredSource): RegisteredSource => {
    const source = watched.get(it.source.id);
    return source ? { ...it, source, failing: () => source.failing } : it;
  };
  return { registered: registered.map(watch), watched };
}

export type SourceCall = "read" | "write" | "scan" | "health";

export interface SourceWatcher {
  /** A call has ended: "ok", "applied", "unknown", the code of an error, … */
  called?(source: Source, call: SourceCall, outcome: string, tookMs: number): void;
  /** A call was answered on its behalf, because it fails. */
  spared?(source: Source): void;
  /** It began to fail, or it answers again. */
  changed?(source: Source, failing: Failing | undefined, before: Failing | undefined): void;
}

/**
 * A source, and how it answers. While it fails, reads and writes are answered at once on its behalf, but for one trial
 * at a time: whoever needs other sources as well does not wait for this one (P12). Scans and `health` always ask it.
 */
export class WatchedSource implements Source {
  readonly #inner: Source;
  readonly #clock: Clock;
  readonly #watcher: SourceWatcher;
  #failures = 0;
  readonly #refused = new Set<string>();
  #firstFailureAt: number | undefined;
  #lastFailureAt = Number.NEGATIVE_INFINITY;
  #failing: Failing | undefined;
  #isTrying = false;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(inner: Source, clock: Clock, watcher: SourceWatcher = {}) {
    this.#inner = inner;
    this.#clock = clock;
    this.#watcher = watcher;
  }

  get id() {
    return this.#inner.id;
  }
  get role() {
    return this.#inner.role;
  }
  get type() {
    return this.#inner.type;
  }
  get address() {
    return this.#inner.address;
  }
  get capabilities() {
    return this.#inner.capabilities;
  }

  /** undefined while it answers. */
  get failing(): Failing | undefined {
    return this.#failing;
  }

  /** When it last said anything, milliseconds since 1970. */
  get heardAt(): number {
    return this.#heardAt;
  }

  async read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    return this.#ask(
      "read",
      refs,
      () => this.#inner.read(refs, signal),
      (error) => refs.map(() => ({ kind: "failed", error })),
      (results) =>
        results.every((it) => it.kind === "failed") ? results.find((it) => it.kind === "failed")?.error : undefined,
      (_, error) => error?.code ?? "ok",
    );
  }

  async write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult> {
    return this.#ask(
      "write",
      [write.ref],
      () => this.#inner.write(write, signal),
      (error) => ({ kind: "failed", error }),
      (result) => ("error" in result ? result.error : undefined),
      (result) => result.kind,
    );
  }

  async *scan(request: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanPage> {
    const began = this.#clock.now();
    let outcome = "broken-off";
    try {
      for await (const page of this.#inner.scan(request, signal)) {
        if (page.assets.some((it) => it.kind !== "failed")) this.#answered();
        if (page.end) {
          outcome = page.end.complete ? "complete" : page.end.error.code;
          this.#conclude(page.end.complete ? undefined : page.end.error, []);
        }
        yield page;
      }
    } finally {
      this.#watcher.called?.(this, "scan", outcome, this.#clock.now() - began);
    }
  }

  async health(signal: AbortSignal): Promise<SourceError | undefined> {
    const began = this.#clock.now();
    const error = await this.#inner.health(signal);
    this.#watcher.called?.(this, "health", error?.code ?? "ok", this.#clock.now() - began);
    if (error) this.#conclude(error, []);
    else if (this.#clock.now() - this.#lastFailureAt >= CALM_MS) this.#answered();
    else this.#heardAt = this.#clock.now();
    return error;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#inner[Symbol.asyncDispose]());
  }

  async #ask<T>(
    call: SourceCall,
    refs: readonly NativeRef[],
    ask: () => Promise<T>,
    answerFor: (error: SourceError) => T,
    errorOf: (result: T) => SourceError | undefined,
    outcomeOf: (result: T, error: SourceError | undefined) => string,
  ): Promise<T> {
    const isTrial = this.#failing !== undefined;
    if (isTrial && !this.#mayTry()) {
      this.#watcher.spared?.(this);
      return answerFor(this.#refusal());
    }
    const began = this.#clock.now();
    this.#isTrying ||= isTrial;
    try {
      const result = await ask();
      const error = errorOf(result);
      this.#watcher.called?.(this, call, outcomeOf(result, error), this.#clock.now() - began);
      this.#conclude(error, refs);
      return result;
    } finally {
      if (isTrial) this.#isTrying = false;
    }
  }

  #mayTry(): boolean {
    return !this.#isTrying && this.#clock.now() - this.#lastFailureAt >= TRIAL_EVERY_MS;
  }

  #refusal(): SourceError {
    const { error, since } = this.#failing as Failing;
    const message = `It has not answered since ${toTimestamp(since)} (${error.message}). It is asked again every few seconds.`;
    return { code: error.code === "unauthorized" ? "unauthorized" : "circuit-open", message };
  }

  #conclude(error: SourceError | undefined, refs: readonly NativeRef[]): void {
    if (!error) return this.#answered();
    if (BUSY.includes(error.code)) return;
    const now = this.#clock.now();
    this.#firstFailureAt ??= now;
    this.#lastFailureAt = now;
    if (SILENT.includes(error.code)) {
      this.#failures += 1;
    } else {
      this.#heardAt = now;
      for (const { kind, name } of refs) this.#refused.add(JSON.stringify([kind, name]));
    }
    if (this.#failing || this.#failures >= FAILURES || this.#refused.size >= REFUSED_THINGS)
      this.#become({ since: this.#failing?.since ?? this.#firstFailureAt, error });
  }

  #answered(): void {
    this.#heardAt = this.#clock.now();
    this.#failures = 0;
    this.#refused.clear();
    this.#firstFailureAt = undefined;
    this.#become(undefined);
  }

  #become(failing: Failing | undefined): void {
    const before = this.#failing;
    this.#failing = failing;
    if ((before === undefined) !== (failing === undefined)) this.#watcher.changed?.(this, failing, before);
  }
}
