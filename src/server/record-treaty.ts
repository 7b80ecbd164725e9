import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import { lookAgain } from "../reconcile/look-again.ts";

const SETTING = "treaty";

/** A treaty other than the one before is logged, and every asset is looked at under it. */
export async function recordTreaty(engine: Engine): Promise<void> {
  const { ledger, treaty } = engine;
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
  await lookAgain(engine);
}
