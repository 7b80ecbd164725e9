import type { NativeRef } from "../../src/domain/asset.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type {
  ReadResult,
  ScanPage,
  ScanRequest,
  Source,
  SourceError,
  SourceWrite,
  WriteResult,
} from "../../src/ports/source.ts";
import { EMBEDDED_CAPABILITIES } from "./capabilities.ts";
import { type Db, type EmbeddedDatabase, type EmbeddedTables, RECORD_COLUMNS, type RecordTable } from "./database.ts";
import { findByNames, nameKey, readRecords } from "./find-records.ts";
import { type ImportedRecord, importInto, parseImport } from "./import-records.ts";
import { up as records } from "./migrations/0001-records.ts";
import { scanRecords } from "./scan-records.ts";
import { changeRecord, insertRecord, toWanted, type Wanted } from "./write-record.ts";

export interface EmbeddedCatalogOptions {
  readonly id: SourceId;
  /** The ledger's database: records stand beside it. It is the ledger that closes it. */
  readonly database: EmbeddedDatabase;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The gateway's own governance catalog, for installations that have no other. */
export interface EmbeddedCatalog extends Source {
  /**
   * Makes the records that are not there, and sets the given fields of those that are, in one transaction.
   *
   * @throws TypeError that names the records and fields, if any value is none of its field; then nothing is imported.
   */
  importRecords(records: readonly ImportedRecord[]): Promise<{ readonly created: number; readonly updated: number }>;
}

export async function openEmbeddedCatalog(options: EmbeddedCatalogOptions): Promise<EmbeddedCatalog> {
  await options.database.migrate("embedded", { "0001-records": { up: records } });
  return new Catalog(options);
}

class Catalog implements EmbeddedCatalog {
  readonly id: SourceId;
  readonly role = "catalog";
  readonly type = "embedded";
  readonly address = "embedded: beside the ledger";
  readonly capabilities = EMBEDDED_CAPABILITIES;
  readonly #options: EmbeddedCatalogOptions;
  readonly #db: Db;

  constructor(options: EmbeddedCatalogOptions) {
    this.id = options.id;
    this.#options = options;
    this.#db = options.database.kysely.withTables<EmbeddedTables>();
  }

  async read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    signal.throwIfAborted();
    try {
      return await readRecords(this.#db, this.id, refs);
    } catch (error) {
      return refs.map(() => ({ kind: "failed", error: toSourceError(error) }));
    }
  }

  async write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult> {
    signal.throwIfAborted();
    const wanted = toWanted(write);
    if ("kind" in wanted) return wanted;
    let committing = false;
    try {
      const { database } = this.#options;
      return await database.kysely.transaction().execute(async (tx) => {
        const row = await this.#findForWrite(tx, write);
        const result = await this.#writeRow(tx.withTables<EmbeddedTables>(), row, write, wanted);
        committing = result.kind === "applied";
        return result;
      });
    } catch (error) {
      return { kind: committing ? "unknown" : "failed", error: toSourceError(error) };
    }
  }

  /** The record that is meant, held until the transaction ends; "taken" if its id is gone and another bears its name. */
  async #findForWrite(
    tx: EmbeddedDatabase["kysely"],
    { create, intent, ref }: SourceWrite,
  ): Promise<RecordTable | "taken" | undefined> {
    const db = tx.withTables<EmbeddedTables>();
    const locks = tx.getExecutor().adapter.supportsMultipleConnections !== false;
    const hold = (id: string) =>
      db
        .selectFrom("embedded_record")
        .select(RECORD_COLUMNS)
        .where("source", "=", this.id)
        .where("id", "=", id)
        .$if(locks, (it) => it.forUpdate())
        .executeTakeFirst();
    const held = ref.stableId === null ? undefined : await hold(ref.stableId);
    if (held) return held;
    const named = (await findByNames(db, this.id, [ref])).get(nameKey(ref.kind, JSON.stringify(ref.name))) ?? [];
    if (ref.stableId !== null) return named.length > 0 ? "taken" : undefined;
    // A new asset under a used name inherits nothing: a record that is bound belongs to the asset that had the name before. Unless a
    // scan has found it for this one since the write was decided on.
    const ids = named.map((it) => it.id);
    const { database } = this.#options;
    const taken = create && ids.length > 0 ? await database.boundToOthers(tx, this.id, ids, intent) : new Set();
    const free = ids.find((it) => !taken.has(it));
    return free === undefined ? undefined : await hold(free);
  }

  async #writeRow(
    db: Db,
    row: RecordTable | "taken" | undefined,
    write: SourceWrite,
    wanted: Wanted,
  ): Promise<WriteResult> {
    const now = this.#options.clock.now();
    if (row === "taken" || (!row && !write.create)) return { kind: "missing" };
    if (row) return changeRecord(db, row, write, wanted, now);
    const record = { id: this.#options.ids.ulid(), source: this.id, ref: write.ref };
    return { kind: "applied", snapshot: await insertRecord(db, record, wanted) };
  }

  async *scan(request: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanPage> {
    signal.throwIfAborted();
    try {
      yield* scanRecords(this.#db, this.id, request, this.#options.clock.now(), signal);
    } catch (error) {
      signal.throwIfAborted();
      yield { assets: [], end: { complete: false, error: toSourceError(error) } };
    }
  }

  async health(signal: AbortSignal): Promise<SourceError | undefined> {
    signal.throwIfAborted();
    try {
      await this.#db.selectFrom("embedded_record").select("id").limit(1).execute();
      return undefined;
    } catch (error) {
      return toSourceError(error);
    }
  }

  async importRecords(
    records: readonly ImportedRecord[],
  ): Promise<{ readonly created: number; readonly updated: number }> {
    const parsed = parseImport(records);
    const { ids } = this.#options;
    return this.#db.transaction().execute((tx) => importInto(tx, this.id, parsed, ids));
  }

  /** The database is the ledger's to close. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

function toSourceError(error: unknown): SourceError {
  return {
    code: "server",
    message: `The ledger's database failed: ${error instanceof Error ? error.message : String(error)}`,
  };
}
