import { type FieldKey, parseFieldKey } from "../domain/field.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import { equalJson, isJsonObject, type Json } from "../domain/json.ts";
import type { Snapshot } from "../domain/reading.ts";
import type { Attribution } from "../plan/observe.ts";
import type { Intent } from "../ports/ledger.ts";
import { actorIn } from "./intent-detail.ts";

/**
 * Who changed what a snapshot shows, as far as it is a write of the gateway's own that is still under way: read by somebody
 * else before its outcome is recorded, it must not be taken for somebody's in the source.
 */
export function findAttributions(
  writes: readonly Intent[],
  asset: AssetId,
  source: SourceId,
  snapshot: Snapshot,
): ReadonlyMap<FieldKey, Attribution> {
  const found = new Map<FieldKey, Attribution>();
  for (const { asset: its, detail, position, source: at } of writes) {
    if (its !== asset || at !== source || !isJsonObject(detail) || !isJsonObject(detail["fields"])) continue;
    const actor = actorIn(detail);
    const reason = detail["reason"];
    if (!actor) continue;
    for (const [text, wanted] of Object.entries(detail["fields"])) {
      const key = parseFieldKey(text);
      if (!equalJson(valueIn(snapshot, key), wanted)) continue;
      found.set(key, { actor, causedBy: position, ...(typeof reason === "string" ? { reason } : {}) });
    }
  }
  return found;
}

function valueIn(snapshot: Snapshot, key: FieldKey): Json {
  const reading = snapshot.fields[key];
  return reading?.state === "value" ? reading.value : null;
}
