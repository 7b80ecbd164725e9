import { isExistenceDrift } from "../domain/drift.ts";
import type { FieldKey, FieldKind, PlainField } from "../domain/field.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { type FieldStatus, worstStatus } from "../domain/status.ts";
import type { AssetIndex } from "../ports/ledger.ts";
import type { Part } from "../treaty/decision.ts";
import { type Ground, governedFields, statusOf, toAssetGround } from "./field-status.ts";
import { composeValue } from "./view.ts";

/**
 * What lists filter by: the same as the views of all fields say, without the views. A wide table has few fields that
 * somebody says something about; the others stand alike wherever the same rules decide, so one of them is judged.
 */
export function indexOf(all: Ground, state: AssetState): AssetIndex {
  const ground = toAssetGround(all, state);
  const spoken = spokenKeys(state);
  const silent = new Map<FieldKind, readonly Part[]>();
  const statuses = new Set<FieldStatus>(state.drifts.some(isExistenceDrift) ? ["DRIFTED"] : []);
  const values = new Map<FieldKind, Json | undefined>();
  const tags = new Set<string>();
  for (const field of governedFields(ground)) {
    const { key, kind } = field;
    const parts = ground.treaty.decide(ground.facts, field);
    if (!spoken.has(key)) {
      if (silent.get(kind) === parts) continue;
      silent.set(kind, parts);
    }
    const value = composeValue(state, all.sources, key, parts);
    statuses.add(statusOf(ground, key, parts, value, statuses.has("PENDING")));
    values.set(kind, value);
    if (kind === "classifications" || kind === "columns.classifications")
      for (const it of namesIn(value, "name")) tags.add(it);
  }
  const text = (kind: PlainField): string | null => {
    const value = values.get(kind);
    return typeof value === "string" ? value : null;
  };
  return {
    status: worstStatus(statuses),
    owners: namesIn(values.get("owners"), "principal"),
    classifications: [...tags],
    sensitivity: text("sensitivity"),
    domain: text("domain"),
    description: text("description"),
  };
}

/** Fields of which a source says something, or about which there is drift. */
function spokenKeys({ bindings, drifts }: AssetState): ReadonlySet<FieldKey> {
  const keys = new Set(drifts.map((it) => it.key));
  for (const { fields } of bindings) for (const key in fields) keys.add(key as FieldKey);
  return keys;
}

function namesIn(value: Json | undefined, name: string): string[] {
  if (!Array.isArray(value)) return [];
  return (value as Json[]).map((it) => (isJsonObject(it) ? String(it[name]) : String(it)));
}
