import type { Kysely } from "kysely";
import type { NativeRef } from "../../src/domain/asset.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import { type Clock, toTimestamp } from "../../src/ports/clock.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { ReadResult, ScanPage, ScanRequest, Source, SourceError, SourceWrite, WriteResult } from "../../src/ports/source.ts";
import { EMBEDDED_CAPABILITIES } from "./capabilities.ts";
import { holdsExpected, type ImportedRecord, importedValues, rowToSnapshot, rowToValues, type Values, writeValues } from "./mapping.ts";
import { EMBEDDED_MIGRATIONS, type EmbeddedDatabase, type EmbeddedTables, type RecordRow } from "./tables.ts";

export interface EmbeddedOptions {
  readonly id: SourceId;
  readonly database: EmbeddedDatabase;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The gateway's own governance catalog: records in the ledger's database, for teams that have no other. */
export interface EmbeddedCatalog extends Source {
  /** Adds records, all or none. @throws TypeError that names the record and field that cannot be taken. */
  importRecords(records: readonly ImportedRecord[]): Promise<void>;
}

const PAGE = 500;

/** Opens the catalog, making its table where there is none. */
export async function openEmbeddedCatalog(options: EmbeddedOptions): Promise<EmbeddedCatalog> {
  await options.database.migrate("embedded", EMBEDDED_MIGRATIONS);
  return new Embedded(options);
}

class Embedded implements EmbeddedCatalog {
  readonly id: SourceId;
  readonly role = "catalog";
  readonly type = "embedded";
  readonly address = "embedded";
  readonly capabilities = EMBEDDED_CAPABILITIES;
  readonly #db: Kysely<EmbeddedTables>;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor({ clock, database, id, ids }: EmbeddedOptions) {
    this.id = id;
    this.#db = database.kysely.withTables<EmbeddedTables>();
    this.#clock = clock;
    this.#ids = ids;
  }

  async read(refs: readonly NativeRef[], _signal: AbortSignal): Promise<readonly ReadResult[]> {
    try {
      const rows = await this.#find(this.#db, refs);
      return rows.map((row) => (row ? { kind: "found", snapshot: rowToSnapshot(row) } : { kind: "missing" }));
    } catch (error) {
      return refs.map(() => ({ kind: "failed", error: toError(error) }));
    }
  }

  /** One transaction: what `expected` and `expectedVersion` say is held against the record that is replaced. */
  async write(write: SourceWrite, _signal: AbortSignal): Promise<WriteResult> {
    try {
      return await this.#db.transaction().execute(async (tx): Promise<WriteResult> => {
        const [row] = await this.#find(tx, [write.ref]);
        if (!row) return write.create ? this.#create(tx, write) : { kind: "missing" };
        const isCurrent = write.expectedVersion === null || write.expectedVersion === String(row.version);
        const before = rowToValues(row);
        const wanted = writeValues(before, write.fields);
        if (!wanted.ok) return { kind: "rejected", ...wanted.error };
        const next = { ...row, name: JSON.stringify(write.ref.name), fields: JSON.stringify(sorted(wanted.value)) };
        if (next.fields === row.fields && next.name === row.name) return { kind: "applied", snapshot: rowToSnapshot(row) };
        if (!isCurrent || !holdsExpected(before, write.expected)) return { kind: "stale", snapshot: rowToSnapshot(row) };
        const version = row.version + 1;
        const updated = await tx
          .updateTable("governance_record")
          .set({ fields: next.fields, name: next.name, version })
          .where("catalog", "=", this.id)
          .where("id", "=", row.id)
          .where("version", "=", row.version)
          .executeTakeFirst();
        if (updated.numUpdatedRows !== 1n) return { kind: "stale", snapshot: rowToSnapshot(row) };
        return { kind: "applied", snapshot: rowToSnapshot({ ...next, version }) };
      });
    } catch (error) {
      return { kind: "unknown", error: toError(error) };
    }
  }

  async #create(tx: Kysely<EmbeddedTables>, { fields, ref }: SourceWrite): Promise<WriteResult> {
    const values = writeValues({}, fields);
    if (!values.ok) return { kind: "rejected", ...values.error };
    const row = this.#newRow(ref.kind, ref.name, values.value);
    await tx.insertInto("governance_record").values(row).execute();
    return { kind: "applied", snapshot: rowToSnapshot(row) };
  }

  async *scan({ after }: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanPage> {
    for (let from = after ?? ""; ; ) {
      signal.throwIfAborted();
      const page = await this.#page(from);
      if ("code" in page) {
        yield { assets: [], end: { complete: false, error: page } };
        return;
      }
      const assets = page.map((row) => ({ kind: "found" as const, snapshot: rowToSnapshot(row) }));
      from = page.at(-1)?.id ?? from;
      yield { assets, cursor: from, ...(page.length < PAGE ? { end: { complete: true as const } } : {}) };
      if (page.length < PAGE) return;
    }
  }

  async #page(after: string): Promise<readonly RecordRow[] | SourceError> {
    const query = this.#db.selectFrom("governance_record").selectAll().where("catalog", "=", this.id).where("id", ">", after);
    return query
      .orderBy("id")
      .limit(PAGE)
      .execute()
      .catch((error: unknown) => toError(error));
  }

  async health(_signal: AbortSignal): Promise<SourceError | undefined> {
    const probe = this.#db.selectFrom("governance_record").select("id").limit(1).execute();
    return probe.then(() => undefined).catch((error: unknown) => toError(error));
  }

  async importRecords(records: readonly ImportedRecord[]): Promise<void> {
    const rows = records.map((it) => this.#newRow(it.kind, it.name, importedValues(it)));
    await this.#db.transaction().execute(async (tx) => {
      for (let from = 0; from < rows.length; from += 100) {
        await tx.insertInto("governance_record").values(rows.slice(from, from + 100)).execute();
      }
    });
  }

  #newRow(kind: string, name: readonly string[], values: Values): RecordRow {
    const created_at = toTimestamp(this.#clock.now());
    return { catalog: this.id, id: this.#ids.ulid(), kind, name: JSON.stringify(name), fields: JSON.stringify(sorted(values)), version: 1, created_at };
  }

  /** By stable id where the ref has one; else by name and kind, the newest where a name was used again. */
  async #find(db: Kysely<EmbeddedTables>, refs: readonly NativeRef[]): Promise<readonly (RecordRow | undefined)[]> {
    const own = db.selectFrom("governance_record").selectAll().where("catalog", "=", this.id);
    const ids = refs.flatMap((it) => it.stableId ?? []);
    const names = refs.filter((it) => it.stableId === null).map((it) => JSON.stringify(it.name));
    const byId = ids.length === 0 ? [] : await own.where("id", "in", ids).execute();
    const byName = names.length === 0 ? [] : await own.where("name", "in", names).orderBy("id", "desc").execute();
    return refs.map(({ kind, name, stableId }) => {
      if (stableId !== null) return byId.find((it) => it.id === stableId);
      const text = JSON.stringify(name);
      return byName.find((it) => it.name === text && it.kind === kind);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The database is the ledger's to close.
  }
}

function sorted(values: Values): Values {
  return Object.fromEntries(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function toError(error: unknown): SourceError {
  return { code: "server", message: `The ledger's database failed: ${error instanceof Error ? error.message : String(error)}` };
}
