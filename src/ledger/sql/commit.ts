import type { Change } from "../../domain/change.ts";
import { takeFromRun } from "../../domain/guard-run.ts";
import type { Commit, CommitResult } from "../../ports/ledger.ts";
import { askThenWrite, type Judged, type Session } from "../statement.ts";
import { checkCommit } from "./check-commit.ts";
import { writeDrifts } from "./drifts.ts";
import { writeGuards } from "./guards.ts";
import { writeIdempotency } from "./idempotency.ts";
import { writeIntents } from "./intents.ts";
import { appendLog } from "./log.ts";
import { writeMarks } from "./marks.ts";
import { writeCarriedOut } from "./review-items.ts";
import { writeReviews } from "./reviews.ts";
import { writeSettings, writeSources } from "./settings.ts";
import { completeWork } from "./work.ts";
import { writeAssets } from "./write-assets.ts";
import { writeBindings } from "./write-bindings.ts";

/**
 * One transaction. It begins by locking the head of the log: commits run one after the other, so positions have no gaps, follow
 * the order of commits, and what is checked still holds when it is written. Nothing is written before everything is checked.
 */
export function commitAll(session: Session, commit: Commit): Promise<CommitResult> {
  return askThenWrite(session, async (tx): Promise<Judged<CommitResult>> => {
    const { head: before, refusal, runs, standing } = await checkCommit(tx, commit);
    if (refusal) return { value: refusal, writes: [] };
    const { guard } = commit;
    const taken = guard && standing && takeFromRun(standing, guard.at, guard.bounds, guard.changes);
    if (taken && !taken.ok) return { value: { reason: "guarded", ...taken }, writes: [] };
    const changes = placeChanges(commit, before);
    const head = before + changes.length;
    const { assets = [], carriedOut = [], completed = [], dirty = [] } = commit;
    const writes = [
      ...appendLog(changes),
      ...writeAssets(assets, head),
      ...writeBindings(assets),
      ...writeDrifts(assets, changes, head),
      ...completeWork(completed),
      ...writeMarks(dirty, head),
      ...writeIntents(commit, changes, head),
      ...writeIdempotency(commit),
      ...writeSources(commit.sources ?? []),
      ...writeSettings(commit.settings ?? {}),
      ...writeGuards(commit, taken, runs),
      ...writeReviews(commit.reviews ?? [], changes, head),
      ...writeCarriedOut(carriedOut),
    ];
    return { value: { ok: true, positions: changes.map((it) => it.position), head }, writes };
  });
}

/** @throws TypeError if an entry is said to be caused by one that does not precede it. */
function placeChanges(commit: Commit, head: number): readonly Change[] {
  return (commit.changes ?? []).map(({ causedBy, ...change }, index) => {
    const position = head + 1 + index;
    if (causedBy === undefined) return { ...change, position };
    const cause = typeof causedBy === "number" ? causedBy : head + 1 + causedBy.index;
    if (!(Number.isSafeInteger(cause) && cause >= 1 && cause < position)) {
      throw new TypeError(
        `Entry ${index} of the commit cannot be caused by entry ${cause}: it is not in the log before it.`,
      );
    }
    return { ...change, position, causedBy: cause };
  });
}
