import type { Drift } from "../../domain/drift.ts";
import type { AssetId, SourceId } from "../../domain/ids.ts";
import type { Agreed, AssetState, Binding } from "../../domain/state.ts";
import { inSnapshot, type Session, type Slots, statement } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import { isOpen } from "./drifts.ts";
import { toRef } from "./find-bindings.ts";

type Ids = Slots<{ ids: readonly string[] }>;

const selectAssets = statement((db, slots: Ids) =>
  db
    .selectFrom("asset")
    .select(["id", "revision", "body"])
    .where(({ ref }) => slots.among(ref("id"), "ids")),
);
const selectBindings = statement((db, slots: Ids) =>
  db
    .selectFrom("binding")
    .innerJoin("reading", (join) =>
      join.onRef("reading.asset", "=", "binding.asset").onRef("reading.source", "=", "binding.source"),
    )
    .selectAll("binding")
    .select("reading.fields")
    .where(({ ref }) => slots.among(ref("binding.asset"), "ids"))
    .orderBy("binding.asset")
    .orderBy("binding.source"),
);
const selectAgreed = statement((db, slots: Ids) =>
  db
    .selectFrom("agreed")
    .selectAll()
    .where(({ ref }) => slots.among(ref("asset"), "ids"))
    .orderBy("asset")
    .orderBy("mirror"),
);
const selectOpenDrifts = statement((db, slots: Ids) =>
  db
    .selectFrom("drift")
    .select(["asset", "body"])
    .where(({ ref }) => slots.among(ref("asset"), "ids"))
    .where(isOpen)
    .orderBy("position")
    .orderBy("id"),
);

/** One query a table, all of them of the same moment. */
export async function loadStates(
  session: Session,
  ids: readonly AssetId[],
): Promise<readonly (AssetState | undefined)[]> {
  if (ids.length === 0) return [];
  const args = { ids: [...new Set(ids)] };
  const rows = await inSnapshot(session, async (it) => ({
    assets: await selectAssets(it, args),
    bindings: await selectBindings(it, args),
    agreed: await selectAgreed(it, args),
    drifts: await selectOpenDrifts(it, args),
  }));
  const bindings = Map.groupBy(rows.bindings, (it) => it.asset);
  const agreed = Map.groupBy(rows.agreed, (it) => it.asset);
  const drifts = Map.groupBy(rows.drifts, (it) => it.asset);
  const states = new Map<string, AssetState>(
    rows.assets.map((it) => [
      it.id,
      {
        asset: JSON.parse(it.body) as AssetState["asset"],
        revision: it.revision,
        bindings: (bindings.get(it.id) ?? []).map(toBinding),
        agreed: (agreed.get(it.id) ?? []).map(toAgreed),
        drifts: (drifts.get(it.id) ?? []).map((drift) => JSON.parse(drift.body) as Drift),
      },
    ]),
  );
  return ids.map((id) => states.get(id));
}

function toBinding(row: LedgerTables["binding"] & { fields: string }): Binding {
  return {
    source: row.source as SourceId,
    ref: toRef(row),
    state: row.state,
    misses: row.misses,
    version: row.version,
    ...(row.url === null ? {} : { url: row.url }),
    observedAt: row.observed_at,
    observedFrom: row.observed_from,
    fields: JSON.parse(row.fields) as Binding["fields"],
    digest: row.digest,
  };
}

function toAgreed(row: LedgerTables["agreed"]): Agreed {
  return { ...(JSON.parse(row.body) as Omit<Agreed, "mirror">), mirror: row.mirror as SourceId };
}
