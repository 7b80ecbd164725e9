import type { IntentId, SourceId } from "../../domain/ids.ts";
import { plainText } from "../name-path.ts";
import { type Session, type Slots, statement } from "../statement.ts";

const selectBound = statement((db, slots: Slots<{ source: string; ids: readonly string[]; intent: string }>) =>
  db
    .selectFrom("binding")
    .select("stable_id")
    .where("source", "=", slots.value("source"))
    .where(({ ref }) => slots.among(ref("stable_id"), "ids"))
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom("intent")
            .select("intent.id")
            .where("intent.id", "=", slots.value("intent"))
            .whereRef("intent.asset", "=", "binding.asset"),
        ),
      ),
    ),
);

/** Those of `stableIds` to which another asset is bound in `source` than the one that the open write is about. */
export async function boundToOthers(
  session: Session,
  source: SourceId,
  stableIds: readonly string[],
  intent: IntentId,
): Promise<ReadonlySet<string>> {
  const rows = await selectBound(session, { source, ids: stableIds.map(plainText), intent });
  return new Set(rows.flatMap((it) => it.stable_id ?? []));
}
