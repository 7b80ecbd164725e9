import { sql } from "kysely";
import type { Change } from "../../domain/change.ts";
import type { FieldKey } from "../../domain/field.ts";
import type { AssetId } from "../../domain/ids.ts";
import { canonicalChange, decodeChange } from "../../domain/log-entry.ts";
import type { Columns, DataRow } from "../engine.ts";
import { nameToPath, plainText } from "../name-path.ts";
import { type Session, type Slots, statement, type Write } from "../statement.ts";

const LOG_COLUMNS = {
  position: "integer",
  kind: "text",
  at: "text",
  actor: "text",
  source: "text?",
  asset: "text?",
  key: "text?",
  field: "text?",
  path: "text?",
  bytes: "bytes",
} as const satisfies Columns;
type LogRow = DataRow<typeof LOG_COLUMNS>;

const readHead = statement((db) => db.selectFrom("head").select("position"));
const readHeadForUpdate = statement((db, _slots, engine) =>
  db
    .selectFrom("head")
    .select("position")
    .$if(engine.locksRows, (it) => it.forUpdate()),
);

export async function head(session: Session): Promise<number> {
  return (await readHead(session, {}))[0]?.position ?? 0;
}

/** The head, held until the transaction ends: no other commit begins before. */
export async function lockHead(session: Session): Promise<number> {
  return (await readHeadForUpdate(session, {}))[0]?.position ?? 0;
}

const insertEntries = statement((db, slots: Slots<{ entries: readonly LogRow[] }>) =>
  db
    .insertInto("log")
    .columns(["position", "kind", "at", "actor", "source", "asset", "key", "field", "path", "bytes"])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("entries", LOG_COLUMNS))
        .select(["position", "kind", "at", "actor", "source", "asset", "key", "field", "path", "bytes"]),
    ),
);
const moveHead = statement((db, slots: Slots<{ position: number }>) =>
  db.updateTable("head").set({ position: slots.value("position") }),
);

/** Appends to the log and moves its head. `changes` follow the head without a gap. */
export function appendLog(changes: readonly Change[]): Write[] {
  const last = changes.at(-1);
  if (!last) return [];
  return [insertEntries.with({ entries: changes.map(toLogRow) }), moveHead.with({ position: last.position })];
}

function toLogRow(change: Change): LogRow {
  return {
    position: change.position,
    kind: change.kind,
    at: plainText(change.at),
    actor: plainText(change.actor.id),
    source: change.source ?? null,
    asset: change.asset ?? null,
    key: change.key === undefined ? null : plainText(change.key),
    field: change.field === undefined ? null : plainText(change.field),
    path: change.name === undefined ? null : nameToPath(change.name),
    bytes: canonicalChange(change),
  };
}

const selectBytes = statement((db, slots: Slots<{ from: number; to: number }>) =>
  db
    .selectFrom("log")
    .select("bytes")
    .where("position", ">=", slots.value("from"))
    .where("position", "<=", slots.value("to"))
    .orderBy("position"),
);

export async function readLogBytes(session: Session, from: number, to: number): Promise<readonly Uint8Array[]> {
  const rows = await selectBytes(session, { from, to });
  return rows.map((it) => new Uint8Array(it.bytes));
}

const selectEntries = statement((db, slots: Slots<{ positions: readonly number[] }>) =>
  db
    .selectFrom("log")
    .select("bytes")
    .where(({ ref }) => slots.among(ref("position"), "positions")),
);

export async function readChanges(
  session: Session,
  positions: readonly number[],
): Promise<readonly (Change | undefined)[]> {
  if (positions.length === 0) return [];
  const changes = (await selectEntries(session, { positions })).map((it) => decodeChange(it.bytes));
  const byPosition = new Map(changes.map((it) => [it.position, it]));
  return positions.map((it) => byPosition.get(it));
}

const NEWEST = Number.MAX_SAFE_INTEGER;
const FIELD_COLUMNS = { asset: "text", key: "text", up_to: "integer" } as const satisfies Columns;
const selectLastChanges = statement((db, slots: Slots<{ fields: readonly DataRow<typeof FIELD_COLUMNS>[] }>) =>
  db
    .selectFrom("log")
    .select("bytes")
    .where("position", "in", (eb) =>
      eb.selectFrom(slots.rows("fields", FIELD_COLUMNS)).select((row) =>
        row
          .selectFrom("log as entry")
          .select((it) => it.fn.max("entry.position").as("position"))
          .whereRef("entry.asset", "=", "rows.asset")
          .whereRef("entry.key", "=", "rows.key")
          .whereRef("entry.position", "<=", "rows.up_to")
          .where("entry.kind", "=", sql.lit("FIELD_CHANGED"))
          .as("newest"),
      ),
    )
    .orderBy("position"),
);

export async function lastChanges(
  session: Session,
  fields: readonly { readonly asset: AssetId; readonly key: FieldKey; readonly upTo?: number }[],
): Promise<readonly (Change | undefined)[]> {
  if (fields.length === 0) return [];
  const wanted = fields.map(({ asset, key, upTo = NEWEST }) => ({ asset, key: plainText(key), up_to: upTo }));
  const changes = (await selectLastChanges(session, { fields: wanted })).map((it) => decodeChange(it.bytes));
  const byField = Map.groupBy(changes, (it) => `${it.asset} ${it.key}`);
  return fields.map(({ asset, key, upTo = NEWEST }) =>
    byField.get(`${asset} ${key}`)?.findLast((it) => it.position <= upTo),
  );
}
