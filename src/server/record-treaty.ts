import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";

const SETTING = "treaty";

/**
 * A treaty other than the one before is logged.
 *
 * @returns whether it is another one.
 */
export async function recordTreaty(engine: Engine): Promise<boolean> {
  const { ledger, treaty } = engine;
  const before = await ledger.readSetting(SETTING);
  if (before === treaty.hash) return false;
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
  return true;
}
