import type { NewChange } from "../domain/change.ts";
import type { SourceId } from "../domain/ids.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import type { GuardPlace, ReviewWrite } from "../ports/guard-ledger.ts";
import { type Ledger, LOOKED_AGAIN_SETTING, type SourceRecord } from "../ports/ledger.ts";
import { armGuards } from "../reconcile/arm-guards.ts";
import type { Mode } from "../treaty/decision.ts";

const SETTING = "configuredModes";

/**
 * Brings into the ledger the modes that somebody has changed in the config file since the last start. Otherwise the mode
 * that was set in the running gateway holds.
 *
 * @param at RFC 3339, UTC.
 * @returns whether a source now has another mode.
 */
export async function applyConfiguredModes(
  ledger: Ledger,
  configured: ReadonlyMap<SourceId, Mode>,
  at: string,
): Promise<boolean> {
  for (;;) {
    const applied = await applyOnce(ledger, configured, at);
    if (applied !== undefined) return applied;
  }
}

/** Undefined: somebody else changed a source meanwhile, perhaps another process that starts with the same file. */
async function applyOnce(
  ledger: Ledger,
  configured: ReadonlyMap<SourceId, Mode>,
  at: string,
): Promise<boolean | undefined> {
  const setting = await ledger.readSetting(SETTING);
  const last: Readonly<Record<string, Json>> = isJsonObject(setting) ? setting : {};
  const known = new Map((await ledger.readSources()).map((it) => [it.id, it]));
  const sources: SourceRecord[] = [];
  const changes: NewChange[] = [];
  const arm: GuardPlace[] = [];
  const reviews: ReviewWrite[] = [];
  for (const [id, mode] of configured) {
    const record = known.get(id);
    if (record && last[id] !== undefined && last[id] !== mode && record.mode !== mode) {
      sources.push({ ...record, mode });
      const armed = await armGuards(ledger, id, mode, at);
      changes.push(modeChanged(id, record.mode, mode, at), ...armed.changes);
      arm.push(...(armed.more.arm ?? []));
      reviews.push(...(armed.more.reviews ?? []));
    }
  }
  const modes = Object.fromEntries(configured);
  const result = await ledger.commit({
    sources,
    changes,
    arm,
    reviews,
    settings: { [SETTING]: modes, ...(changes.length > 0 && { [LOOKED_AGAIN_SETTING]: null }) },
  });
  return result.ok ? changes.length > 0 : undefined;
}

function modeChanged(source: SourceId, before: Mode, after: Mode, at: string): NewChange {
  const actor = { kind: "gateway", id: "concordat" } as const;
  return { kind: "SOURCE_MODE_CHANGED", at, actor, source, before, after, reason: "changed in the config file" };
}
