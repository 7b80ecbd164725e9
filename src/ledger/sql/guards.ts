import type { FieldKey } from "../../domain/field.ts";
import {
  type GuardEffect,
  type GuardedChange,
  type GuardRun,
  isQuiet,
  NOTHING_SPENT,
  type Standing,
  type Taken,
} from "../../domain/guard-run.ts";
import type { AssetId, SourceId } from "../../domain/ids.ts";
import type { GuardCommit, GuardPlace, GuardSpend } from "../../ports/guard-ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { plainText } from "../name-path.ts";
import { type Session, type Slots, sideBySide, statement, type Write } from "../statement.ts";
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

/** What stands of the run that a spend takes from, read while the head is locked: nobody else takes from it meanwhile. */
export async function readStanding(session: Session, spend: GuardSpend): Promise<Omit<Standing, "head">> {
  const { at, changes, scope, source } = spend;
  const assets = [...new Set<string>(changes.map((it) => it.asset))];
  const [run, counted, released] = await sideBySide(session, [
    () => readRun(session, spend),
    () => selectCounted(session, { source, scope, assets }),
    () => selectReleased(session, { source, scope, assets, at }),
  ]);
  const isWorkLeft =
    run !== undefined &&
    scope === "writes" &&
    isQuiet(run, at) &&
    (await selectWorkLeft(session, { source, position: run.position })).length > 0;
  return { run, counted: run ? counted.map(toPlace) : [], released, isWorkLeft };
}

function toPlace(row: { asset: string; key: string; effect: string }): Standing["counted"][number] {
  return { asset: row.asset as AssetId, key: row.key as FieldKey, effect: row.effect as GuardEffect };
}

export function checkTrip({ trip: wanted }: GuardCommit, standing: GuardRun | undefined): Refusal | undefined {
  const trip = wanted && standing?.trip;
  const isLater = trip !== undefined && (trip.review !== null || wanted?.trip.review === null);
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

/** The runs as they stand before the commit that takes from one, or stops one. */
export interface RunsBefore {
  readonly spent: GuardRun | undefined;
  readonly stopped: GuardRun | undefined;
}

/** @param taken what the run of the commit's changes allowed. */
export function writeGuards(
  { arm = [], guard, trip }: GuardCommit,
  taken: Taken | undefined,
  before: RunsBefore,
): Write[] {
  const writes = arm.flatMap(endRun);
  if (guard && taken?.ok && taken.run) writes.push(...writeRun(guard, taken.run, taken.counted, before.spent));
  if (trip) {
    const run = before.stopped ?? emptyRun(Date.parse(trip.trip.at));
    writes.push(upsertRun.with(rowOf(trip, { ...run, trip: trip.trip })));
  }
  return writes;
}

function writeRun(
  place: GuardPlace,
  run: GuardRun,
  counted: readonly GuardedChange[],
  before: GuardRun | undefined,
): Write[] {
  const { scope, source } = place;
  const rows = counted.map(({ asset, effect, key }) => ({ source, scope, asset, key: plainText(key), effect }));
  return [
    ...(before?.startedAt === run.startedAt ? [] : endRun(place)),
    upsertRun.with(rowOf(place, run)),
    ...(rows.length > 0 ? [insertCounted.with({ counted: rows })] : []),
  ];
}

function rowOf({ scope, source }: GuardPlace, run: GuardRun): GuardPlace & { readonly body: string } {
  return { source, scope, body: JSON.stringify(run) };
}

function endRun({ scope, source }: GuardPlace): Write[] {
  return [deleteRun.with({ source, scope }), deleteCounted.with({ source, scope })];
}

function emptyRun(at: number): GuardRun {
  return { startedAt: at, lastAt: at, position: 0, spent: NOTHING_SPENT };
}
