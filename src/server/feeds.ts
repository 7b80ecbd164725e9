import { isDeepStrictEqual } from "node:util";
import type { SourceId } from "../domain/ids.ts";
import { follow, shareTail } from "../log/change-feed.ts";
import { followDrifts } from "../log/drift-feed.ts";
import { compileChangeFilter } from "../log/feed-filter.ts";
import { followReviews } from "../log/review-feed.ts";
import type { Wake } from "../ports/bus.ts";
import type { Gateway, SourceView } from "../ports/gateway.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Feeds } from "./context.ts";
import type { SourceEventModel } from "./models.ts";

export interface FeedDeps {
  readonly ledger: Pick<Ledger, "readLog" | "pageDrifts">;
  readonly gateway: Pick<Gateway, "sources">;
  /** Says that the log has grown. */
  readonly wake: Wake;
  /** Each says that a source's health or scan may be another one. */
  readonly sourcesChanged: readonly Wake[];
}

/** What subscriptions follow. All followers of the newest entries share their reads of the log. */
export function createFeeds({ ledger, gateway, wake, sourcesChanged }: FeedDeps): Feeds {
  const tail = shareTail(ledger, wake);
  return {
    changes: (filter, after, signal) =>
      follow({ history: ledger, tail, wake }, after, compileChangeFilter(filter), signal),
    drifts: (filter, { position, initialAfter }, initial, signal) =>
      followDrifts(
        { ledger, tail, wake },
        filter,
        {
          position,
          ...(initial && { initial: {} }),
          ...(initialAfter !== undefined && { initial: { after: initialAfter } }),
        },
        signal,
      ),
    reviews: (filter, after, signal) => followReviews({ history: ledger, tail, wake }, filter, after, signal),
    sources: (signal) => followSources(gateway, [wake, ...sourcesChanged], signal),
  };
}

/** Yields every source as it is, then each one again whenever it differs from what was yielded last. */
async function* followSources(
  gateway: Pick<Gateway, "sources">,
  wakes: readonly Wake[],
  signal: AbortSignal,
): AsyncGenerator<SourceEventModel, void, undefined> {
  const told = new Map<SourceId, SourceView>();
  while (!signal.aborted) {
    const seen = wakes.map((it) => it.count); // taken before the look, so nothing between the two is missed
    for (const view of gateway.sources()) {
      const before = told.get(view.id);
      if (before && isDeepStrictEqual(before, view)) continue;
      told.set(view.id, view);
      yield { type: before ? "CHANGED" : "CURRENT", source: { id: view.id, view } };
    }
    await anyChanged(wakes, seen, signal);
  }
}

/** The waits on the other signals end with the one that was raised, so that they do not pile up. */
async function anyChanged(wakes: readonly Wake[], seen: readonly number[], signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  await Promise.race(wakes.map((it, index) => it.changedSince(seen[index] ?? 0, either)));
  enough.abort();
}
