import { isCurrent, OutdatedTreaty, record } from "../delivery/record.ts";
import type { AssetId } from "../domain/ids.ts";
import { retryDelayMs } from "../domain/retry.ts";
import { indexOf } from "../plan/asset-index.ts";
import type { Engine } from "../ports/engine.ts";
import { LOOKED_AGAIN_SETTING } from "../ports/ledger.ts";
import { underLease } from "./under-lease.ts";

const PAGE = 500;
const LEASE = "look-again";
const BEGUN = "begun:";
/** How often it is looked whether something is left. */
const EVERY_MS = 2_000;
/** The longest wait beyond that, while looks fail. */
const MOST_MS = 600_000;

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
 * Where another process is at it, nothing is done: whoever changed something has written down that all is to be looked at once more,
 * and `runLooks` sees to it.
 *
 * @throws OutdatedTreaty if another treaty is in force.
 */
export async function lookAgain(engine: Engine, signal?: AbortSignal): Promise<void> {
  await underLease(engine, LEASE, (ledger) => look({ ...engine, ledger }, signal));
}

/** Until aborted: looks where nobody has, because whoever was at it has died, or did not hear that the treaty or the mode had been set. */
export async function runLooks(engine: Engine, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await lookIfLeft(engine, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof OutdatedTreaty)) {
        failures += 1;
        engine.report("warn", "look-failed", { error: String(error) });
      }
    }
    // Each try marks much of what the last one did.
    const moreMs = failures === 0 ? 0 : Math.ceil(retryDelayMs(failures, engine.random.next(), EVERY_MS, MOST_MS));
    await engine.clock.sleep(EVERY_MS + moreMs, signal);
  }
}

async function lookIfLeft(engine: Engine, signal: AbortSignal): Promise<void> {
  if (!isCurrent(engine)) return;
  const looked = (await engine.ledger.readSetting(LOOKED_AGAIN_SETTING)) ?? null;
  const isLeft = looked === null || (typeof looked === "string" && looked.startsWith(BEGUN));
  if (isLeft) await lookAgain(engine, signal);
}

async function look(engine: Engine, signal: AbortSignal | undefined): Promise<void> {
  const begun = `${BEGUN}${engine.ids.ulid()}`;
  await record(engine, { settings: { [LOOKED_AGAIN_SETTING]: begun } });
  await engine.sources.refresh();
  const judgedBy = inForce(engine);
  for (let after: AssetId | undefined; ; ) {
    const ids = await engine.ledger.listAssetIds(after, PAGE);
    if (ids.length === 0) break;
    do {
      if (signal?.aborted) return;
    } while (!(await recordPage(engine, ids)));
    after = ids.at(-1);
  }
  // Whoever has changed something meanwhile has it looked at once more.
  const settings = { [LOOKED_AGAIN_SETTING]: judgedBy };
  await record(engine, { settings, assumes: { settings: { [LOOKED_AGAIN_SETTING]: begun } } });
  engine.bus.announce(await engine.ledger.head());
}

/** @returns false where an asset has changed meanwhile: then it is to be derived anew. */
async function recordPage(engine: Engine, ids: readonly AssetId[]): Promise<boolean> {
  const ground = { treaty: engine.treaty, sources: engine.sources.table() };
  const states = (await engine.ledger.loadStates(ids)).flatMap((it) => it ?? []);
  const assets = states.map((it) => ({ id: it.asset.id, expectedRevision: it.revision, index: indexOf(ground, it) }));
  const dirty = ids.flatMap((asset) => engine.sources.ids.map((source) => ({ asset, source, reread: false })));
  return (await record(engine, { assets, dirty })).ok;
}
