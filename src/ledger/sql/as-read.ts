import type { AssetId, SourceId } from "../../domain/ids.ts";
import type { Agreed, Binding } from "../../domain/state.ts";
import type { Columns } from "../engine.ts";
import { plainOrNull, plainText } from "../name-path.ts";
import type { LedgerTables } from "../tables.ts";
import { toRef } from "./find-bindings.ts";

export type BindingRow = LedgerTables["binding"];

export const BINDING_COLUMNS = {
  asset: "text",
  source: "text",
  kind: "text",
  name: "text",
  stable_id: "text?",
  state: "text",
  misses: "integer",
  version: "text?",
  digest: "text",
  url: "text?",
  observed_at: "text",
  observed_from: "integer",
} as const satisfies Columns;
export const BINDING_NAMES = Object.keys(BINDING_COLUMNS) as (keyof typeof BINDING_COLUMNS)[];

export function toBindingRow(asset: AssetId, binding: Binding): BindingRow {
  return {
    asset,
    source: binding.source,
    kind: binding.ref.kind,
    name: JSON.stringify(binding.ref.name),
    stable_id: plainOrNull(binding.ref.stableId),
    state: binding.state,
    misses: binding.misses,
    version: plainOrNull(binding.version),
    digest: plainText(binding.digest),
    url: plainOrNull(binding.url ?? null),
    observed_at: plainText(binding.observedAt),
    observed_from: binding.observedFrom,
  };
}

export function toAgreedRow(asset: AssetId, { mirror, ...body }: Agreed): LedgerTables["agreed"] {
  return { asset, mirror, body: JSON.stringify(body) };
}

export function toBinding(row: BindingRow & { readonly fields: string }): Binding {
  return {
    source: row.source as SourceId,
    ref: toRef(row),
    state: row.state,
    misses: row.misses,
    version: row.version,
    ...(row.url === null ? {} : { url: row.url }),
    observedAt: row.observed_at,
    observedFrom: row.observed_from,
    fields: JSON.parse(row.fields) as Binding["fields"],
    digest: row.digest,
  };
}

export function toAgreed(row: LedgerTables["agreed"]): Agreed {
  return { ...(JSON.parse(row.body) as Omit<Agreed, "mirror">), mirror: row.mirror as SourceId };
}

/** A binding as it would be read back once it is written. */
export function bindingAsRead(binding: Binding): Binding {
  return toBinding({ ...toBindingRow(NOBODY, binding), fields: JSON.stringify(binding.fields) });
}

export function agreedAsRead(agreed: Agreed): Agreed {
  return toAgreed(toAgreedRow(NOBODY, agreed));
}

/** Neither knows whose it is. */
const NOBODY = "" as AssetId;
