import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import type { Scanner } from "../reconcile/scanner.ts";
import type { WatchedSource } from "./watched-source.ts";

/** How often sources that fail are asked how they are, and others that nobody has asked lately: milliseconds. */
const LOOK_EVERY_MS = 5_000;
const ASK_IDLE_AFTER_MS = 30_000;
/** A source that says it is well again is scanned no sooner than this after the last scan for that reason. */
const RESCAN_AFTER_MS = 30_000;

/**
 * Asks the sources how they are, so that one that dies while nobody needs it is known to be dead, and one that comes back
 * is used again at once: it is scanned, and what waited for it is worked off. Until aborted; paused sources are left alone.
 */
export async function monitorSources(
  { clock, report, sources }: Pick<Engine, "clock" | "report" | "sources">,
  watched: ReadonlyMap<SourceId, WatchedSource>,
  scanner: Pick<Scanner, "scan">,
  signal: AbortSignal,
): Promise<void> {
  const rescannedAt = new Map<SourceId, number>();
  const look = async (id: SourceId, source: WatchedSource): Promise<void> => {
    if (sources.table().get(id)?.mode === "pause") return;
    const wasFailing = source.failing;
    if (!wasFailing && clock.now() - source.heardAt < ASK_IDLE_AFTER_MS) return;
    const error = await source.health(signal);
    if (error || !wasFailing) return;
    if (clock.now() - (rescannedAt.get(id) ?? Number.NEGATIVE_INFINITY) < RESCAN_AFTER_MS) return;
    rescannedAt.set(id, clock.now());
    await scanner.scan(id);
  };
  const keepLooking = async (id: SourceId, source: WatchedSource): Promise<void> => {
    while (!signal.aborted) {
      try {
        await look(id, source);
      } catch (error) {
        if (!signal.aborted) report("error", "source-check-failed", { source: id, error: String(error) });
      }
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  };
  await Promise.all([...watched].map(([id, source]) => keepLooking(id, source)));
}
