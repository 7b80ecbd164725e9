import type { AssetKind } from "../../domain/asset.ts";
import type { Change } from "../../domain/change.ts";
import type { AssetId, IntentId, SourceId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Commit, Intent } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { type Session, type Slots, statement, type Write } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import type { Refusal } from "./check-commit.ts";

const INTENT_COLUMNS = {
  id: "text",
  asset: "text",
  source: "text",
  holder: "text",
  lease_until: "integer",
  position: "integer",
  purpose: "text",
  makes: "text?",
  detail: "text",
} as const satisfies Columns;
type IntentRow = LedgerTables["intent"];
const NAMES = Object.keys(INTENT_COLUMNS) as (keyof typeof INTENT_COLUMNS)[];
const PAIR_COLUMNS = { asset: "text", source: "text" } as const satisfies Columns;
const MADE_COLUMNS = { makes: "text", source: "text" } as const satisfies Columns;

const selectForClosing = statement((db, slots: Slots<{ ids: readonly string[] }>, engine) =>
  db
    .selectFrom("intent")
    .select(["id", "holder"])
    .where(({ ref }) => slots.among(ref("id"), "ids"))
    .$if(engine.locksRows, (it) => it.forUpdate()),
);
const selectOpenOf = statement((db, slots: Slots<{ pairs: readonly DataRow<typeof PAIR_COLUMNS>[] }>) =>
  db
    .selectFrom("intent")
    .innerJoin(slots.rows("pairs", PAIR_COLUMNS), (join) =>
      join.onRef("intent.asset", "=", "rows.asset").onRef("intent.source", "=", "rows.source"),
    )
    .select(["intent.id", "intent.asset", "intent.lease_until"]),
);

/** What the commit closes must be open and held; what it opens must meet no other open intent of that asset and source. */
export async function checkIntents(session: Session, commit: Commit): Promise<Refusal | undefined> {
  const closing = commit.closeIntents ?? [];
  if (closing.length > 0) {
    const rows = await selectForClosing(session, { ids: closing.map((it) => it.id) });
    const holders = new Map(rows.map((it) => [it.id, it.holder]));
    if (closing.some((it) => holders.get(it.id) !== it.holder)) return { ok: false, reason: "intent-lost" };
  }
  const opening = commit.openIntents ?? [];
  if (opening.length === 0) return undefined;
  const pairs = opening.map((it) => ({ asset: it.asset, source: it.source }));
  if (new Set(pairs.map((it) => `${it.asset} ${it.source}`)).size < pairs.length) {
    throw new TypeError("A commit opens at most one intent for an asset and source.");
  }
  const closed = new Set<string>(closing.map((it) => it.id));
  const open = (await selectOpenOf(session, { pairs })).find((it) => !closed.has(it.id));
  return open && { ok: false, reason: "intent-open", asset: open.asset as AssetId, leaseUntil: open.lease_until };
}

const selectMaking = statement((db, slots: Slots<{ made: readonly DataRow<typeof MADE_COLUMNS>[] }>) =>
  db
    .selectFrom("intent")
    .innerJoin(slots.rows("made", MADE_COLUMNS), (join) =>
      join.onRef("intent.makes", "=", "rows.makes").onRef("intent.source", "=", "rows.source"),
    )
    .select(["intent.id", "intent.makes", "intent.source", "intent.lease_until"]),
);

/** What the commit opens must meet no other open intent that makes the same record. */
export async function checkMade(session: Session, commit: Commit): Promise<Refusal | undefined> {
  const made = (commit.openIntents ?? []).flatMap((it) => {
    const makes = toMade(it);
    return makes === null ? [] : [{ asset: it.asset, makes, source: it.source }];
  });
  if (made.length === 0) return undefined;
  const closed = new Set<string>((commit.closeIntents ?? []).map((it) => it.id));
  const rows = await selectMaking(session, { made: made.map(({ makes, source }) => ({ makes, source })) });
  const other = rows.find((it) => !closed.has(it.id));
  const refused = other && made.find((it) => it.makes === other.makes && it.source === other.source);
  return refused && { ok: false, reason: "intent-open", asset: refused.asset, leaseUntil: other.lease_until };
}

/** Kind and name of the record that an intent makes; null if it makes none. */
export function toMade({ makes }: Pick<Intent, "makes">): string | null {
  return makes ? JSON.stringify([makes.kind, ...makes.name]) : null;
}

