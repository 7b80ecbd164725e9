import { record } from "../delivery/record.ts";
import { updateSource } from "../delivery/update-source.ts";
import type { NewChange } from "../domain/change.ts";
import type { Count, GuardEffect, GuardedChange, GuardScope, Trip } from "../domain/guard-run.ts";
import type { ReviewId, SourceId } from "../domain/ids.ts";
import type { GuardReview } from "../domain/review.ts";
import { reviewEntry } from "../plan/review-changes.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import { type Held, listHeld } from "./list-held.ts";

/** What a run would have exceeded. */
export interface Excess {
  readonly source: SourceId;
  readonly scope: GuardScope;
  readonly effect: GuardEffect;
  readonly spent: Count;
  readonly bound: Count;
}

/**
 * Stops before the one too many: the source goes back to `observe`, and its run is stopped, for every process and until a person has
 * answered. Says so in the log, once.
 *
 * @param held what is held back, if that is known already: then the review is opened in the same transaction.
 */
export async function tripGuard(engine: Engine, excess: Excess, held?: Held): Promise<void> {
  const { bound, effect, scope, source, spent } = excess;
  const at = toTimestamp(engine.clock.now());
  const id = `review:${engine.ids.ulid()}` as ReviewId;
  const isStopped = await updateSource(engine, source, (record) => {
    const isStill = record.mode === "observe" || record.mode === "pause";
    // Where nothing is written any more, there is nothing to stop.
    if (isStill && scope === "writes") return undefined;
    const mode = isStill ? record.mode : "observe";
    const trip: Trip = { at, effect, spent, bound, modeBefore: record.mode, review: held ? id : null };
    const entry: NewChange = {
      kind: "GUARD_TRIPPED",
      at,
      actor: { kind: "gateway", id: "concordat" },
      source,
      before: record.mode,
      after: mode,
      reason: `${TOO_MUCH[effect]} Answer the review of it: nothing more of the kind is done until then.`,
      detail: { scope, effect, spent: { ...spent }, bound: { ...bound } },
    };
    const review = held && toReview(id, { source, scope }, trip, held);
    return {
      record: { ...record, mode },
      changes: [entry, ...(review ? [reviewEntry("REVIEW_OPENED", review, at)] : [])],
      more: {
        trip: { source, scope, trip },
        ...(review ? { reviews: [{ review, expects: "none", items: held.listed }] } : {}),
      },
    };
  });
  if (isStopped) engine.report("warn", "guard-tripped", { source, scope, effect, spent, bound });
  else await engine.sources.refresh();
}

const TOO_MUCH: Readonly<Record<GuardEffect, string>> = {
  removal: "More would have been removed in one run than the treaty's guards allow.",
  rewrite: "More would have been replaced in one run than the treaty's guards allow.",
  retirement: "The listing lacks more assets at once than the treaty's guards allow.",
};

/**
 * Opens the review of a run of writes that was stopped and has none yet, with the list of what is held back. A process that dies
 * between the two leaves that to any other.
 */
export async function openWritesReview(engine: Engine, source: SourceId, signal: AbortSignal): Promise<void> {
  const place = { source, scope: "writes" } as const;
  const trip = (await engine.ledger.readRun(place))?.trip;
  if (!trip || trip.review !== null) return;
  const held = await listHeld(engine, source, trip.modeBefore, signal);
  if (signal.aborted) return;
  const id = `review:${engine.ids.ulid()}` as ReviewId;
  const at = toTimestamp(engine.clock.now());
  const review = toReview(id, place, trip, held, at);
  const result = await record(engine, {
    trip: { ...place, trip: { ...trip, review: id } },
    reviews: [{ review, expects: "none", items: held.listed }],
    changes: [reviewEntry("REVIEW_OPENED", review, at)],
  });
  if (result.ok) engine.bus.announce(result.head);
}

function toReview(
  id: ReviewId,
  { scope, source }: { readonly source: SourceId; readonly scope: GuardScope },
  { at, bound, effect, modeBefore, spent }: Trip,
  { listed, total }: { readonly listed: readonly GuardedChange[]; readonly total: number },
  openedAt = at,
): GuardReview {
  const because = `${TOO_MUCH[effect]} RELEASE lets what is listed be done, once; REJECT leaves it undone.`;
  const count = listed.length;
  return { id, kind: "GUARD", state: "OPEN", source, openedAt, because, scope, effect, spent, bound, modeBefore, total, listed: count }; // biome-ignore format: one glance
}
