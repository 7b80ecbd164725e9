import { record } from "../delivery/record.ts";
import { type GuardedChange, isOverBound } from "../domain/guard-run.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import type { GuardReview } from "../domain/review.ts";
import { EXISTENCE_KEY } from "../plan/plan-existence.ts";
import { reviewEntry } from "../plan/review-changes.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { GuardSpend } from "../ports/guard-ledger.ts";
import type { BindingDigest } from "../ports/ledger.ts";
import type { SourceError } from "../ports/source.ts";
import { boundsNow } from "./guard.ts";
import { type Held, MOST_LISTED } from "./list-held.ts";
import { tripGuard } from "./trip-guard.ts";

/** That an asset is taken to be gone. What a person released holds as long as it has not been seen since. */
export function retirementOf(asset: AssetId, lastSeenAt: string): GuardedChange {
  return { asset, key: EXISTENCE_KEY, effect: "retirement", before: lastSeenAt, after: null };
}

/** A retirement as a commit takes it from the run. */
export async function spendRetirement(engine: Engine, source: SourceId): Promise<Omit<GuardSpend, "changes">> {
  return { source, scope: "existence", at: engine.clock.now(), bounds: await boundsNow(engine, source) };
}

/**
 * Before anything is concluded from a listing: whether it lacks more than the guards allow at once. Then nothing is, and a person is
 * asked. A listing that lacks nothing new any more takes the question back.
 *
 * @param unseen all that the listing lacks, page by page.
 * @returns why nothing may be concluded.
 */
export async function guardListing(
  engine: Engine,
  source: SourceId,
  unseen: AsyncIterable<readonly BindingDigest[]>,
): Promise<SourceError | undefined> {
  const place = { source, scope: "existence" } as const;
  const fresh = await gather(unseen, (it) => it.misses === 0);
  const trip = (await engine.ledger.readRun(place))?.trip;
  if (fresh.total === 0) {
    if (trip) await withdraw(engine, source);
    return undefined;
  }
  const bound = (await boundsNow(engine, source, true)).retirement;
  if (trip) return lacksTooMuch(bound.changes);
  const held = leaveOut(fresh, await engine.ledger.listReleased(place, engine.clock.now()));
  const count = { changes: held.total, assets: held.total };
  if (!isOverBound(count, bound)) return undefined;
  await tripGuard(engine, { ...place, effect: "retirement", spent: count, bound }, held);
  return lacksTooMuch(bound.changes);
}

/** The run had no room for one more: nothing more is concluded, and a person is asked about all that is left. */
export async function stopSweep(
  engine: Engine,
  source: SourceId,
  unseen: AsyncIterable<readonly BindingDigest[]>,
): Promise<SourceError> {
  const place = { source, scope: "existence" } as const;
  const bound = (await boundsNow(engine, source)).retirement;
  const run = await engine.ledger.readRun(place);
  const held = await gather(unseen, () => true);
  const spent = run?.spent.retirement ?? { changes: 0, assets: 0 };
  if (!run?.trip) await tripGuard(engine, { ...place, effect: "retirement", spent, bound }, held);
  return lacksTooMuch(bound.changes);
}

async function gather(
  unseen: AsyncIterable<readonly BindingDigest[]>,
  isHeld: (digest: BindingDigest) => boolean,
): Promise<Held> {
  const listed: GuardedChange[] = [];
  let total = 0;
  for await (const page of unseen) {
    const held = page.filter(isHeld);
    total += held.length;
    for (const it of held.slice(0, MOST_LISTED - listed.length)) listed.push(retirementOf(it.asset, it.observedAt));
  }
  return { listed, total };
}

/** Without what a person released, as long as it has not been seen since. */
function leaveOut({ listed, total }: Held, released: readonly GuardedChange[]): Held {
  if (released.length === 0) return { listed, total };
  const lastSeen = new Map(released.map((it) => [it.asset, it.before]));
  const left = listed.filter((it) => lastSeen.get(it.asset) !== it.before);
  return { listed: left, total: total - listed.length + left.length };
}

function lacksTooMuch(bound: number): SourceError {
  const message = `The listing lacks more assets at once than the treaty's guards allow (${bound}, or the percentage); none of them is taken to be gone. Look at the source; if they are gone, release the review of it.`;
  return { code: "protocol", message };
}

/** The question has gone away; the mode stays as it is, for a person to set. */
async function withdraw(engine: Engine, source: SourceId): Promise<void> {
  const place = { source, scope: "existence" } as const;
  const id = (await engine.ledger.readRun(place))?.trip?.review;
  const [review] = id ? await engine.ledger.loadReviews([id]) : [];
  const at = toTimestamp(engine.clock.now());
  if (review?.kind !== "GUARD" || review.state !== "OPEN") {
    await record(engine, { arm: [place] });
    return;
  }
  const because = "The listing lacks nothing new any more.";
  const next: GuardReview = { ...review, state: "WITHDRAWN", closedAt: at, because };
  const result = await record(engine, {
    arm: [place],
    reviews: [{ review: next, expects: "OPEN" }],
    changes: [reviewEntry("REVIEW_WITHDRAWN", next, at)],
  });
  if (result.ok) engine.bus.announce(result.head);
}
