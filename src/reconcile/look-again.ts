import { record } from "../delivery/record.ts";
import type { AssetId } from "../domain/ids.ts";
import { indexOf } from "../plan/asset-index.ts";
import type { Engine } from "../ports/engine.ts";

const PAGE = 500;
/** Under which treaty and modes every asset was marked the last time; null: they have changed since, if only to and fro. */
export const LOOKED_AGAIN = "lookedAgain";

/** Whether the treaty or a mode is another one than when everything was last looked at: also if whoever was to do it died before it was done. */
export async function needsLook(engine: Engine): Promise<boolean> {
  return (await engine.ledger.readSetting(LOOKED_AGAIN)) !== inForce(engine);
}

function inForce({ sources, treaty }: Engine): string {
  const modes = [...sources.table().values()].map((it) => `${it.id}=${it.mode}`).sort();
  return [treaty.hash, ...modes].join(" ");
}

/**
 * After a new treaty or another mode of a source: what lists filter by is derived anew for every asset, and every asset is
 * marked dirty, so that reconcile judges it by what holds now. Nothing is read from a source for it.
 *
 * @returns how many assets there are.
 */
export async function lookAgain(engine: Engine): Promise<number> {
  const judgedBy = inForce(engine);
  let count = 0;
  for (let after: AssetId | undefined; ; ) {
    const ids = await engine.ledger.listAssetIds(after, PAGE);
    if (ids.length === 0) break;
    while (!(await recordPage(engine, ids)));
    count += ids.length;
    after = ids.at(-1);
  }
  await record(engine, { settings: { [LOOKED_AGAIN]: judgedBy } });
  engine.bus.announce(await engine.ledger.head());
  return count;
}

async function recordPage(engine: Engine, ids: readonly AssetId[]): Promise<boolean> {
  const ground = { treaty: engine.treaty, sources: engine.sources.table() };
  const states = (await engine.ledger.loadStates(ids)).flatMap((it) => it ?? []);
  const assets = states.map((it) => ({ id: it.asset.id, expectedRevision: it.revision, index: indexOf(ground, it) }));
  const dirty = ids.flatMap((asset) => engine.sources.ids.map((source) => ({ asset, source, reread: false })));
  return (await record(engine, { assets, dirty })).ok;
}
