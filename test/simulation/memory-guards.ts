import type { Change } from "../../src/domain/change.ts";
import {
  type GuardedChange,
  type GuardRun,
  isQuiet,
  NOTHING_SPENT,
  type Taken,
  takeFromRun,
} from "../../src/domain/guard-run.ts";
import type { ReviewId } from "../../src/domain/ids.ts";
import type { Review } from "../../src/domain/review.ts";
import type { GuardCommit, GuardPlace, GuardRefusal, GuardSpend, ReviewFilter } from "../../src/ports/guard-ledger.ts";
import type { Page, PageRequest } from "../../src/ports/ledger.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** See `src/ledger/sql/guards.ts`. */
export interface RunRow {
  readonly run: GuardRun;
  readonly counted: readonly Pick<GuardedChange, "asset" | "key" | "effect">[];
}

export interface ReviewRow {
  readonly review: Review;
  readonly position: number;
  readonly items: readonly GuardedChange[];
  /** Items that may be done without counting, each once. */
  readonly released: readonly GuardedChange[];
  readonly releasedUntil: number;
}

export function placeKey({ scope, source }: GuardPlace): string {
  return `${source} ${scope}`;
}

export function takeGuarded(tables: MemoryTables, spend: GuardSpend): Taken {
  const { at, bounds, changes, scope, source } = spend;
  const row = tables.runs.get(placeKey(spend));
  const released = listReleased(tables, spend, at);
  const position = row?.run.position ?? 0;
  const isWorkLeft =
    row !== undefined &&
    scope === "writes" &&
    isQuiet(row.run, at) &&
    [...tables.work.values()].some((it) => it.source === source && it.position <= position);
  const standing = { run: row?.run, counted: row?.counted ?? [], released, isWorkLeft, head: tables.log.length };
  return takeFromRun(standing, at, bounds, changes);
}

export function listReleased(tables: MemoryTables, place: GuardPlace, at: number): readonly GuardedChange[] {
  return [...tables.reviews.values()].flatMap(({ released, releasedUntil, review }) => {
    const isOfPlace = review.kind === "GUARD" && placeKey(review) === placeKey(place);
    return isOfPlace && releasedUntil > at ? released : [];
  });
}

export function checkGuards(
  tables: MemoryTables,
  { reviews = [], trip: wanted }: GuardCommit,
): GuardRefusal | undefined {
  for (const { expects, review } of reviews) {
    const standing = tables.reviews.get(review.id)?.review;
    if (expects !== undefined && (standing?.state ?? "none") !== expects)
      return { ok: false, reason: "review", review: standing };
  }
  const trip = wanted && tables.runs.get(placeKey(wanted))?.run.trip;
  const isLater = trip !== undefined && (trip.review !== null || wanted?.trip.review === null);
  return isLater ? { ok: false, reason: "tripped" } : undefined;
}

export function writeGuards(
  tables: MemoryTables,
  { arm = [], carriedOut = [], guard, reviews = [], trip }: GuardCommit,
  taken: Taken | undefined,
  changes: readonly Change[],
): void {
  for (const place of arm) tables.runs.delete(placeKey(place));
  if (guard && taken?.ok && taken.run) {
    const row = tables.runs.get(placeKey(guard));
    const before = row?.run.startedAt === taken.run.startedAt ? row.counted : [];
    tables.runs.set(placeKey(guard), { run: taken.run, counted: [...before, ...taken.counted] });
  }
  if (trip) {
    const at = Date.parse(trip.trip.at);
    const row = tables.runs.get(placeKey(trip));
    const run = row?.run ?? { startedAt: at, lastAt: at, position: 0, spent: NOTHING_SPENT };
    tables.runs.set(placeKey(trip), { run: { ...run, trip: trip.trip }, counted: row?.counted ?? [] });
  }
  for (const { items = [], releasedUntil, review } of reviews) {
    const row = tables.reviews.get(review.id);
    const isOpenedAnew = row?.review.openedAt !== review.openedAt;
    const entry = changes.findLast((it) => it.review === review.id)?.position ?? tables.log.length;
    tables.reviews.set(review.id, {
      review,
      position: row && !isOpenedAnew ? row.position : entry,
      items: row?.items ?? items,
      released: releasedUntil === undefined ? (row?.released ?? []) : (row?.items ?? items),
      releasedUntil: releasedUntil ?? row?.releasedUntil ?? 0,
    });
  }
  for (const done of carriedOut) {
    for (const [id, row] of tables.reviews) {
      const { review } = row;
      if (review.kind !== "GUARD" || review.source !== done.source || review.scope !== done.scope) continue;
      const released = row.released.filter((it) => it.asset !== done.asset || it.key !== done.key);
      if (released.length < row.released.length) tables.reviews.set(id, { ...row, released });
    }
  }
}

export function pageReviews(tables: MemoryTables, filter: ReviewFilter, { after, limit }: PageRequest): Page<Review> {
  if (filter.names ?? filter.fields ?? filter.since ?? filter.until)
    throw new Error("A ledger in memory knows no such filter of reviews.");
  const { assets, kinds, sources, states } = filter;
  const found = [...tables.reviews.values()]
    .sort((left, right) => left.position - right.position || (left.review.id < right.review.id ? -1 : 1))
    .filter(({ review }) => (kinds?.includes(review.kind) ?? true) && (states?.includes(review.state) ?? true))
    .filter(({ review }) => sources?.includes(review.source) ?? true)
    .filter(({ review }) => assets === undefined || (review.kind === "FIELD" && assets.includes(review.asset)));
  const start = after === undefined ? 0 : found.findIndex((it) => it.review.id === after) + 1;
  const items = found.slice(start, start + limit).map(({ review }) => ({ item: review, cursor: review.id }));
  return { items, hasNext: start + limit < found.length, hasPrevious: start > 0 };
}

export function pageReviewItems(
  tables: MemoryTables,
  review: ReviewId,
  { after, limit }: PageRequest,
): Page<GuardedChange> {
  const items = tables.reviews.get(review)?.items ?? [];
  const start = after === undefined ? 0 : Number(after) + 1;
  const page = items.slice(start, start + limit).map((item, index) => ({ item, cursor: String(start + index) }));
  return { items: page, hasNext: start + limit < items.length, hasPrevious: start > 0 };
}
