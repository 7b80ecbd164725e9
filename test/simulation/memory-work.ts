import type { SourceId } from "../../src/domain/ids.ts";
import type { CommitResult, DirtyMark, WorkItem } from "../../src/ports/ledger.ts";
import type { MemoryTables, WorkRow } from "./memory-tables.ts";

type Refusal = Extract<CommitResult, { ok: false }>;

const slot = (it: { readonly asset: string; readonly source: string }): string => `${it.asset} ${it.source}`;

export function writeMarks(tables: MemoryTables, marks: readonly DirtyMark[], position: number): void {
  const merged = new Map<string, DirtyMark & { readonly dueAt: number }>();
  for (const mark of marks) {
    const same = merged.get(slot(mark));
    merged.set(slot(mark), {
      ...mark,
      dueAt: Math.min(mark.dueAt ?? 0, same?.dueAt ?? Number.MAX_SAFE_INTEGER),
      reread: mark.reread || same?.reread === true,
    });
  }
  for (const [key, mark] of merged) tables.work.set(key, markRow(tables.work.get(key), mark, position));
}

/** Unclaimed work takes the mark in; claimed work keeps it for later, because its worker may have read too early. */
function markRow(row: WorkRow | undefined, mark: DirtyMark & { readonly dueAt: number }, position: number): WorkRow {
  if (!row) {
    const { asset, dueAt, reread, source } = mark;
    const fresh = {
      token: 0,
      holder: null,
      attempts: 0,
      dirty: 1,
      claimedDirty: 0,
      nextDueAt: null,
      nextReread: false,
    };
    return { asset, source, reread, position, availableAt: dueAt, ...fresh };
  }
  // What waits stays as old as it is: a guard's run asks whether work of then is left.
  const oldest = row.holder === null ? Math.min(row.position, position) : position;
  const marked = { ...row, dirty: row.dirty + 1, position: oldest };
  if (row.holder === null) {
    return { ...marked, availableAt: Math.min(row.availableAt, mark.dueAt), reread: row.reread || mark.reread };
  }
  return {
    ...marked,
    nextDueAt: Math.min(row.nextDueAt ?? mark.dueAt, mark.dueAt),
    nextReread: row.nextReread || mark.reread,
  };
}

export function checkLeases(tables: MemoryTables, items: readonly WorkItem[]): Refusal | undefined {
  const lost = items.some((it) => {
    const row = tables.work.get(slot(it));
    return !row || row.holder === null || row.token !== it.token;
  });
  return lost ? { ok: false, reason: "lease-lost" } : undefined;
}

export function completeWork(tables: MemoryTables, completed: readonly WorkItem[]): void {
  for (const it of completed) {
    const row = tables.work.get(slot(it));
    if (!row) continue;
    if (row.dirty === row.claimedDirty) tables.work.delete(slot(it));
    else tables.work.set(slot(it), { ...freed(row, row.nextDueAt ?? 0), attempts: 0, reread: row.nextReread });
  }
}

function freed(row: WorkRow, availableAt: number): WorkRow {
  const reread = row.reread || row.nextReread;
  return { ...row, holder: null, availableAt, reread, nextDueAt: null, nextReread: false };
}

export function claimWork(
  tables: MemoryTables,
  source: SourceId,
  holder: string,
  now: number,
  leaseMs: number,
  limit: number,
): readonly WorkItem[] {
  const due = [...tables.work.values()]
    .filter((it) => it.source === source && it.availableAt <= now)
    .sort(
      (left, right) =>
        left.availableAt - right.availableAt || left.position - right.position || (left.asset < right.asset ? -1 : 1),
    )
    .slice(0, limit);
  if (due.length === 0) return [];
  tables.token += 1;
  return due.map((row) => {
    const claimed = { ...freed(row, now + leaseMs), token: tables.token, holder, claimedDirty: row.dirty };
    tables.work.set(slot(row), claimed);
    const { asset, attempts, position, reread, token } = claimed;
    const takenOver = row.holder !== null && ({ takenOver: true } as const);
    return { asset, source, token, attempts, reread, position, ...takenOver };
  });
}

export function postponeWork(tables: MemoryTables, item: WorkItem, dueAt: number): void {
  const row = tables.work.get(slot(item));
  if (!row || row.holder === null || row.token !== item.token) return;
  const due = Math.min(dueAt, row.nextDueAt ?? Number.MAX_SAFE_INTEGER);
  tables.work.set(slot(item), { ...freed(row, due), attempts: row.attempts + 1 });
}

export function renewWork(tables: MemoryTables, holder: string, item: WorkItem, until: number): void {
  const row = tables.work.get(slot(item));
  if (row?.holder !== holder || row.token !== item.token || row.availableAt >= until) return;
  tables.work.set(slot(item), { ...row, availableAt: until });
}

export function abandonWork(tables: MemoryTables): void {
  for (const [key, row] of tables.work) if (row.holder !== null) tables.work.set(key, freed(row, 0));
}
