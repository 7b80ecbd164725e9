import DataLoader from "dataloader";
import type { NativeRef } from "../domain/asset.ts";
import type { SourceId } from "../domain/ids.ts";
import type { SourceRegistry } from "../ports/engine.ts";
import type { ReadResult, ScanPage, ScanRequest, Source, SourceWrite, WriteResult } from "../ports/source.ts";

/** Assets read in one call. */
const MAX_BATCH = 100;

interface Asked {
  readonly ref: NativeRef;
  readonly signal: AbortSignal;
}

/** The same sources, except that what is read of one within a turn of the event loop is read in one call. */
export function batchReads(sources: SourceRegistry): SourceRegistry {
  const batched = new Map<SourceId, BatchedSource>();
  const get = (id: SourceId): Source | undefined => {
    const source = sources.get(id);
    if (!source) return undefined;
    const known = batched.get(id) ?? new BatchedSource(source);
    batched.set(id, known);
    return known;
  };
  return new Proxy(sources, {
    get(target, name) {
      if (name === "get") return get;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

class BatchedSource implements Source {
  readonly #inner: Source;
  readonly #reads: DataLoader<Asked, ReadResult>;

  constructor(inner: Source) {
    this.#inner = inner;
    this.#reads = new DataLoader((asked) => this.#readAll(asked), { cache: false, maxBatchSize: MAX_BATCH });
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

  read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    return Promise.all(refs.map((ref) => this.#reads.load({ ref, signal })));
  }

  write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult> {
    return this.#inner.write(write, signal);
  }

  scan(request: ScanRequest, signal: AbortSignal): AsyncIterable<ScanPage> {
    return this.#inner.scan(request, signal);
  }

  health(signal: AbortSignal) {
    return this.#inner.health(signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#inner[Symbol.asyncDispose]());
  }

  /** Goes on until nobody waits for any of it. */
  async #readAll(asked: readonly Asked[]): Promise<readonly ReadResult[]> {
    const unwanted = new AbortController();
    let waiting = asked.length;
    const leave = (): void => {
      waiting -= 1;
      if (waiting === 0) unwanted.abort();
    };
    for (const { signal } of asked) signal.addEventListener("abort", leave, { once: true });
    try {
      return await this.#inner.read(
        asked.map((it) => it.ref),
        unwanted.signal,
      );
    } finally {
      for (const { signal } of asked) signal.removeEventListener("abort", leave);
    }
  }
}
