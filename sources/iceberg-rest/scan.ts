import type { NativeRef } from "../../src/domain/asset.ts";
import type { Scanned, ScanPage, ScanRequest, SourceError } from "../../src/ports/source.ts";
import type { IcebergClient } from "./client.ts";
import { RequestFailure } from "./failure.ts";
import { load } from "./load.ts";
import { type Listing, listPage } from "./scan-listing.ts";
import type { Session } from "./session.ts";
import { etagOf } from "./version-token.ts";

/** Assets a page holds at least, but for the last one. */
const PAGE = 50;
/** Lists that are read ahead at a time: bounds the names that wait to be loaded. */
const LISTINGS = 4;
/** Pages of one list; beyond it the server is taken to go in circles. */
const MAX_PAGES = 100_000;
/** After these nothing more can be had from the server. */
const HOPELESS: readonly SourceError["code"][] = ["unreachable", "unauthorized", "circuit-open"];

interface ListJob {
  readonly listing: Listing;
  readonly parent: readonly string[];
  readonly pageToken: string;
  readonly page: number;
}
interface LoadJob {
  readonly ref: NativeRef;
  readonly version: string | undefined;
}

/**
 * Walks all namespaces and loads what is in them, `concurrency` requests at a time, lists ahead of loads. Pages come as
 * fast as they are taken; memory is bounded by the size of a list's page, not by the catalog.
 */
export class CatalogScan {
  readonly #client: IcebergClient;
  readonly #session: Session;
  readonly #request: ScanRequest;
  readonly #concurrency: number;
  readonly #signal: AbortSignal;
  readonly #lists: ListJob[] = [{ listing: "namespaces", parent: [], pageToken: "", page: 1 }];
  readonly #loads: LoadJob[] = [];
  #done: Scanned[] = [];
  #running = 0;
  #listing = 0;
  #failure: SourceError | undefined;
  #thrown: { readonly error: unknown } | undefined;
  #hopeless = false;
  #wake = Promise.withResolvers<void>();

  constructor(client: IcebergClient, session: Session, request: ScanRequest, concurrency: number, signal: AbortSignal) {
    this.#client = client;
    this.#session = session;
    this.#request = request;
    this.#concurrency = concurrency;
    this.#signal = signal;
    // A wait between two attempts does not hear the signal; the scan ends without it.
    signal.addEventListener("abort", () => this.#wake.resolve(), { once: true });
  }

  async *pages(): AsyncGenerator<ScanPage> {
    for (;;) {
      this.#signal.throwIfAborted();
      if (this.#thrown) throw this.#thrown.error;
      this.#fill();
      if (this.#done.length >= PAGE) {
        const assets = this.#done;
        this.#done = [];
        yield { assets };
      } else if (this.#running > 0) {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers<void>();
      } else {
        break;
      }
    }
    yield { assets: this.#done, end: this.#failure ? { complete: false, error: this.#failure } : { complete: true } };
  }

  #fill(): void {
    while (!this.#hopeless && this.#running < this.#concurrency && this.#done.length < 2 * PAGE) {
      const ahead = this.#listing < LISTINGS && this.#loads.length < 2 * this.#concurrency;
      const list = ahead ? this.#lists.pop() : undefined;
      const job = list ? this.#list(list) : this.#nextLoad();
      if (!job) return;
      this.#running += 1;
      void job
        .catch((error: unknown) => this.#giveUp(error))
        .finally(() => {
          this.#running -= 1;
          // Goes on while the caller works on the page it has.
          if (!this.#signal.aborted) this.#fill();
          if (this.#done.length >= PAGE || this.#running === 0 || this.#thrown) this.#wake.resolve();
        });
    }
  }

  #nextLoad(): Promise<void> | undefined {
    const job = this.#loads.pop();
    return job && this.#load(job);
  }

  async #list(job: ListJob): Promise<void> {
    this.#listing += 1;
    try {
      const page = await listPage(this.#client, this.#session, job.listing, job.parent, job.pageToken, this.#signal);
      if (page.next !== undefined) this.#follow(job, page.next);
      const versions = await this.#knownVersions(job.listing, page.refs);
      // Loaded from the end, so that the first listed comes first.
      for (let index = page.refs.length - 1; index >= 0; index--) {
        this.#loads.push({ ref: page.refs[index] as NativeRef, version: versions?.[index] });
      }
    } catch (thrown) {
      if (!(thrown instanceof RequestFailure)) throw thrown;
      const where = job.parent.length === 0 ? "the catalog" : JSON.stringify(job.parent);
      this.#fail({ ...thrown.error, message: `Listing ${job.listing} of ${where}: ${thrown.error.message}` });
    } finally {
      this.#listing -= 1;
    }
  }

  #follow(job: ListJob, next: string): void {
    if (job.page < MAX_PAGES) this.#lists.push({ ...job, pageToken: next, page: job.page + 1 });
    else this.#fail({ code: "protocol", message: `A list of ${job.listing} has no end.` });
  }

  async #knownVersions(
    listing: Listing,
    refs: readonly NativeRef[],
  ): Promise<readonly (string | undefined)[] | undefined> {
    return listing === "tables" && refs.length > 0 ? this.#request.knownVersions?.(refs) : undefined;
  }

  async #load({ ref, version }: LoadJob): Promise<void> {
    const etag = etagOf(version);
    try {
      if (ref.kind === "NAMESPACE" && !this.#session.endpoints.has("loadNamespace")) {
        this.#done.push({ kind: "found", snapshot: { ref, version: null, fields: {}, labels: {} } });
        return this.#descend(ref.name);
      }
      const loaded = await load(
        this.#client,
        this.#session,
        ref,
        { lane: "scan", ...(etag === undefined ? {} : { ifNoneMatch: etag }) },
        this.#signal,
      );
      if (loaded === "missing") {
        this.#done.push({ kind: "vanished", ref });
      } else if (loaded === "not-modified") {
        this.#done.push({ kind: "unchanged", ref, version: version as string });
      } else {
        this.#done.push({ kind: "found", snapshot: loaded.snapshot });
        if (ref.kind === "NAMESPACE") this.#descend(ref.name);
      }
    } catch (thrown) {
      if (!(thrown instanceof RequestFailure)) throw thrown;
      this.#done.push({ kind: "failed", ref, error: thrown.error });
      if (HOPELESS.includes(thrown.error.code)) this.#fail(thrown.error);
      else if (ref.kind === "NAMESPACE") this.#descend(ref.name);
    }
  }

  /** Only once the namespace itself is told: parents come before children. */
  #descend(parent: readonly string[]): void {
    const { endpoints } = this.#session;
    this.#lists.push({ listing: "namespaces", parent, pageToken: "", page: 1 });
    if (endpoints.has("listViews") && endpoints.has("loadView"))
      this.#lists.push({ listing: "views", parent, pageToken: "", page: 1 });
    if (endpoints.has("listTables") && endpoints.has("loadTable"))
      this.#lists.push({ listing: "tables", parent, pageToken: "", page: 1 });
  }

  #fail(error: SourceError): void {
    this.#failure ??= error;
    if (HOPELESS.includes(error.code)) this.#hopeless = true;
  }

  #giveUp(error: unknown): void {
    this.#thrown ??= { error };
    this.#hopeless = true;
  }
}
