import { inTransaction, type Session, type Slots, statement } from "../statement.ts";

const freeWork = statement((db) =>
  db
    .updateTable("work")
    .set(({ eb, lit, ref }) => ({
      holder: null,
      available_at: lit(0),
      reread: eb.case().when("next_reread", "=", 1).then(lit(1)).else(ref("reread")).end(),
      next_due_at: null,
      next_reread: 0,
    }))
    .where("holder", "is not", null),
);
/** Only a clock that was set back since makes one end later. */
const boundIntentLeases = statement((db, slots: Slots<{ until: number }>) =>
  db
    .updateTable("intent")
    .set({ lease_until: slots.value("until") })
    .where("lease_until", ">", slots.value("until")),
);

const endLeases = statement((db) => db.deleteFrom("lease"));

/** Ends every lease but those of intents. Their workers can commit nothing more once somebody else has claimed them. */
export function abandonLeases(session: Session, intentsUntil: number): Promise<void> {
  return inTransaction(session, async (tx) => {
    await freeWork(tx, {});
    await boundIntentLeases(tx, { until: intentsUntil });
    await endLeases(tx, {});
  });
}
