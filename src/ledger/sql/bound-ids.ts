import type { SourceId } from "../../domain/ids.ts";
import { plainText } from "../name-path.ts";
import { type Session, type Slots, statement } from "../statement.ts";

const selectBound = statement((db, slots: Slots<{ source: string; ids: readonly string[] }>) =>
  db
    .selectFrom("binding")
    .select("stable_id")
    .where("source", "=", slots.value("source"))
    .where(({ ref }) => slots.among(ref("stable_id"), "ids")),
);

/** Those of `stableIds` to which an asset is bound in `source`. */
export async function boundIds(
  session: Session,
  source: SourceId,
  stableIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await selectBound(session, { source, ids: stableIds.map(plainText) });
  return new Set(rows.flatMap((it) => it.stable_id ?? []));
}
