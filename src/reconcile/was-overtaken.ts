import { wantedValues } from "../delivery/intent-detail.ts";
import type { Change } from "../domain/change.ts";
import type { FieldKey } from "../domain/field.ts";
import type { AssetId } from "../domain/ids.ts";
import { equalJson, isJsonObject } from "../domain/json.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import type { Ledger } from "../ports/ledger.ts";

/** Outcomes that are looked through: what is refused is narrowed down field by field, with a write each. */
const MOST_LOOKED_AT = 20;

/** Whether the newest write to that source that wanted the same of one of the fields was answered, and something else stood there then. */
export async function wasOvertaken(
  ledger: Pick<Ledger, "pageChangesOf">,
  asset: AssetId,
  write: PlannedWrite,
  keys: ReadonlySet<FieldKey>,
): Promise<boolean> {
  const outcomes = { sources: [write.source], kinds: ["WRITE_APPLIED", "WRITE_FAILED"] } as const;
  const [page] = await ledger.pageChangesOf([asset], outcomes, { limit: MOST_LOOKED_AT, backwards: true });
  const wanted = wantedValues(write);
  const isOfThese = ({ after }: Change): boolean =>
    isJsonObject(after) && [...keys].some((key) => key in after && equalJson(after[key] ?? null, wanted[key] ?? null));
  const detail = page?.items.findLast(({ item }) => isOfThese(item))?.item.detail;
  const outcome = isJsonObject(detail) ? detail["outcome"] : undefined;
  return outcome === "stale" || outcome === "rejected";
}
