import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Change } from "../../domain/change.ts";
import type { Drift } from "../../domain/drift.ts";
import type { DriftId } from "../../domain/ids.ts";
import type { AssetUpdate } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { plainText } from "../name-path.ts";
import { type Session, type Slots, statement, type Write } from "../statement.ts";

/** Written out, not as a parameter, so that the indexes of open drifts are used. */
export function isOpen(): RawBuilder<SqlBool> {
  return sql<SqlBool>`drift.state <> 'RESOLVED'`;
}

const DRIFT_COLUMNS = {
  id: "text",
  asset: "text",
  key: "text",
  path: "text",
  source: "text",
  kind: "text",
  state: "text",
  opened_at: "text",
  position: "integer",
  body: "text",
} as const satisfies Columns;
type DriftRow = DataRow<typeof DRIFT_COLUMNS>;
const NAMES = Object.keys(DRIFT_COLUMNS) as (keyof typeof DRIFT_COLUMNS)[];
/** What an opened drift keeps: who it is and where it stands in lists. */
const KEPT: readonly string[] = ["id", "opened_at", "position"];

const upsertDrifts = statement((db, slots: Slots<{ drifts: readonly DriftRow[] }>) =>
  db
    .insertInto("drift")
    .columns(NAMES)
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("drifts", DRIFT_COLUMNS))
        .select(NAMES)
        .where((it) => it.lit(true)),
    )
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet((eb) =>
          Object.fromEntries(NAMES.filter((it) => !KEPT.includes(it)).map((it) => [it, eb.ref(`excluded.${it}`)])),
        ),
    ),
);

/** A drift stands in lists where the log entry of its opening stands. */
export function writeDrifts(updates: readonly AssetUpdate[], changes: readonly Change[], head: number): Write[] {
  const drifts = updates.flatMap((it) => it.drifts ?? []);
  if (drifts.length === 0) return [];
  const positionById = new Map<DriftId, number>();
  // The first that is about it: its review may be opened in the same transaction.
  for (const { drift, position } of changes)
    if (drift !== undefined && !positionById.has(drift)) positionById.set(drift, position);
  const rowById = new Map(drifts.map((it) => [it.id, toDriftRow(it, positionById.get(it.id) ?? head)]));
  return [upsertDrifts.with({ drifts: [...rowById.values()] })];
}

function toDriftRow(drift: Drift, position: number): DriftRow {
  return {
    id: drift.id,
    asset: drift.asset,
    key: plainText(drift.key),
    path: plainText(drift.path),
    source: drift.source,
    kind: drift.kind,
    state: drift.state,
    opened_at: plainText(drift.openedAt),
    position,
    body: JSON.stringify(drift),
  };
}

const selectDrifts = statement((db, slots: Slots<{ ids: readonly string[] }>) =>
  db
    .selectFrom("drift")
    .select(["id", "body"])
    .where(({ ref }) => slots.among(ref("id"), "ids")),
);

export async function loadDrifts(session: Session, ids: readonly DriftId[]): Promise<readonly (Drift | undefined)[]> {
  if (ids.length === 0) return [];
  const found = new Map((await selectDrifts(session, { ids })).map((it) => [it.id, JSON.parse(it.body) as Drift]));
  return ids.map((it) => found.get(it));
}
