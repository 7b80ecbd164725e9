import type { Change } from "../../domain/change.ts";
import type { Commit, CommitResult } from "../../ports/ledger.ts";
import { inTransaction, type Session, sideBySide } from "../statement.ts";
import { checkCommit } from "./check-commit.ts";
import { writeDrifts } from "./drifts.ts";
import { takeGuarded, writeGuards } from "./guards.ts";
import { writeIdempotency } from "./idempotency.ts";
import { writeIntents } from "./intents.ts";
import { appendLog, lockHead } from "./log.ts";
import { writeMarks } from "./marks.ts";
import { writeCarriedOut } from "./review-items.ts";
import { writeReviews } from "./reviews.ts";
import { writeSettings, writeSources } from "./settings.ts";
import { completeWork } from "./work.ts";
import { writeAssets } from "./write-assets.ts";
import { writeBindings } from "./write-bindings.ts";

/**
 * One transaction. It begins by locking the head of the log: commits run one after the other, so positions have no gaps, follow
 * the order of commits, and what is checked still holds when it is written. Nothing is written before everything is checked. What is written goes to tables of its own,
 * so its order does not matter.
 */
export function commitAll(session: Session, commit: Commit): Promise<CommitResult> {
  return inTransaction(session, async (tx): Promise<CommitResult> => {
    const before = await lockHead(tx);
    const refusal = await checkCommit(tx, commit);
    if (refusal) return refusal;
    const taken = commit.guard && (await takeGuarded(tx, commit.guard, before));
    if (taken && !taken.ok) return { reason: "guarded", ...taken };
    const changes = placeChanges(commit, before);
    const head = before + changes.length;
    const {
      assets = [],
      carriedOut = [],
      completed = [],
      dirty = [],
      reviews = [],
      settings = {},
      sources = [],
    } = commit;
    await sideBySide<void>(tx, [
      async () => void (changes.length > 0 && (await appendLog(tx, changes))),
      () => writeAssets(tx, assets, head),
      () => writeBindings(tx, assets),
      () => writeDrifts(tx, assets, changes, head),
      async () => {
        await completeWork(tx, completed);
        await writeMarks(tx, dirty, head);
      },
      () => writeIntents(tx, commit, changes, head),
      () => writeIdempotency(tx, commit),
      () => writeSources(tx, sources),
      () => writeSettings(tx, settings),
      async () => {
        await writeGuards(tx, commit, taken);
        await writeReviews(tx, reviews, changes, head);
        await writeCarriedOut(tx, carriedOut);
      },
    ]);
    return { ok: true, positions: changes.map((it) => it.position), head };
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
