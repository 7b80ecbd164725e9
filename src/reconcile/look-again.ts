import { isCurrent, record } from "../delivery/record.ts";
import type { AssetId } from "../domain/ids.ts";
import { indexOf } from "../plan/asset-index.ts";
import type { Engine } from "../ports/engine.ts";
import { LOOKED_AGAIN_SETTING } from "../ports/ledger.ts";
import { underLease } from "./under-lease.ts";

const PAGE = 500;
const LEASE = "look-again";
const BEGUN = "begun:";

/** Whether the treaty or a mode is another one than when everything was last looked at: also if whoever was to do it died before it was done. */
export async function needsLook(engine: Engine): Promise<boolean> {
  return (await engine.ledger.readSetting(LOOKED_AGAIN_SETTING)) !== inForce(engine);
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
  const looked = await underLease(engine, LEASE, (ledger) => look({ ...engine, ledger }));
  // Somebody else is at it, perhaps since before what this is about.
  return looked.kind === "done" ? looked.value : look(engine);
}

/** Does it where nobody else is at it, or whoever was has died, or the answer was lost that the treaty or the mode had been set. */
export async function lookIfLeft(engine: Engine): Promise<void> {
  if (!isCurrent(engine)) return;
  const looked = (await engine.ledger.readSetting(LOOKED_AGAIN_SETTING)) ?? null;
  const isLeft = looked === null || (typeof looked === "string" && looked.startsWith(BEGUN));
  if (isLeft) await underLease(engine, LEASE, (ledger) => look({ ...engine, ledger }));
}

async function look(engine: Engine): Promise<number> {
  const begun = `${BEGUN}${engine.ids.ulid()}`;
  await record(engine, { settings: { [LOOKED_AGAIN_SETTING]: begun } });
  await engine.sources.refresh();
  const judgedBy = inForce(engine);
  let count = 0;
  for (let after: AssetId | undefined; ; ) {
    const ids = await engine.ledger.listAssetIds(after, PAGE);
    if (ids.length === 0) break;
    while (!(await recordPage(engine, ids)));
    count += ids.length;
    after = ids.at(-1);
  }
  // Whoever has changed something meanwhile sees to it that all is looked at once more.
  const settings = { [LOOKED_AGAIN_SETTING]: judgedBy };
  await record(engine, { settings, assumes: { settings: { [LOOKED_AGAIN_SETTING]: begun } } });
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
