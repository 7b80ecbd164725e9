import type pg from "pg";
import { nowMs } from "./clock.ts";

/** What the bench needs of a log entry. */
export interface Entry {
  readonly position: number;
  readonly kind: string;
  readonly asset: string | null;
  readonly source: string | null;
  readonly name: string | undefined;
  readonly key: string | undefined;
  readonly after: unknown;
  /** When its transaction was committed, in the time of `nowMs`. */
  readonly committed: number;
}

/** The tables that a log stands in. */
export interface LogTables {
  readonly head: string;
  readonly log: string;
}
export const GATEWAY_LOG: LogTables = { head: "head", log: "log" };
export const BARE_LOG: LogTables = { head: "bare_head", log: "bare_log" };

/** The entries after a position, oldest first, with the moments at which PostgreSQL committed them. */
export async function readEntries(client: pg.Client, { log }: LogTables, after: number): Promise<readonly Entry[]> {
  const ahead = await clockAhead(client);
  const { rows } = await client.query<{
    position: string;
    kind: string;
    asset: string | null;
    source: string | null;
    bytes: Buffer;
    at: number;
  }>(
    `select position, kind, asset, source, bytes, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
     from ${log} where position > $1 order by position`,
    [after],
  );
  return rows.map(({ asset, at, bytes, kind, position, source }) => {
    const change = JSON.parse(bytes.toString("utf8")) as { name?: string; key?: string; after?: unknown };
    const { after: value, key, name } = change;
    return { position: Number(position), kind, asset, source, name, key, after: value, committed: at - ahead };
  });
}

/** How far PostgreSQL's clock is ahead of `nowMs`, in milliseconds, from the quickest of some round trips. */
async function clockAhead(client: pg.Client): Promise<number> {
  let best = { took: Number.POSITIVE_INFINITY, ahead: 0 };
  for (let tries = 0; tries < 20; tries += 1) {
    const before = nowMs();
    const { rows } = await client.query<{ at: number }>(
      "select extract(epoch from clock_timestamp())::float8 * 1000 as at",
    );
    const after = nowMs();
    if (after - before >= best.took) continue;
    best = { took: after - before, ahead: (rows[0] as { at: number }).at - (before + after) / 2 };
  }
  return best.ahead;
}

export async function headOf(client: pg.Client, { head }: LogTables): Promise<number> {
  const { rows } = await client.query<{ position: string }>(`select position from ${head}`);
  return Number(rows[0]?.position);
}

/** Whether nothing is left to be done: no work, no write under way. */
export async function isAtRest(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ left: string }>(
    "select (select count(*) from work) + (select count(*) from intent) as left",
  );
  return Number(rows[0]?.left) === 0;
}
