import type { NativeRef } from "../../src/domain/asset.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Random } from "../../src/ports/random.ts";
import type {
  ReadResult, ScanPage, ScanRequest, Source, SourceCapabilities, SourceError, SourceRole, SourceWrite, WriteResult,
} from "../../src/ports/source.ts"; // biome-ignore format: one glance
import { IcebergClient } from "./client.ts";
import { type IcebergRestConfig, type IcebergRestSettings, settle } from "./config.ts";
import { RequestFailure } from "./failure.ts";
import { readAll } from "./read.ts";
import { CatalogScan } from "./scan.ts";
import { discover, type Session, UNDISCOVERED } from "./session.ts";
import { writeFields } from "./write.ts";

export interface IcebergRestDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Connects an Iceberg REST catalog. A server that does not answer yet is no error: the source is unhealthy and asks again
 * with every use.
 *
 * @throws TypeError if the configuration cannot be used; it says what to change.
 */
export async function connectIcebergRest(config: IcebergRestConfig, deps: IcebergRestDeps): Promise<Source> {
  const source = new IcebergRestSource(settle(config), deps);
  await source.health(AbortSignal.timeout(settle(config).attemptMs)).catch(() => undefined);
  return source;
}

class IcebergRestSource implements Source {
  readonly id: SourceId;
  readonly role: SourceRole;
  readonly type = "iceberg-rest";
  readonly address: string;
  readonly #settings: IcebergRestSettings;
  readonly #client: IcebergClient;
  #session: Session | undefined;
  #capabilities: SourceCapabilities;
  #discovering: Promise<Session> | undefined;

  constructor(settings: IcebergRestSettings, deps: IcebergRestDeps) {
    this.id = settings.id;
    this.role = settings.role;
    this.address = settings.base.href;
    this.#settings = settings;
    this.#client = new IcebergClient(settings, deps);
    this.#capabilities = this.#withSettings(UNDISCOVERED);
  }

  get capabilities(): SourceCapabilities {
    return this.#capabilities;
  }

  /** How late it shows what it took no server tells. */
  #withSettings({ capabilities }: Session): SourceCapabilities {
    const { visibleWithinMs } = this.#settings;
    return visibleWithinMs === 0 ? capabilities : { ...capabilities, visibleWithinMs };
  }

  async read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    const session = await this.#known(signal);
    if ("code" in session) return refs.map(() => ({ kind: "failed", error: session }));
    return readAll(this.#client, session, refs, this.#settings.concurrency, signal);
  }

  async write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult> {
    const session = await this.#known(signal);
    if ("code" in session) return { kind: "failed", error: session };
    return writeFields(this.#client, session, write, signal);
  }

  async *scan(request: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanPage> {
    // Asked anew, so that what a server has learned since is noticed.
    const session = await this.#ask(signal);
    if ("code" in session) {
      yield { assets: [], end: { complete: false, error: session } };
      return;
    }
    const stop = new AbortController();
    const asked: ScanRequest = this.#settings.conditionalLoads ? request : {};
    try {
      yield* new CatalogScan(
        this.#client,
        session,
        asked,
        this.#settings.scanConcurrency,
        AbortSignal.any([signal, stop.signal]),
      ).pages();
    } finally {
      stop.abort();
    }
  }

  async health(signal: AbortSignal): Promise<SourceError | undefined> {
    const session = await this.#ask(signal);
    return "code" in session ? session : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #known(signal: AbortSignal): Promise<Session | SourceError> {
    return this.#session ?? this.#ask(signal);
  }

  /** One question at a time, whoever asks; a caller that leaves does not take it from the others. */
  async #ask(signal: AbortSignal): Promise<Session | SourceError> {
    signal.throwIfAborted();
    this.#discovering ??= discover(this.#client, this.#settings, AbortSignal.timeout(this.#settings.overallMs)).finally(
      () => {
        this.#discovering = undefined;
      },
    );
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      this.#session = await Promise.race([this.#discovering, aborted.promise]);
      this.#capabilities = this.#withSettings(this.#session);
      return this.#session;
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof RequestFailure) return thrown.error;
      return { code: "timeout", message: "The server did not give its configuration in time." };
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
