import type { Standing } from "../../domain/guard-run.ts";
import type { AssetUpdate, Commit, CommitResult } from "../../ports/ledger.ts";
import { type Session, type Slots, sideBySide, statement } from "../statement.ts";
import { checkClaims } from "./check-claims.ts";
import { checkTrip, type RunsBefore, readRun, readStanding } from "./guards.ts";
import { checkIdempotency } from "./idempotency.ts";
import { checkIntents, checkMade } from "./intents.ts";
import { checkUnder } from "./leases.ts";
import { lockHead } from "./log.ts";
import { checkReviews } from "./reviews.ts";
import { checkAssumptions, checkSources } from "./settings.ts";
import { checkLeases } from "./work.ts";

export type Refusal = Extract<CommitResult, { ok: false }>;

/** What a commit is judged by besides its refusals. */
export interface Checked {
  readonly head: number;
  readonly refusal: Refusal | undefined;
  /** Of the run that the commit takes from, if it takes from one. */
  readonly standing: Standing | undefined;
  readonly runs: RunsBefore;
}

/** Locks the head, so that no other commit changes what is judged here, and says the first reason why the commit cannot be made. */
export async function checkCommit(session: Session, commit: Commit): Promise<Checked> {
  const { guard, trip } = commit;
  const [head, standing, stopped, ...refusals] = await sideBySide(session, [
    () => lockHead(session),
    async () => guard && readStanding(session, guard),
    async () => trip && readRun(session, trip),
    () => checkLeases(session, [...(commit.completed ?? []), ...(commit.working ?? [])]),
    () => checkUnder(session, commit.under ?? []),
    () => checkAssumptions(session, commit.assumes),
    () => checkSources(session, commit.sources ?? []),
    () => checkRevisions(session, commit.assets ?? []),
    () => checkClaims(session, commit.claims ?? []),
    () => checkIntents(session, commit),
    () => checkMade(session, commit),
    () => checkIdempotency(session, commit),
    () => checkReviews(session, commit.reviews ?? []),
  ]);
  return {
    head,
    refusal: refusals.find((it) => it !== undefined) ?? checkTrip(commit, stopped),
    standing: standing && { ...standing, head },
    runs: { spent: standing?.run, stopped },
  };
}

const readRevisions = statement((db, slots: Slots<{ ids: readonly string[] }>) =>
  db
    .selectFrom("asset")
    .select(["id", "revision"])
    .where(({ ref }) => slots.among(ref("id"), "ids")),
);

async function checkRevisions(session: Session, updates: readonly AssetUpdate[]): Promise<Refusal | undefined> {
  if (updates.length === 0) return undefined;
  const ids = updates.map((it) => it.id);
  if (new Set(ids).size < ids.length) throw new TypeError("A commit updates an asset at most once.");
  const revisionById = new Map((await readRevisions(session, { ids })).map((it) => [it.id, it.revision]));
  const refused = updates.find((it) => (revisionById.get(it.id) ?? 0) !== it.expectedRevision);
  if (refused) return { ok: false, reason: "revision", asset: refused.id };
  const nameless = updates.find((it) => it.expectedRevision === 0 && !it.asset);
  if (nameless) throw new TypeError(`${nameless.id} is new, so the commit must say what it is.`);
  return undefined;
}
