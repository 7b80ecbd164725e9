import type { Drift } from "../../domain/drift.ts";
import type { AssetId } from "../../domain/ids.ts";
import type { AssetState } from "../../domain/state.ts";
import { inSnapshot, type Session, type Slots, statement } from "../statement.ts";
import { BINDING_NAMES, toAgreed, toBinding } from "./as-read.ts";
import { isOpen } from "./drifts.ts";
import type { ObservedRow, StateCache } from "./state-cache.ts";

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
    .select([...BINDING_NAMES.map((it) => `binding.${it}` as const), "reading.fields"])
    .where(({ ref }) => slots.among(ref("binding.asset"), "ids"))
    .orderBy("binding.asset")
    .orderBy("binding.source"),
);
const selectAgreed = statement((db, slots: Ids) =>
  db
    .selectFrom("agreed")
    .select(["asset", "mirror", "body"])
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

const selectObserved = statement((db, slots: Ids) =>
  db
    .selectFrom("asset")
    .leftJoin("binding", "binding.asset", "asset.id")
    .select(["asset.id", "asset.revision", "binding.source", "binding.observed_at", "binding.observed_from"])
    .where(({ ref }) => slots.among(ref("asset.id"), "ids"))
    .orderBy("asset.id")
    .orderBy("binding.source"),
);

/** A bounded number of queries, whatever the number of ids, all of the same moment. What has not changed is not read again. */
export async function loadStates(
  session: Session,
  cache: StateCache,
  ids: readonly AssetId[],
): Promise<readonly (AssetState | undefined)[]> {
  if (ids.length === 0) return [];
  const wanted = [...new Set(ids)];
  // Where nothing has changed, which is most often, one query has told so.
  const known = await lookUp(session, cache, wanted);
  const states =
    known.changed.length === 0
      ? known.states
      : await inSnapshot(session, async (it) => {
          const { changed, states } = await lookUp(it, cache, wanted);
          for (const { size, state } of await readStates(it, changed)) {
            cache.keep(state, size);
            states.set(state.asset.id, state);
          }
          return states;
        });
  return ids.map((id) => states.get(id));
}

/** Those that the cache holds as they are now, and which it does not. */
async function lookUp(
  session: Session,
  cache: StateCache,
  ids: readonly AssetId[],
): Promise<{ readonly states: Map<AssetId, AssetState>; readonly changed: readonly AssetId[] }> {
  const rows = Map.groupBy(await selectObserved(session, { ids }), (row) => row.id as AssetId);
  const states = new Map<AssetId, AssetState>();
  const changed: AssetId[] = [];
  for (const [id, observed] of rows) {
    const { revision } = observed[0] as { revision: number };
    const state = cache.current(id, revision, observed.filter(isBound));
    if (state) states.set(id, state);
    else changed.push(id);
  }
  return { states, changed };
}

function isBound<Row extends { readonly source: string | null }>(row: Row): row is Row & ObservedRow {
  return row.source !== null;
}

/** One query a table. */
async function readStates(
  session: Session,
  ids: readonly AssetId[],
): Promise<readonly { readonly state: AssetState; readonly size: number }[]> {
  if (ids.length === 0) return [];
  const [assets, ...others] = await Promise.all([
    selectAssets(session, { ids }),
    selectBindings(session, { ids }),
    selectAgreed(session, { ids }),
    selectOpenDrifts(session, { ids }),
  ]);
  const [bindings, agreed, drifts] = [
    Map.groupBy(others[0], (it) => it.asset),
    Map.groupBy(others[1], (it) => it.asset),
    Map.groupBy(others[2], (it) => it.asset),
  ];
  return assets.map(({ body, id, revision }) => {
    const rows = { bindings: bindings.get(id) ?? [], agreed: agreed.get(id) ?? [], drifts: drifts.get(id) ?? [] };
    const texts = [
      body,
      ...rows.bindings.map((it) => it.fields),
      ...[...rows.agreed, ...rows.drifts].map((it) => it.body),
    ];
    const state: AssetState = {
      asset: JSON.parse(body) as AssetState["asset"],
      revision,
      bindings: rows.bindings.map(toBinding),
      agreed: rows.agreed.map(toAgreed),
      drifts: rows.drifts.map((it) => JSON.parse(it.body) as Drift),
    };
    return { state, size: texts.reduce((sum, it) => sum + it.length, 0) };
  });
}
