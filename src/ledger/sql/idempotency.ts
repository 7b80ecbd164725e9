import { type ExpressionBuilder, type OnConflictDatabase, type OnConflictTables, sql } from "kysely";
import type { Json } from "../../domain/json.ts";
import type { Commit, IdempotencyRecord } from "../../ports/ledger.ts";
import type { Columns } from "../engine.ts";
import { plainText } from "../name-path.ts";
import { type Db, type Session, type Slots, statement, type Write } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import type { Refusal } from "./check-commit.ts";

const COLUMNS = {
  scope: "text",
  request_hash: "text",
  state: "text",
  outcome: "text",
  expires_at: "integer",
} as const satisfies Columns;
type Row = LedgerTables["idempotency"];
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

const selectRecords = statement((db, slots: Slots<{ scopes: readonly string[] }>) =>
  db
    .selectFrom("idempotency")
    .select(NAMES)
    .where(({ ref }) => slots.among(ref("scope"), "scopes")),
);

/** A key that stands is taken, until its time is over: also by a request that still runs, whose outcome only its own write knows. */
export async function checkIdempotency(session: Session, commit: Commit): Promise<Refusal | undefined> {
  const wanted = commit.idempotency ?? [];
  if (wanted.length === 0) return undefined;
  const rows = await selectRecords(session, { scopes: wanted.map((it) => plainText(it.scope)) });
  const forgotten = new Set(commit.forgetIdempotency);
  const standing = new Map(rows.map((it) => [it.scope, toRecord(it)]));
  const now = timeOf(commit);
  for (const record of wanted) {
    const other = standing.get(plainText(record.scope));
    if (other && !forgotten.has(record.scope) && other.expiresAt > now)
      return { ok: false, reason: "idempotency", record: other };
  }
  return undefined;
}

/** The ledger has no clock: what has expired is judged by the time that the commit's own entries bear. */
function timeOf(commit: Commit): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...(commit.changes ?? []).map((it) => Date.parse(it.at) || 0));
}

const deleteRecords = statement((db, slots: Slots<{ scopes: readonly string[] }>) =>
  db.deleteFrom("idempotency").where(({ ref }) => slots.among(ref("scope"), "scopes")),
);
const deleteExpired = statement((db, slots: Slots<{ now: number; limit: number }>) =>
  db
    .deleteFrom("idempotency")
    .where("scope", "in", (eb) =>
      eb
        .selectFrom("idempotency")
        .select("scope")
        .where("expires_at", "<=", slots.value("now"))
        .orderBy("expires_at")
        .limit(slots.value("limit")),
    ),
);
const upsertRecords = statement((db, slots: Slots<{ records: readonly Row[] }>) =>
  insertRows(db, slots).onConflict((conflict) => conflict.column("scope").doUpdateSet(asWanted)),
);
const settleRecords = statement((db, slots: Slots<{ records: readonly Row[] }>) =>
  insertRows(db, slots).onConflict((conflict) =>
    conflict
      .column("scope")
      .doUpdateSet(asWanted)
      .where("idempotency.state", "=", sql.lit("running"))
      .whereRef("idempotency.request_hash", "=", "excluded.request_hash"),
  ),
);

function insertRows(db: Db, slots: Slots<{ records: readonly Row[] }>) {
  return db
    .insertInto("idempotency")
    .columns(NAMES)
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("records", COLUMNS))
        .select((it) => NAMES.map((name) => it.ref(name).$castTo<never>().as(name)))
        .where((it) => it.lit(true)),
    );
}

function asWanted(
  eb: ExpressionBuilder<OnConflictDatabase<LedgerTables, "idempotency">, OnConflictTables<"idempotency">>,
) {
  return {
    request_hash: eb.ref("excluded.request_hash"),
    state: eb.ref("excluded.state"),
    outcome: eb.ref("excluded.outcome"),
    expires_at: eb.ref("excluded.expires_at"),
  };
}

/** Expired records are swept away along with new ones, a bounded number at a time, so that the table does not only grow. */
const SWEEP = 100;

export function writeIdempotency(commit: Commit): Write[] {
  const { idempotency = [], forgetIdempotency = [], settleIdempotency = [] } = commit;
  const now = timeOf(commit);
  return [
    ...(forgetIdempotency.length > 0 ? [deleteRecords.with({ scopes: forgetIdempotency.map(plainText) })] : []),
    ...(idempotency.length > 0 && Number.isFinite(now) ? [deleteExpired.with({ now, limit: SWEEP })] : []),
    ...(idempotency.length > 0 ? [upsertRecords.with({ records: idempotency.map(toRow) })] : []),
    ...(settleIdempotency.length > 0 ? [settleRecords.with({ records: settleIdempotency.map(toRow) })] : []),
  ];
}

function toRow({ expiresAt, outcome, requestHash, scope, state }: IdempotencyRecord): Row {
  return {
    scope: plainText(scope),
    request_hash: plainText(requestHash),
    state,
    outcome: JSON.stringify(outcome),
    expires_at: expiresAt,
  };
}

export async function findIdempotency(session: Session, scope: string): Promise<IdempotencyRecord | undefined> {
  const found = (await selectRecords(session, { scopes: [plainText(scope)] })).map(toRecord)[0];
  return found && { ...found, scope };
}

function toRecord(row: Row): IdempotencyRecord {
  return {
    scope: row.scope,
    requestHash: row.request_hash,
    state: row.state,
    outcome: JSON.parse(row.outcome) as Json,
    expiresAt: row.expires_at,
  };
}
