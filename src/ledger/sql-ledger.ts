import type { Kysely } from "kysely";
import type { IntentId, SourceId } from "../domain/ids.ts";
import type { BacklogLedger } from "../ports/backlog.ts";
import type { Ledger } from "../ports/ledger.ts";
import { doTogether } from "./do-together.ts";
import type { Engine } from "./engine.ts";
import { type Migrations, migrate } from "./migrate.ts";
import { abandonLeases } from "./sql/abandon.ts";
import { backlog } from "./sql/backlog.ts";
import { boundToOthers } from "./sql/bound-to-others.ts";
import { counts } from "./sql/counts.ts";
import { loadDrifts } from "./sql/drifts.ts";
import { findAssets, listAssetIds } from "./sql/find-assets.ts";
import { findBindings, listUnseen } from "./sql/find-bindings.ts";
import { guardQueries } from "./sql/guard-queries.ts";
import { findIdempotency } from "./sql/idempotency.ts";
import { takeOverIntent } from "./sql/intents.ts";
import { claimLease, releaseLease, renewLeases } from "./sql/leases.ts";
import { lastChanges, readChanges, readLogBytes } from "./sql/log.ts";
import { markDirty } from "./sql/marks.ts";
import { pageAssets } from "./sql/page-assets.ts";
import { pageChanges, readLog } from "./sql/page-changes.ts";
import { pageChangesOf } from "./sql/page-changes-of.ts";
import { pageDrifts } from "./sql/page-drifts.ts";
import { readSetting, readSources } from "./sql/settings.ts";
import { claimWork, nextDue, postponeWork } from "./sql/work.ts";
import { touchBindings } from "./sql/write-bindings.ts";
import type { Session } from "./statement.ts";
import type { LedgerTables, NoTables } from "./tables.ts";

/** The database below the ledger, for a source that keeps its records beside it. */
export interface LedgerDatabase {
  readonly kysely: Kysely<NoTables>;
  /** Brings the tables of `owner` up to date; "ledger" is taken. @throws LedgerOpenError if they are newer than that. */
  migrate(owner: string, migrations: Migrations): Promise<void>;
  /**
   * Those of `stableIds` to which another asset is bound in `source` than the one that the open write `intent` is about; asked on `db`,
   * which may be a transaction.
   */
  boundToOthers(
    db: Kysely<NoTables>,
    source: SourceId,
    stableIds: readonly string[],
    intent: IntentId,
  ): Promise<ReadonlySet<string>>;
}

/** A ledger in an SQL database, and the database. */
export interface SqlLedger extends Ledger, BacklogLedger {
  readonly database: LedgerDatabase;
}

/** Joins the queries to a ledger. `close` is called once, when it is disposed of. */
export function createSqlLedger(kysely: Kysely<NoTables>, engine: Engine, close: () => Promise<void>): SqlLedger {
  const session: Session = { db: kysely.withTables<LedgerTables>(), engine };
  const bind =
    <Args extends unknown[], T>(query: (session: Session, ...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      query(session, ...args);
  let closing: Promise<void> | undefined;
  return {
    database: {
      kysely,
      migrate: (owner, migrations) => migrate(kysely, owner, migrations),
      boundToOthers: (db, ...asked) => boundToOthers({ db: db.withTables<LedgerTables>(), engine }, ...asked),
    },
    backlog: bind(backlog),
    ...doTogether(session),
    touchBindings: bind(touchBindings),
    findBindings: bind(findBindings),
    findAssets: bind(findAssets),
    listUnseen: bind(listUnseen),
    listAssetIds: bind(listAssetIds),
    markDirty: bind(markDirty),
    claimWork: bind(claimWork),
    postponeWork: bind(postponeWork),
    nextDue: bind(nextDue),
    takeOverIntent: bind(takeOverIntent),
    claimLease: bind(claimLease),
    releaseLease: bind(releaseLease),
    renewLeases: bind(renewLeases),
    abandonLeases: bind(abandonLeases),
    findIdempotency: bind(findIdempotency),
    readSources: bind(readSources),
    readSetting: bind(readSetting),
    readLog: bind(readLog),
    readLogBytes: bind(readLogBytes),
    readChanges: bind(readChanges),
    pageChanges: bind(pageChanges),
    pageChangesOf: bind(pageChangesOf),
    lastChanges: bind(lastChanges),
    pageAssets: bind(pageAssets),
    pageDrifts: bind(pageDrifts),
    loadDrifts: bind(loadDrifts),
    counts: bind(counts),
    ...guardQueries(session),
    [Symbol.asyncDispose]() {
      closing ??= kysely.destroy().then(close);
      return closing;
    },
  };
}
