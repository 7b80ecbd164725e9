import type { NativeRef } from "../domain/asset.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import { equalJson } from "../domain/json.ts";
import type { Intent } from "../ports/ledger.ts";
import { toRequest } from "./intent-detail.ts";

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
  return writes.some((it) => {
    if (it.source !== source || it.asset === asset) return false;
    const made = toRequest(it)?.write;
    return made?.create === true && made.ref.kind === kind && equalJson([...made.ref.name], [...name]);
  });
}
