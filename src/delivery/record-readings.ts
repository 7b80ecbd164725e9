import type { AssetState } from "../domain/state.ts";
import { NOTHING_TOLD } from "../plan/observe.ts";
import type { Engine } from "../ports/engine.ts";
import { applyReadings, type FreshReading, toMarks } from "./read-fresh.ts";
import { isCurrent, OutdatedTreaty } from "./record.ts";
import { updateAsset } from "./update-asset.ts";

/** What somebody read who only wanted to know. A process with an outdated treaty answers with it and concludes nothing from it. */
export async function recordReadings(
  engine: Engine,
  state: AssetState,
  readings: readonly FreshReading[],
): Promise<{ readonly state: AssetState; readonly isRecorded: boolean }> {
  const unrecorded = () => ({ state: applyReadings(engine, state, readings, NOTHING_TOLD).state, isRecorded: false });
  if (!isCurrent(engine)) return unrecorded();
  try {
    const updated = await updateAsset(
      engine,
      state.asset.id,
      (now, told) => {
        const observed = applyReadings(engine, now, readings, told);
        const dirty = toMarks(now.asset.id, observed);
        return { next: observed.state, commit: { changes: observed.changes, dirty }, value: undefined };
      },
      readings,
    );
    return { state: updated.ok ? updated.state : state, isRecorded: updated.ok };
  } catch (error) {
    if (error instanceof OutdatedTreaty) return unrecorded();
    throw error;
  }
}
