import { type Expression, type ExpressionBuilder, type OnConflictDatabase, type OnConflictTables, sql } from "kysely";
import type { DirtyMark } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { askThenWrite, type Session, type Slots, statement, type Write } from "../statement.ts";
import type { LedgerTables } from "../tables.ts";
import { head } from "./log.ts";

const MARK_COLUMNS = {
  asset: "text",
  source: "text",
  due_at: "integer",
  reread: "integer",
  position: "integer",
} as const satisfies Columns;
type MarkRow = DataRow<typeof MARK_COLUMNS>;

const upsertMarks = statement((db, slots: Slots<{ marks: readonly MarkRow[] }>) =>
  db
    .insertInto("work")
    .columns([
      ...(["asset", "source", "due_at", "reread", "position", "available_at"] as const),
      ...(["token", "attempts", "dirty", "claimed_dirty", "next_reread"] as const),
    ])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("marks", MARK_COLUMNS))
        .select(({ lit, ref }) => [
          ...(["asset", "source", "due_at", "reread", "position"] as const),
          ref("due_at").as("available_at"),
          lit(0).as("token"),
          lit(0).as("attempts"),
          lit(1).as("dirty"),
          lit(0).as("claimed_dirty"),
          lit(0).as("next_reread"),
        ])
        .where((it) => it.lit(true))
        .orderBy("asset")
        .orderBy("source"),
    )
    .onConflict((conflict) => conflict.columns(["asset", "source"]).doUpdateSet(mergeMark)),
);

type MarkConflict = ExpressionBuilder<OnConflictDatabase<LedgerTables, "work">, OnConflictTables<"work">>;

/** Unclaimed work takes the mark in; claimed work keeps it for later, because its worker may have read too early. */
function mergeMark({ eb, ref, fn }: MarkConflict) {
  const free = eb("work.holder", "is", null);
  const smaller = (left: Expression<number>, right: Expression<number>) =>
    eb.case().when(left, "<", right).then(left).else(right).end();
  const larger = (left: Expression<number>, right: Expression<number>) =>
    eb.case().when(left, ">", right).then(left).else(right).end();
  const ifFree = <T extends number | null>(then: Expression<T>, otherwise: Expression<T>) =>
    eb.case().when(free).then(then).else(otherwise).end();
  const due_at = ref("excluded.due_at");
  const reread = ref("excluded.reread");
  return {
    dirty: eb("work.dirty", "+", 1),
    // What waits stays as old as it is: a guard's run asks whether work of then is left.
    position: ifFree(smaller(ref("work.position"), ref("excluded.position")), ref("excluded.position")),
    due_at: ifFree(smaller(ref("work.due_at"), due_at), ref("work.due_at")),
    available_at: ifFree(smaller(ref("work.available_at"), due_at), ref("work.available_at")),
    reread: ifFree(larger(ref("work.reread"), reread), ref("work.reread")),
    next_due_at: ifFree<number | null>(sql.lit(null), smaller(fn.coalesce("work.next_due_at", due_at), due_at)),
    next_reread: ifFree(eb.lit(0), larger(ref("work.next_reread"), reread)),
  };
}

/** Marks work dirty as of log position `position`. The same asset and source twice is one mark: the earlier due, reread if either is. */
export function writeMarks(marks: readonly DirtyMark[], position: number): Write[] {
  if (marks.length === 0) return [];
  const merged = new Map<string, MarkRow>();
  for (const { asset, source, reread, dueAt } of marks) {
    const key = `${asset} ${source}`;
    const same = merged.get(key);
    merged.set(key, {
      asset,
      source,
      position,
      due_at: Math.min(dueAt ?? 0, same?.due_at ?? Number.MAX_SAFE_INTEGER),
      reread: Number(reread || same?.reread === 1),
    });
  }
  return [upsertMarks.with({ marks: [...merged.values()] })];
}

export function markDirty(session: Session, marks: readonly DirtyMark[]): Promise<void> {
  return askThenWrite(session, async (tx) => ({ value: undefined, writes: writeMarks(marks, await head(tx)) }));
}
