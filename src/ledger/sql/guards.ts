import type { FieldKey } from "../../domain/field.ts";
import {
  type GuardEffect,
  type GuardedChange,
  type GuardRun,
  isQuiet,
  NOTHING_SPENT,
  type Standing,
  type Taken,
  takeFromRun,
} from "../../domain/guard-run.ts";
import type { AssetId, SourceId } from "../../domain/ids.ts";
import type { GuardCommit, GuardPlace, GuardSpend } from "../../ports/guard-ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { plainText } from "../name-path.ts";
import { type Session, type Slots, statement } from "../statement.ts";
import type { Refusal } from "./check-commit.ts";
import { selectReleased } from "./review-items.ts";

const selectRun = statement((db, slots: Slots<GuardPlace>) =>
  db
    .selectFrom("guard_run")
    .select("body")
    .where("source", "=", slots.value("source"))
    .where("scope", "=", slots.value("scope")),
);

export async function readRun(session: Session, place: GuardPlace): Promise<GuardRun | undefined> {
  const [row] = await selectRun(session, { source: place.source, scope: place.scope });
  return row && (JSON.parse(row.body) as GuardRun);
}

const countBoundIn = statement((db, slots: Slots<{ source: string }>) =>
  db
    .selectFrom("binding")
    .innerJoin("asset", "asset.id", "binding.asset")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("binding.source", "=", slots.value("source"))
    .where("asset.state", "in", ["ACTIVE", "SUSPECTED"]),
);

export async function countBound(session: Session, source: SourceId): Promise<number> {
  return (await countBoundIn(session, { source }))[0]?.count ?? 0;
}

const selectCounted = statement((db, slots: Slots<GuardPlace & { assets: readonly string[] }>) =>
  db
    .selectFrom("guard_counted")
    .select(["asset", "key", "effect"])
    .where("source", "=", slots.value("source"))
    .where("scope", "=", slots.value("scope"))
    .where(({ ref }) => slots.among(ref("asset"), "assets")),
);
const selectWorkLeft = statement((db, slots: Slots<{ source: string; position: number }>) =>
  db
    .selectFrom("work")
    .select("asset")
    .where("source", "=", slots.value("source"))
    .where("position", "<=", slots.value("position"))
    .limit((eb) => eb.lit(1)),
);

/** What the run still allows, judged while the head is locked: nobody else takes from it meanwhile. */
export async function takeGuarded(session: Session, spend: GuardSpend, head: number): Promise<Taken> {
  const { at, bounds, changes, scope, source } = spend;
  const run = await readRun(session, spend);
  const assets = [...new Set<string>(changes.map((it) => it.asset))];
  const counted = run ? (await selectCounted(session, { source, scope, assets })).map(toPlace) : [];
  const released = await selectReleased(session, { source, scope, assets, at });
  const isWorkLeft =
    run !== undefined &&
    scope === "writes" &&
    isQuiet(run, at) &&
    (await selectWorkLeft(session, { source, position: run.position })).length > 0;
  const standing: Standing = { run, counted, released, isWorkLeft, head };
  return takeFromRun(standing, at, bounds, changes);
}

function toPlace(row: { asset: string; key: string; effect: string }): Standing["counted"][number] {
  return { asset: row.asset as AssetId, key: row.key as FieldKey, effect: row.effect as GuardEffect };
}

export async function checkTrip(session: Session, { trip: wanted }: GuardCommit): Promise<Refusal | undefined> {
  if (!wanted) return undefined;
  const trip = (await readRun(session, wanted))?.trip;
  const isLater = trip !== undefined && (trip.review !== null || wanted.trip.review === null);
  return isLater ? { ok: false, reason: "tripped" } : undefined;
}

const upsertRun = statement((db, slots: Slots<GuardPlace & { body: string }>) =>
  db
    .insertInto("guard_run")
    .values({ source: slots.value("source"), scope: slots.value("scope"), body: slots.value("body") })
    .onConflict((it) => it.columns(["source", "scope"]).doUpdateSet((eb) => ({ body: eb.ref("excluded.body") }))),
);
const deleteRun = statement((db, slots: Slots<GuardPlace>) =>
  db.deleteFrom("guard_run").where("source", "=", slots.value("source")).where("scope", "=", slots.value("scope")),
);
const deleteCounted = statement((db, slots: Slots<GuardPlace>) =>
  db.deleteFrom("guard_counted").where("source", "=", slots.value("source")).where("scope", "=", slots.value("scope")),
);

const COUNTED = {
  source: "text",
  scope: "text",
  asset: "text",
  key: "text",
  effect: "text",
} as const satisfies Columns;
type CountedRow = DataRow<typeof COUNTED>;
const NAMES = Object.keys(COUNTED) as (keyof typeof COUNTED)[];
const insertCounted = statement((db, slots: Slots<{ counted: readonly CountedRow[] }>) =>
  db
    .insertInto("guard_counted")
    .columns(NAMES)
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("counted", COUNTED))
        .select(NAMES)
        .where((it) => it.lit(true)),
    )
    .onConflict((it) => it.columns(NAMES).doNothing()),
);

/** @param taken what `takeGuarded` said of the commit's changes. */
export async function writeGuards(
  session: Session,
  { arm = [], guard, trip }: GuardCommit,
  taken: Taken | undefined,
): Promise<void> {
  for (const { scope, source } of arm) await endRun(session, { source, scope });
  if (guard && taken?.ok && taken.run) await writeRun(session, guard, taken.run, taken.counted);
  if (!trip) return;
  const { scope, source } = trip;
  const at = Date.parse(trip.trip.at);
  const run = (await readRun(session, trip)) ?? emptyRun(at);
  await upsertRun(session, { source, scope, body: JSON.stringify({ ...run, trip: trip.trip }) });
}

async function writeRun(
  session: Session,
  { scope, source }: GuardPlace,
  run: GuardRun,
  counted: readonly GuardedChange[],
): Promise<void> {
  const before = await readRun(session, { source, scope });
  if (before?.startedAt !== run.startedAt) await endRun(session, { source, scope });
  await upsertRun(session, { source, scope, body: JSON.stringify(run) });
  if (counted.length === 0) return;
  const rows = counted.map(({ asset, effect, key }) => ({ source, scope, asset, key: plainText(key), effect }));
  await insertCounted(session, { counted: rows });
}

async function endRun(session: Session, place: GuardPlace): Promise<void> {
  await deleteRun(session, place);
  await deleteCounted(session, place);
}

function emptyRun(at: number): GuardRun {
  return { startedAt: at, lastAt: at, position: 0, spent: NOTHING_SPENT };
}
