import { wantedValues } from "../delivery/intent-detail.ts";
import type { FieldKey } from "../domain/field.ts";
import type { AssetId } from "../domain/ids.ts";
import { equalJson, isJsonObject } from "../domain/json.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";
import type { Ledger } from "../ports/ledger.ts";

/** Whether the newest write of the asset to that source wanted the same in one of the fields, and something else stood there then. */
export async function wasOvertaken(
  ledger: Pick<Ledger, "pageChangesOf">,
  asset: AssetId,
  write: PlannedWrite,
  keys: ReadonlySet<FieldKey>,
): Promise<boolean> {
  const outcomes = { sources: [write.source], kinds: ["WRITE_APPLIED", "WRITE_FAILED"] } as const;
  const [page] = await ledger.pageChangesOf([asset], outcomes, { limit: 1, backwards: true });
  const { after, detail } = page?.items[0]?.item ?? {};
  if (!isJsonObject(detail) || detail["outcome"] !== "stale" || !isJsonObject(after)) return false;
  const wanted = wantedValues(write);
  return [...keys].some((key) => key in after && equalJson(after[key] ?? null, wanted[key] ?? null));
}
