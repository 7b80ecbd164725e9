import { plainKey } from "../domain/field.ts";
import type { AssetState } from "../domain/state.ts";
import type { Treaty } from "../treaty/decision.ts";
import type { Finding } from "./plan-field.ts";
import { bindingOf, type SourceFacts, type SourceTable } from "./source-facts.ts";

/** Whether an asset is there at all is told under the field that only the source proving existence has. */
export const EXISTENCE_KEY = plainKey("schema");

/**
 * Whether the mirror holds an asset that is not there (ORPHAN), or lost one that is (MISSING_IN_MIRROR). Concluded only
 * from complete scans of every source that proves existence; otherwise null. "keep": an orphan that was told stays one for
 * whoever has not heard yet of the scans that told it.
 */
export function findingOfExistence(ground: {
  readonly treaty: Treaty;
  readonly state: AssetState;
  readonly sources: SourceTable;
  readonly mirror: SourceFacts;
}): Finding | null | "keep" {
  const { mirror, sources, state } = ground;
  if (mirror.capabilities.provesExistence) return null;
  const proving = [...sources.values()].filter((it) => it.capabilities.provesExistence);
  const authority = proving[0];
  if (!authority) return null;
  const exists = proving.some((it) => bindingOf(state, it.id)?.state === "present");
  const own = bindingOf(state, mirror.id);
  const finding = (kind: "ORPHAN" | "MISSING_IN_MIRROR", wanted: string | null, found: string | null): Finding => ({
    kind,
    state: "OPEN",
    rule: "existence",
    authority: authority.id,
    base: undefined,
    wanted,
    found,
    because: kind === "ORPHAN" ? `${authority.id} has no such asset` : `${mirror.id} no longer has the asset`,
  });
  if (own?.state === "present" && !exists && isGone(state, proving)) return finding("ORPHAN", null, state.asset.name);
  if (own?.state === "present" && !exists && state.drifts.some((it) => it.source === mirror.id && it.kind === "ORPHAN"))
    return "keep";
  if (own?.state === "missing" && exists) return finding("MISSING_IN_MIRROR", state.asset.name, null);
  return null;
}

/** Retired, or never seen by any source that proves existence although all of them have been scanned since it turned up. */
function isGone(state: AssetState, proving: readonly SourceFacts[]): boolean {
  if (state.asset.state === "RETIRED") return true;
  if (state.asset.state === "SUSPECTED" || proving.some((it) => bindingOf(state, it.id) !== undefined)) return false;
  return proving.every((it) => it.lastCompleteScanAt !== undefined && it.lastCompleteScanAt > state.asset.createdAt);
}
