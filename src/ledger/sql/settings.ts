import type { Json } from "../../domain/json.ts";
import { type Assumptions, type SourceRecord, TREATY_SETTING } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { type Session, type Slots, sideBySide, statement, type Write } from "../statement.ts";
import type { Refusal } from "./check-commit.ts";

const SOURCE_COLUMNS = { id: "text", body: "text", revision: "integer" } as const satisfies Columns;
const upsertSources = statement((db, slots: Slots<{ sources: readonly DataRow<typeof SOURCE_COLUMNS>[] }>) =>
  db
    .insertInto("source")
    .columns(["id", "body", "revision"])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("sources", SOURCE_COLUMNS))
        .select(["id", "body", "revision"])
        .where((it) => it.lit(true)),
    )
    .onConflict((it) =>
      it.column("id").doUpdateSet((eb) => ({ body: eb.ref("excluded.body"), revision: eb.ref("excluded.revision") })),
    ),
);
const selectSources = statement((db) => db.selectFrom("source").select(["body", "revision"]).orderBy("id"));
const selectRevisions = statement((db, slots: Slots<{ ids: readonly string[] }>) =>
  db
    .selectFrom("source")
    .select(["id", "revision"])
    .where(({ ref }) => slots.among(ref("id"), "ids")),
);

/** Whoever changes a source has seen it as it is: the end of a scan does not undo the mode that somebody sets meanwhile. */
export async function checkSources(session: Session, sources: readonly SourceRecord[]): Promise<Refusal | undefined> {
  if (sources.length === 0) return undefined;
  const ids = sources.map((it) => it.id);
  if (new Set(ids).size < ids.length) throw new TypeError("A commit changes a source at most once.");
  const revisionById = new Map((await selectRevisions(session, { ids })).map((it) => [it.id, it.revision]));
  const outdated = sources.find((it) => (revisionById.get(it.id) ?? 0) !== it.revision);
  return outdated && { ok: false, reason: "source-revision", source: outdated.id };
}

/** What was worked out on another treaty or mode than the ledger's now is worked out anew, or by somebody else. */
export async function checkAssumptions(
  session: Session,
  assumes: Assumptions | undefined,
): Promise<Refusal | undefined> {
  const { settings = {}, sources = {}, treaty } = assumes ?? {};
  const [isInForce, areSame, areSet] = await sideBySide(session, [
    () => areSettings(session, treaty === undefined ? {} : { [TREATY_SETTING]: treaty }),
    () => areRevisions(session, sources),
    () => areSettings(session, settings),
  ]);
  if (!isInForce) return { ok: false, reason: "outdated", what: "treaty" };
  if (!areSet) return { ok: false, reason: "outdated", what: "settings" };
  return areSame ? undefined : { ok: false, reason: "outdated", what: "sources" };
}

async function areSettings(session: Session, assumed: Readonly<Record<string, string | null>>): Promise<boolean> {
  for (const [name, value] of Object.entries(assumed))
    if (((await readSetting(session, name)) ?? null) !== value) return false;
  return true;
}

async function areRevisions(session: Session, assumed: Readonly<Record<string, number>>): Promise<boolean> {
  const ids = Object.keys(assumed);
  if (ids.length === 0) return true;
  const revisionById = new Map((await selectRevisions(session, { ids })).map((it) => [it.id, it.revision]));
  return ids.every((id) => (revisionById.get(id) ?? 0) === assumed[id]);
}

export function writeSources(sources: readonly SourceRecord[]): Write[] {
  if (sources.length === 0) return [];
  const rows = sources.map((it) => {
    const { revision, ...body } = it;
    return { id: it.id, body: JSON.stringify(body), revision: revision + 1 };
  });
  return [upsertSources.with({ sources: rows })];
}

export async function readSources(session: Session): Promise<readonly SourceRecord[]> {
  return (await selectSources(session, {})).map(({ body, revision }) => ({
    ...(JSON.parse(body) as Omit<SourceRecord, "revision">),
    revision,
  }));
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

export function writeSettings(settings: Readonly<Record<string, Json>>): Write[] {
  const rows = Object.entries(settings).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  return rows.length > 0 ? [upsertSettings.with({ settings: rows })] : [];
}

export async function readSetting(session: Session, name: string): Promise<Json | undefined> {
  const found = (await selectSetting(session, { name }))[0];
  return found && (JSON.parse(found.value) as Json);
}
