import { updateSource } from "../delivery/update-source.ts";
import type { Actor, NewChange } from "../domain/change.ts";
import type { Decided } from "../domain/decided.ts";
import type { AssetId } from "../domain/ids.ts";
import type { GuardReview } from "../domain/review.ts";
import { reviewEntry } from "../plan/review-changes.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { ReviewDecision } from "../ports/gateway.ts";
import { type DirtyMark, type IdempotencyRecord, LOOKED_AGAIN_SETTING } from "../ports/ledger.ts";
import { MODES } from "../treaty/decision.ts";

/** How long what was released may wait for a source that does not answer; and for the scans that retire what is gone. */
const RELEASED_FOR_MS = { writes: 24 * 3_600_000, existence: 30 * 24 * 3_600_000 } as const;

/**
 * RELEASE lets what the review lists be done, each once, as it is listed, puts the source back into its mode, and arms the guard again:
 * what is not listed, or has changed since, counts anew. REJECT leaves the run stopped, until somebody sets the mode.
 */
export async function decideGuard(
  engine: Engine,
  review: GuardReview,
  { answer, reason }: ReviewDecision,
  actor: Actor,
  key: IdempotencyRecord | undefined,
): Promise<"closed" | undefined> {
  const now = engine.clock.now();
  const at = toTimestamp(now);
  const decided: Decided = {
    answer,
    by: actor,
    at,
    ...(reason === undefined ? {} : { reason }),
  };
  const next: GuardReview = { ...review, state: "DECIDED", closedAt: at, decided };
  const entry = reviewEntry("REVIEW_DECIDED", next, at);
  const { modeBefore, scope, source } = review;
  const idempotency = key ? [{ ...key, state: "done" as const, outcome: { review: review.id } }] : [];
  const isRelease = answer === "RELEASE";
  // In the same transaction, so that a process that dies now leaves nothing undone that was released.
  const dirty = isRelease && scope === "writes" ? await marksOf(engine, review) : [];
  const isDone = await updateSource(engine, source, (record) => {
    const mode = (isRelease && record.mode === "observe" && MODES.find((it) => it === modeBefore)) || record.mode;
    const change: NewChange = {
      kind: "SOURCE_MODE_CHANGED",
      at,
      actor,
      source,
      before: record.mode,
      after: mode,
      reason: `${review.id} was released`,
    };
    const released = isRelease ? { releasedUntil: now + RELEASED_FOR_MS[scope] } : {};
    return {
      record: { ...record, mode },
      changes: mode === record.mode ? [entry] : [entry, change],
      more: {
        reviews: [{ review: next, expects: "OPEN", ...released }],
        arm: isRelease ? [{ source, scope }] : [],
        idempotency,
        dirty,
        // What was judged while it was stopped is judged anew, listed or not.
        ...(mode === record.mode ? {} : { settings: { [LOOKED_AGAIN_SETTING]: null } }),
      },
    };
  });
  return isDone ? undefined : "closed";
}

const PAGE = 1_000;

/** All that the review lists, to be looked at again wherever it is. */
async function marksOf({ ledger, sources }: Engine, { id }: GuardReview): Promise<readonly DirtyMark[]> {
  const assets = new Set<AssetId>();
  for (let after: string | undefined, hasNext = true; hasNext; ) {
    const page = await ledger.pageReviewItems(id, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const { item } of page.items) assets.add(item.asset);
    ({ hasNext } = page);
    after = page.items.at(-1)?.cursor;
  }
  return [...assets].flatMap((asset) => sources.ids.map((source) => ({ asset, source, reread: true })));
}