function fromMade(makes: string | null): Pick<Intent, "makes"> {
  if (makes === null) return {};
  const [kind, ...name] = JSON.parse(makes) as [AssetKind, ...string[]];
  return { makes: { kind, name } };
}

const deleteIntents = statement((db, slots: Slots<{ ids: readonly string[] }>) =>
  db.deleteFrom("intent").where(({ ref }) => slots.among(ref("id"), "ids")),
);
const insertIntents = statement((db, slots: Slots<{ intents: readonly IntentRow[] }>) =>
  db
    .insertInto("intent")
    .columns(NAMES)
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("intents", INTENT_COLUMNS))
        .select((it) => NAMES.map((name) => it.ref(name).$castTo<never>().as(name))),
    ),
);

export function writeIntents(commit: Commit, changes: readonly Change[], head: number): Write[] {
  const { closeIntents = [], openIntents = [] } = commit;
  const positionById = new Map<IntentId, number>();
  for (const { kind, intent, position } of changes) {
    if (kind === "WRITE_INTENDED" && intent !== undefined) positionById.set(intent, position);
  }
  const intents = openIntents.map((it) => ({
    id: it.id,
    asset: it.asset,
    source: it.source,
    holder: it.holder,
    lease_until: it.leaseUntil,
    position: positionById.get(it.id) ?? head,
    purpose: it.purpose,
    makes: toMade(it),
    detail: JSON.stringify(it.detail),
  }));
  return [
    ...(closeIntents.length > 0 ? [deleteIntents.with({ ids: closeIntents.map((it) => it.id) })] : []),
    ...(intents.length > 0 ? [insertIntents.with({ intents })] : []),
  ];
}

const selectIntents = statement(
  (db, slots: Slots<{ expired_at: number; asset: string | null; source: string | null }>) =>
    db
      .selectFrom("intent")
      .select(NAMES)
      .where("lease_until", "<=", slots.value("expired_at"))
      .where((eb) => eb("asset", "=", eb.fn.coalesce(slots.value("asset"), "asset")))
      .where((eb) => eb("source", "=", eb.fn.coalesce(slots.value("source"), "source")))
      .orderBy("position")
      .orderBy("id"),
);

export async function listIntents(
  session: Session,
  query: { readonly expiredAt?: number; readonly asset?: AssetId; readonly source?: SourceId },
): Promise<readonly Intent[]> {
  const { asset = null, expiredAt = Number.MAX_SAFE_INTEGER, source = null } = query;
  const args = { expired_at: expiredAt, asset, source };
  return (await selectIntents(session, args)).map(toIntent);
}

const selectIntentsOf = statement((db, slots: Slots<{ assets: readonly string[] }>) =>
  db
    .selectFrom("intent")
    .select(NAMES)
    .where(({ ref }) => slots.among(ref("asset"), "assets"))
    .orderBy("position")
    .orderBy("id"),
);

/** The open intents of each asset, in the order asked. */
export async function listIntentsOf(
  session: Session,
  assets: readonly AssetId[],
): Promise<readonly (readonly Intent[])[]> {
  const rows = await selectIntentsOf(session, { assets: [...new Set(assets)] });
  const byAsset = Map.groupBy(rows.map(toIntent), (it) => it.asset);
  return assets.map((it) => byAsset.get(it) ?? []);
}

const updateHolder = statement((db, slots: Slots<{ id: string; holder: string; now: number; lease_until: number }>) =>
  db
    .updateTable("intent")
    .set({ holder: slots.value("holder"), lease_until: slots.value("lease_until") })
    .where("id", "=", slots.value("id"))
    .where("lease_until", "<=", slots.value("now"))
    .returning(NAMES),
);

export async function takeOverIntent(
  session: Session,
  id: IntentId,
  holder: string,
  now: number,
  leaseUntil: number,
): Promise<Intent | undefined> {
  return (await updateHolder(session, { id, holder, now, lease_until: leaseUntil })).map(toIntent)[0];
}

function toIntent(row: IntentRow): Intent {
  return {
    id: row.id as IntentId,
    asset: row.asset as AssetId,
    source: row.source as SourceId,
    holder: row.holder,
    leaseUntil: row.lease_until,
    position: row.position,
    purpose: row.purpose,
    ...fromMade(row.makes),
    detail: JSON.parse(row.detail) as Json,
  };
}
