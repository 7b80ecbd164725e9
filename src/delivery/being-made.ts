import type { NativeRef } from "../domain/asset.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import { equalJson } from "../domain/json.ts";
import type { Intent } from "../ports/ledger.ts";

/**
 * Whether what is found there may be what a write of another asset, still under way or in doubt, is making: then it is nobody
 * else's, whoever bears the name by now.
 */
export function isBeingMade(
  writes: readonly Intent[],
  source: SourceId,
  { kind, name }: NativeRef,
  asset: AssetId | undefined,
): boolean {
  return writes.some(
    (it) =>
      it.source === source && it.asset !== asset && it.makes?.kind === kind && equalJson([...it.makes.name], [...name]),
  );
}
