import type { NewChange } from "../domain/change.ts";
import { GUARD_SCOPES } from "../domain/guard-run.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Review } from "../domain/review.ts";
import { reviewEntry } from "../plan/review-changes.ts";
import type { GuardCommit } from "../ports/guard-ledger.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Mode } from "../treaty/decision.ts";

/**
 * What belongs to setting the mode of a source: a person who lets it be written again begins new runs in it, and takes back what they
 * were asked about the old ones.
 *
 * @param at RFC 3339, UTC.
 */
export async function armGuards(
  ledger: Ledger,
  source: SourceId,
  mode: Mode,
  at: string,
): Promise<{ readonly changes: readonly NewChange[]; readonly more: Pick<GuardCommit, "arm" | "reviews"> }> {
  if (mode === "observe" || mode === "pause") return { changes: [], more: {} };
  const arm = GUARD_SCOPES.map((scope) => ({ source, scope }));
  const open = await ledger.pageReviews({ kinds: ["GUARD"], states: ["OPEN"], sources: [source] }, { limit: 10 });
  const because = `The source was set to ${mode}.`;
  const withdrawn = open.items.map(({ item }): Review => ({ ...item, state: "WITHDRAWN", closedAt: at, because }));
  return {
    changes: withdrawn.map((it) => reviewEntry("REVIEW_WITHDRAWN", it, at)),
    more: { arm, reviews: withdrawn.map((review) => ({ review, expects: "OPEN" })) },
  };
}
