import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import type { Change } from "../../src/domain/change.ts";
import type { Json } from "../../src/domain/json.ts";

/** What stands in the database itself, read past every gateway. */
export interface Stored {
  readonly log: readonly Change[];
  /** By the asset's name: the fields of its record in the embedded catalog. */
  readonly catalog: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

const LOG = "select bytes from log order by position";
const RECORDS = "select name, fields from embedded_record where kind = 'TABLE'";

interface RecordRow {
  readonly name: string;
  readonly fields: string;
}

/** @param dataFolder of a gateway that has ended. */
export function readSqlite(dataFolder: string): Stored {
  const database = new DatabaseSync(join(dataFolder, "ledger.sqlite"), { readOnly: true });
  try {
    const log = database.prepare(LOG).all() as unknown as readonly { bytes: Uint8Array }[];
    const records = database.prepare(RECORDS).all() as unknown as readonly RecordRow[];
    return toStored(log, records);
  } finally {
    database.close();
  }
}

export async function readPostgres(url: string): Promise<Stored> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const log = await client.query<{ bytes: Uint8Array }>(LOG);
    const records = await client.query<RecordRow>(RECORDS);
    return toStored(log.rows, records.rows);
  } finally {
    await client.end();
  }
}

function toStored(log: readonly { readonly bytes: Uint8Array }[], records: readonly RecordRow[]): Stored {
  const decoder = new TextDecoder();
  return {
    log: log.map((it) => JSON.parse(decoder.decode(it.bytes)) as Change),
    catalog: Object.fromEntries(
      records.map((it) => [(JSON.parse(it.name) as string[]).join("."), JSON.parse(it.fields) as Record<string, Json>]),
    ),
  };
}
