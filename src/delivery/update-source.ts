import type { NewChange } from "../domain/change.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import type { Commit, SourceRecord } from "../ports/ledger.ts";
import { record } from "./record.ts";

export interface SourceUpdate {
  readonly record: SourceRecord;
  readonly changes?: readonly NewChange[];
  /** What belongs to the same transaction. */
  readonly more?: Omit<Commit, "changes" | "sources">;
}

/** Times that a step is worked out anew because somebody else changed the source meanwhile. */
const MAX_TRIES = 50;

/**
 * Changes what the ledger holds of a source; worked out anew when somebody was quicker, in this process or another, so that the
 * end of a scan does not undo the mode that somebody sets meanwhile.
 *
 * @param step undefined from it, or a source that the ledger does not know: nothing to record.
 * @param commit what else belongs to the same transaction.
 * @returns whether something was recorded.
 * @throws OutdatedTreaty if another treaty is in force.
 * @throws Error when the source changes faster than it can be recorded, or the ledger fails.
 */
export async function updateSource(
  engine: Pick<Engine, "bus" | "ledger" | "sources" | "treaty">,
  id: SourceId,
  step: (record: SourceRecord) => SourceUpdate | undefined,
  commit: Pick<Commit, "under"> = {},
): Promise<boolean> {
  const { bus, ledger, sources } = engine;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const before = (await ledger.readSources()).find((it) => it.id === id);
    const update = before && step(before);
    if (!update) return false;
    const result = await record(engine, {
      ...update.more,
      ...commit,
      sources: [update.record],
      changes: update.changes ?? [],
    });
    if (!result.ok && result.reason === "source-revision") continue;
    await sources.refresh();
    if (result.ok) bus.announce(result.head);
    return result.ok;
  }
  throw new Error(`${id} changed ${MAX_TRIES} times while one change of it was being recorded`);
}
