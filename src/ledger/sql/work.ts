import type { AssetId, SourceId } from "../../domain/ids.ts";
import type { WorkItem } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { inTransaction, type Session, type Slots, statement, type Write } from "../statement.ts";
import type { Refusal } from "./check-commit.ts";

export const CLAIM_COLUMNS = { asset: "text", source: "text", token: "integer" } as const satisfies Columns;
export type ClaimRow = DataRow<typeof CLAIM_COLUMNS>;

const selectClaimed = statement((db, slots: Slots<{ items: readonly ClaimRow[] }>, engine) =>
  db
    .selectFrom("work")
    .innerJoin(slots.rows("items", CLAIM_COLUMNS), (join) =>
      join
        .onRef("work.asset", "=", "rows.asset")
        .onRef("work.source", "=", "rows.source")
        .onRef("work.token", "=", "rows.token"),
    )
    .select(["work.asset", "work.source"])
    .where("work.holder", "is not", null)
    .$if(engine.locksRows, (it) => it.forUpdate("work")),
);

export async function checkLeases(session: Session, items: readonly WorkItem[]): Promise<Refusal | undefined> {
  if (items.length === 0) return undefined;
  const claims = items.map((it) => ({ asset: it.asset, source: it.source, token: it.token }));
  const held = await selectClaimed(session, { items: claims });
  const wanted = new Set(claims.map((it) => `${it.asset} ${it.source} ${it.token}`));
  return held.length === wanted.size ? undefined : { ok: false, reason: "lease-lost" };
}

const deleteDone = statement((db, slots: Slots<{ items: readonly ClaimRow[] }>) =>
  db
    .deleteFrom("work")
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple("asset", "source"),
        "in",
        selectFrom(slots.rows("items", CLAIM_COLUMNS)).select(["asset", "source"]).$asTuple("asset", "source"),
      ),
    )
    .where(({ eb, ref }) => eb("dirty", "=", ref("claimed_dirty"))),
);
const releaseDirty = statement((db, slots: Slots<{ items: readonly ClaimRow[] }>) =>
  db
    .updateTable("work")
    .from(slots.rows("items", CLAIM_COLUMNS))
    .set(({ ref, fn, lit }) => ({
      holder: null,
      attempts: 0,
      due_at: fn.coalesce("work.next_due_at", lit(0)),
      available_at: fn.coalesce("work.next_due_at", lit(0)),
      reread: ref("work.next_reread"),
      next_due_at: null,
      next_reread: 0,
    }))
    .whereRef("work.asset", "=", "rows.asset")
    .whereRef("work.source", "=", "rows.source"),
);

/** Removes what is done, and sets free what was marked dirty again meanwhile. The leases have been checked. */
export function completeWork(completed: readonly WorkItem[]): Write[] {
  if (completed.length === 0) return [];
  const items = completed.map((it) => ({ asset: it.asset, source: it.source, token: it.token }));
  return [deleteDone.with({ items }), releaseDirty.with({ items })];
}

const selectDue = statement((db, slots: Slots<{ source: string; now: number; limit: number }>, engine) =>
  db
    .selectFrom("work")
    .select(["asset", "source", "attempts", "reread", "next_reread", "position", "holder"])
    .where("source", "=", slots.value("source"))
    .where("available_at", "<=", slots.value("now"))
    .orderBy("available_at")
    .orderBy("position")
    .orderBy("asset")
    .limit(slots.value("limit"))
    .$if(engine.locksRows, (it) => it.forUpdate().skipLocked()),
);
const claimRows = statement((db, slots: Slots<{ items: readonly ClaimRow[]; holder: string; lease_until: number }>) =>
  db
    .updateTable("work")
    .from(slots.rows("items", CLAIM_COLUMNS))
    .set(({ eb, ref, lit }) => ({
      token: ref("rows.token"),
      holder: slots.value("holder"),
      available_at: slots.value("lease_until"),
      claimed_dirty: ref("work.dirty"),
      reread: eb.case().when("work.next_reread", "=", 1).then(lit(1)).else(ref("work.reread")).end(),
      next_due_at: null,
      next_reread: 0,
    }))
    .whereRef("work.asset", "=", "rows.asset")
    .whereRef("work.source", "=", "rows.source"),
);

/** Oldest due first: an expired lease is due since its end. */
export function claimWork(
  session: Session,
  source: SourceId,
  holder: string,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<readonly WorkItem[]> {
  return inTransaction(session, async (tx) => {
    const due = await selectDue(tx, { source, now, limit });
    if (due.length === 0) return [];
    const token = await tx.engine.nextToken(tx.db);
    await claimRows(tx, {
      items: due.map((it) => ({ asset: it.asset, source, token })),
      holder,
      lease_until: now + leaseMs,
    });
    return due.map((it) => ({
      asset: it.asset as AssetId,
      source,
      token,
      attempts: it.attempts,
      reread: it.reread === 1 || it.next_reread === 1,
      position: it.position,
      ...(it.holder !== null && { takenOver: true as const }),
    }));
  });
}

const postpone = statement((db, slots: Slots<{ asset: string; source: string; token: number; due_at: number }>) =>
  db
    .updateTable("work")
    .set(({ eb, ref, lit }) => {
      const due = eb
        .case()
        .when("next_due_at", "<", slots.value("due_at"))
        .then(ref("next_due_at"))
        .else(slots.value("due_at"))
        .end()
        .$castTo<number>();
      return {
        holder: null,
        attempts: eb("attempts", "+", 1),
        due_at: due,
        available_at: due,
        reread: eb.case().when("next_reread", "=", 1).then(lit(1)).else(ref("reread")).end(),
        next_due_at: null,
        next_reread: 0,
      };
    })
    .where("asset", "=", slots.value("asset"))
    .where("source", "=", slots.value("source"))
    .where("token", "=", slots.value("token"))
    .where("holder", "is not", null),
);

export async function postponeWork(session: Session, item: WorkItem, dueAt: number): Promise<void> {
  await postpone(session, { asset: item.asset, source: item.source, token: item.token, due_at: dueAt });
}

const selectNextDue = statement((db, slots: Slots<{ source: string }>) =>
  db
    .selectFrom("work")
    .select("available_at")
    .where("source", "=", slots.value("source"))
    .orderBy("available_at")
    .limit((eb) => eb.lit(1)),
);

export async function nextDue(session: Session, source: SourceId): Promise<number | undefined> {
  return (await selectNextDue(session, { source }))[0]?.available_at;
}
