import type { Change } from "../domain/change.ts";
import type { Wake } from "../ports/bus.ts";
import type { ChangeFilter, Ledger } from "../ports/ledger.ts";

/** Entries read at a time: what one follower holds in memory at most. */
const PAGE = 500;

export type LogReader = Pick<Ledger, "readLog">;

/** What a follower looks for. `narrow` may leave out entries early, `matches` decides. */
export interface Wanted {
  readonly narrow?: ChangeFilter;
  readonly matches: (change: Change) => boolean;
}

/**
 * Yields every wanted entry after `after`, in log order, without gap or repeat, until `signal` aborts. A signal of `wake` only says
 * "look again", so a doubled one is harmless. What has not been taken is not read: a slow reader costs one page.
 *
 * @param history reads what is past; asked with `narrow`.
 * @param tail reads what is new, once for all followers (see `shareTail`); asked without a filter.
 */
export async function* follow(
  { history, tail, wake }: { readonly history: LogReader; readonly tail: LogReader; readonly wake: Wake },
  after: number,
  wanted: Wanted,
  signal: AbortSignal,
): AsyncGenerator<Change, void, undefined> {
  let position = after;
  let live = false;
  while (!signal.aborted) {
    const seen = wake.count; // taken before the read, so nothing between the two is missed
    const { changes, scannedTo } = live
      ? await tail.readLog(position, PAGE)
      : await history.readLog(position, PAGE, wanted.narrow);
    for (const change of changes) {
      if (signal.aborted) return;
      if (wanted.matches(change)) yield change;
    }
    if (scannedTo > position) position = scannedTo;
    else if (live) await wake.changedSince(seen, signal);
    else live = true;
  }
}

/** Pages that are kept for followers who are a little behind. */
const KEPT_PAGES = 8;

interface TailRead {
  /** `wake.count` before the read began. */
  readonly seen: number;
  readonly page: ReturnType<LogReader["readLog"]>;
  empty: boolean | undefined;
}

/**
 * A reader of the newest entries that asks the ledger once for all who stand at the same position. A page that holds entries stays
 * true for ever; an empty one only until the log may have grown.
 */
export function shareTail(log: LogReader, wake: Wake): LogReader {
  const reads = new Map<string, TailRead>();
  return {
    readLog(position, limit) {
      const key = `${position}/${limit}`;
      const known = reads.get(key);
      if (known && (known.empty === false || known.seen === wake.count)) return known.page;
      const read: TailRead = { seen: wake.count, page: log.readLog(position, limit), empty: undefined };
      reads.delete(key);
      reads.set(key, read);
      const oldest = reads.keys().next().value;
      if (reads.size > KEPT_PAGES && oldest !== undefined) reads.delete(oldest);
      read.page.then(
        ({ changes }) => {
          read.empty = changes.length === 0;
        },
        () => {
          if (reads.get(key) === read) reads.delete(key);
        },
      );
      return read.page;
    },
  };
}
