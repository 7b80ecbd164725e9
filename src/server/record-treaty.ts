import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import { LOOKED_AGAIN_SETTING, TREATY_SETTING } from "../ports/ledger.ts";

/**
 * Puts the treaty of this process in force. One other than the one before is logged; the processes that have that one neither write
 * nor conclude any more.
 *
 * @returns whether it is another one.
 */
export async function recordTreaty(engine: Engine): Promise<boolean> {
  const { ledger, sources, treaty } = engine;
  for (;;) {
    const before = (await ledger.readSetting(TREATY_SETTING)) ?? null;
    const isSame = before === treaty.hash;
    // Another process may start at the same time, with this treaty or with another one.
    if (isSame || (await changeTreaty(engine, typeof before === "string" ? before : null))) {
      await sources.refresh();
      return !isSame;
    }
  }
}

async function changeTreaty({ clock, ledger, treaty }: Engine, before: string | null): Promise<boolean> {
  const result = await ledger.commit({
    assumes: { treaty: before },
    // Also where it is the one by which everything was judged before the last: meanwhile things were judged by that.
    settings: { [TREATY_SETTING]: treaty.hash, [LOOKED_AGAIN_SETTING]: null },
    changes: [
      {
        kind: "TREATY_CHANGED",
        at: toTimestamp(clock.now()),
        actor: { kind: "gateway", id: "concordat" },
        before,
        after: treaty.hash,
        detail: { rules: treaty.rules.map((it) => it.name) },
      },
    ],
  });
  return result.ok;
}
