import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";

const SETTING = "treaty";

/** A treaty other than the one before is logged, and every asset is looked at under it. */
export async function recordTreaty(engine: Engine): Promise<void> {
  const { ledger, sources, treaty } = engine;
  const before = await ledger.readSetting(SETTING);
  if (before === treaty.hash) return;
  await ledger.commit({
    settings: { [SETTING]: treaty.hash },
    changes: [
      {
        kind: "TREATY_CHANGED",
        at: toTimestamp(engine.clock.now()),
        actor: { kind: "gateway", id: "concordat" },
        before: before ?? null,
        after: treaty.hash,
        detail: { rules: treaty.rules.map((it) => it.name) },
      },
    ],
  });
  for (let ids = await ledger.listAssetIds(undefined, 500); ids.length > 0; ids = await ledger.listAssetIds(ids.at(-1), 500)) {
    await ledger.markDirty(ids.flatMap((asset) => sources.ids.map((source) => ({ asset, source, reread: false }))));
  }
}
