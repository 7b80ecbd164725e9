import type { Change } from "../domain/change.ts";
import { DRIFT_STATES, type Drift } from "../domain/drift.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Wake } from "../ports/bus.ts";
import type { DriftFilter, Ledger } from "../ports/ledger.ts";
import { follow, type LogReader } from "./change-feed.ts";
import { compileDriftFilter } from "./feed-filter.ts";

export interface DriftOccurrence {
  readonly type: "OPENED" | "CHANGED" | "RESOLVED";
  readonly drift: Drift;
  /** Go on from here. `initialAfter`: with the rest of the initial drift after this cursor of the ledger's list, then with the log. */
  readonly cursor: { readonly position: number; readonly initialAfter?: string };
}

export interface DriftFeedDeps {
  readonly ledger: Pick<Ledger, "pageDrifts" | "readLog">;
  readonly tail: LogReader;
  readonly wake: Wake;
}

const PAGE = 200;
const TYPE_BY_KIND = { DRIFT_OPENED: "OPENED", DRIFT_CHANGED: "CHANGED", DRIFT_RESOLVED: "RESOLVED" } as const;
const DRIFT_ENTRIES = ["DRIFT_OPENED", "DRIFT_CHANGED", "DRIFT_RESOLVED"] as const;

/**
 * Yields what happens to drift after log position `from.position`, in log order, until `signal` aborts. With `from.initial` first the
 * drift that is open, `after` a cursor of the ledger's list: what the log tells of after that position is left to the log, so that
 * nothing is told twice.
 *
 * @throws TypeError if a pattern of `filter` is malformed.
 */
export async function* followDrifts(
  deps: DriftFeedDeps,
  filter: DriftFilter,
  from: { readonly position: number; readonly initial?: { readonly after?: string } },
  signal: AbortSignal,
): AsyncGenerator<DriftOccurrence, void, undefined> {
  const matches = compileDriftFilter(filter);
  if (from.initial) yield* initialDrift(deps, filter, from.position, from.initial.after, signal);
  const narrow = { kinds: DRIFT_ENTRIES, ...(filter.assets && { assets: filter.assets }) };
  const wanted = {
    narrow,
    matches: (change: Change) => {
      const drift = driftOf(change);
      return drift !== undefined && matches({ drift, name: change.name });
    },
  };
  for await (const change of follow(
    { history: deps.ledger, tail: deps.tail, wake: deps.wake },
    from.position,
    wanted,
    signal,
  )) {
    const type = TYPE_BY_KIND[change.kind as keyof typeof TYPE_BY_KIND];
    yield { type, drift: driftOf(change) as Drift, cursor: { position: change.position } };
  }
}

async function* initialDrift(
  { ledger }: DriftFeedDeps,
  filter: DriftFilter,
  position: number,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<DriftOccurrence, void, undefined> {
  const states = (filter.states ?? DRIFT_STATES).filter((it) => it !== "RESOLVED");
  if (states.length === 0) return;
  const toldByLog = new Set<string>();
  let scanned = position;
  let cursor = after;
  while (!signal.aborted) {
    const page = await ledger.pageDrifts(
      { ...filter, states },
      { limit: PAGE, ...(cursor !== undefined && { after: cursor }) },
    );
    scanned = await collectDrifts(ledger, scanned, toldByLog); // after the page, so that it covers all that the page may show
    for (const it of page.items) {
      if (signal.aborted) return;
      cursor = it.cursor;
      if (!toldByLog.has(it.item.id))
        yield { type: "OPENED", drift: it.item, cursor: { position, initialAfter: cursor } };
    }
    if (!page.hasNext) return;
  }
}

/** Adds the drift that the log tells of after `position`, and answers with how far it looked. */
async function collectDrifts(ledger: DriftFeedDeps["ledger"], position: number, into: Set<string>): Promise<number> {
  for (let at = position; ; ) {
    const { changes, scannedTo } = await ledger.readLog(at, 500, { kinds: DRIFT_ENTRIES });
    for (const change of changes) if (change.drift !== undefined) into.add(change.drift);
    if (scannedTo <= at) return at;
    at = scannedTo;
  }
}

function driftOf(change: Change): Drift | undefined {
  if (!Object.hasOwn(TYPE_BY_KIND, change.kind) || !isJsonObject(change.detail)) return undefined;
  return change.detail as object as Drift; // the log's own entry: its `detail` is the whole drift
}
