import type { Json } from "../../domain/json.ts";
import type { SourceRecord } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { type Session, type Slots, statement } from "../statement.ts";

const SOURCE_COLUMNS = { id: "text", body: "text" } as const satisfies Columns;
const upsertSources = statement((db, slots: Slots<{ sources: readonly DataRow<typeof SOURCE_COLUMNS>[] }>) =>
  db
    .insertInto("source")
    .columns(["id", "body"])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("sources", SOURCE_COLUMNS))
        .select(["id", "body"])
        .where((it) => it.lit(true)),
    )
    .onConflict((it) => it.column("id").doUpdateSet((eb) => ({ body: eb.ref("excluded.body") }))),
);
const selectSources = statement((db) => db.selectFrom("source").select("body").orderBy("id"));

export async function writeSources(session: Session, sources: readonly SourceRecord[]): Promise<void> {
  if (sources.length === 0) return;
  const byId = new Map(sources.map((it) => [it.id, { id: it.id, body: JSON.stringify(it) }]));
  await upsertSources(session, { sources: [...byId.values()] });
}

export async function readSources(session: Session): Promise<readonly SourceRecord[]> {
  return (await selectSources(session, {})).map((it) => JSON.parse(it.body) as SourceRecord);
}

const SETTING_COLUMNS = { name: "text", value: "text" } as const satisfies Columns;
const upsertSettings = statement((db, slots: Slots<{ settings: readonly DataRow<typeof SETTING_COLUMNS>[] }>) =>
  db
    .insertInto("setting")
    .columns(["name", "value"])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("settings", SETTING_COLUMNS))
        .select(["name", "value"])
        .where((it) => it.lit(true)),
    )
    .onConflict((it) => it.column("name").doUpdateSet((eb) => ({ value: eb.ref("excluded.value") }))),
);
const selectSetting = statement((db, slots: Slots<{ name: string }>) =>
  db.selectFrom("setting").select("value").where("name", "=", slots.value("name")),
);

export async function writeSettings(session: Session, settings: Readonly<Record<string, Json>>): Promise<void> {
  const rows = Object.entries(settings).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  if (rows.length > 0) await upsertSettings(session, { settings: rows });
}

export async function readSetting(session: Session, name: string): Promise<Json | undefined> {
  const found = (await selectSetting(session, { name }))[0];
  return found && (JSON.parse(found.value) as Json);
}
