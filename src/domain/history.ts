/**
 * One life of a ledger: from its beginning, or from the moment at which it was restored from a backup, up to the next such
 * moment. Positions that a lost life had after the backup are given again, to other entries.
 */
export interface Epoch {
  /** Empty: the first one. */
  readonly id: string;
  /** The log's head when it began: its entries come after. */
  readonly from: number;
}

/** All lives of a ledger that are not lost, the present one last. Never empty. */
export type History = readonly [Epoch, ...Epoch[]];

export const NEVER_RESTORED: History = [{ id: "", from: 0 }];

/** The life in which the entry at `position` was written. */
export function epochAt(history: History, position: number): Epoch {
  return history.findLast((it) => it.from < position) ?? history[0];
}

export function presentEpoch(history: History): Epoch {
  return history.at(-1) ?? history[0];
}

/** Whether the log still holds what stood at `position` in the life called `epoch`. What lies after the log's end is not judged. */
export function isKept(history: History, epoch: string, position: number): boolean {
  const index = history.findIndex((it) => it.id === epoch);
  if (index < 0) return false;
  const next = history[index + 1];
  return next === undefined || position <= next.from;
}
