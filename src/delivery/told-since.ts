import type { ChangeKind } from "../domain/change.ts";
import type { AssetId } from "../domain/ids.ts";
import { NOTHING_TOLD, type Told } from "../plan/observe.ts";
import type { Ledger } from "../ports/ledger.ts";

const PAGE = 500;
/** It says what is to be written, not what was seen. */
const TELLS_NOTHING: ChangeKind = "WRITE_INTENDED";

/** What the log has told of these assets after `position`, to be asked whether a read that began there has been overtaken. */
export async function toldSince(ledger: Ledger, assets: readonly AssetId[], position: number): Promise<Told> {
  if (assets.length === 0) return NOTHING_TOLD;
  const newest = new Map<string, number>();
  for (let after = position; ; ) {
    const { changes, scannedTo } = await ledger.readLog(after, PAGE, { assets });
    for (const { asset, kind, position: at, source } of changes)
      if (kind !== TELLS_NOTHING) newest.set(`${asset} ${source}`, at);
    if (changes.length < PAGE) break;
    after = scannedTo;
  }
  return (asset, source, after) => (newest.get(`${asset} ${source}`) ?? 0) > after;
}
