import type { Expression, ExpressionBuilder } from "kysely";
import type { Lease, Leases, WorkItem } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { inTransaction, type Session, type Slots, statement } from "../statement.ts";
import type { Refusal } from "./check-commit.ts";
import { CLAIM_COLUMNS, type ClaimRow } from "./work.ts";

const selectLease = statement((db, slots: Slots<{ name: string }>) =>
  db.selectFrom("lease").select("token").where("name", "=", slots.value("name")),
);
const claimFree = statement(
  (db, slots: Slots<{ name: string; token: number; holder: string; now: number; lease_until: number }>) =>
    db
      .insertInto("lease")
      .values({
        name: slots.value("name"),
        token: slots.value("token"),
        holder: slots.value("holder"),
        lease_until: slots.value("lease_until"),
      })
      .onConflict((conflict) =>
        conflict
          .column("name")
          .doUpdateSet((eb) => ({
            token: eb.ref("excluded.token"),
            holder: eb.ref("excluded.holder"),
            lease_until: eb.ref("excluded.lease_until"),
          }))
          .where("lease.lease_until", "<=", slots.value("now")),
      )
      .returning("token"),
);

export function claimLease(
  session: Session,
  name: string,
  holder: string,
  now: number,
  until: number,
): Promise<Lease | undefined> {
  return inTransaction(session, async (tx) => {
    const [before] = await selectLease(tx, { name });
    const token = await tx.engine.nextToken(tx.db);
    const [claimed] = await claimFree(tx, { name, token, holder, now, lease_until: until });
    return claimed && { name, token: claimed.token, ...(before && { takenOver: true }) };
  });
}

const deleteLease = statement((db, slots: Slots<{ name: string; token: number }>) =>
  db.deleteFrom("lease").where("name", "=", slots.value("name")).where("token", "=", slots.value("token")),
);

export async function releaseLease(session: Session, { name, token }: Lease): Promise<void> {
  await deleteLease(session, { name, token });
}

const LEASE_COLUMNS = { name: "text", token: "integer" } as const satisfies Columns;
type LeaseRow = DataRow<typeof LEASE_COLUMNS>;

const selectHeld = statement((db, slots: Slots<{ leases: readonly LeaseRow[] }>, engine) =>
  db
    .selectFrom("lease")
    .innerJoin(slots.rows("leases", LEASE_COLUMNS), (join) =>
      join.onRef("lease.name", "=", "rows.name").onRef("lease.token", "=", "rows.token"),
    )
    .select("lease.name")
    .$if(engine.locksRows, (it) => it.forUpdate("lease")),
);

/** What is committed under a lease rests on its being held: whoever has it now may have concluded something else. */
export async function checkUnder(session: Session, under: readonly Lease[]): Promise<Refusal | undefined> {
  if (under.length === 0) return undefined;
  const held = await selectHeld(session, { leases: under.map(({ name, token }) => ({ name, token })) });
  return held.length === under.length ? undefined : { ok: false, reason: "lease-lost" };
}

/** Rows that a commit has its hands on are left out: it may be about to complete them, and the next renewal comes soon. */
const selectRenewable = statement((db, slots: Slots<{ items: readonly ClaimRow[]; holder: string }>, engine) =>
  db
    .selectFrom("work")
    .innerJoin(slots.rows("items", CLAIM_COLUMNS), (join) =>
      join
        .onRef("work.asset", "=", "rows.asset")
        .onRef("work.source", "=", "rows.source")
        .onRef("work.token", "=", "rows.token"),
    )
    .select(["work.asset", "work.source", "work.token"])
    .where("work.holder", "=", slots.value("holder"))
    .$if(engine.locksRows, (it) => it.forUpdate("work").skipLocked()),
);
const prolongWork = statement((db, slots: Slots<{ items: readonly ClaimRow[]; until: number }>) =>
  db
    .updateTable("work")
    .from(slots.rows("items", CLAIM_COLUMNS))
    .set({ available_at: slots.value("until") })
    .whereRef("work.asset", "=", "rows.asset")
    .whereRef("work.source", "=", "rows.source")
    .where("work.available_at", "<", slots.value("until")),
);
const prolongIntents = statement((db, slots: Slots<{ ids: readonly string[]; holder: string; until: number }>) =>
  db
    .updateTable("intent")
    .set(({ eb, ref }) => ({ lease_until: later(eb, ref("lease_until"), slots.value("until")) }))
    .where(({ ref }) => slots.among(ref("id"), "ids"))
    .where("holder", "=", slots.value("holder"))
    .returning("id"),
);
const prolongLeases = statement((db, slots: Slots<{ leases: readonly LeaseRow[]; until: number }>) =>
  db
    .updateTable("lease")
    .from(slots.rows("leases", LEASE_COLUMNS))
    .set(({ eb, ref }) => ({ lease_until: later(eb, ref("lease.lease_until"), slots.value("until")) }))
    .whereRef("lease.name", "=", "rows.name")
    .whereRef("lease.token", "=", "rows.token")
    .returning("lease.name"),
);

function later<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  one: Expression<number>,
  other: Expression<number>,
) {
  return eb.case().when(one, "<", other).then(other).else(one).end();
}

/** Each table in a transaction of its own, so that none waits for another while it holds rows. */
export async function renewLeases(
  session: Session,
  holder: string,
  { intents, leases, work }: Leases,
  until: number,
): Promise<Pick<Leases, "intents" | "leases">> {
  if (work.length > 0) await renewWork(session, holder, work, until);
  const open = new Set(
    intents.length > 0 ? (await prolongIntents(session, { ids: intents, holder, until })).map((it) => it.id) : [],
  );
  const rows = leases.map(({ name, token }) => ({ name, token }));
  const held = new Set(
    rows.length > 0 ? (await prolongLeases(session, { leases: rows, until })).map((it) => it.name) : [],
  );
  return { intents: intents.filter((it) => !open.has(it)), leases: leases.filter((it) => !held.has(it.name)) };
}

async function renewWork(session: Session, holder: string, work: readonly WorkItem[], until: number): Promise<void> {
  const claims = work.map(({ asset, source, token }) => ({ asset, source, token }));
  await inTransaction(session, async (tx) => {
    const items = await selectRenewable(tx, { items: claims, holder });
    if (items.length > 0) await prolongWork(tx, { items, until });
  });
}
