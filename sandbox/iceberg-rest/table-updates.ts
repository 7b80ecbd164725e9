import { isDeepStrictEqual } from "node:util";
import { badRequest } from "./catalog-error.ts";
import type { PartitionSpec, Schema, StoredSchema, TableMetadata } from "./metadata.ts";
import type { TableUpdate } from "./requests.ts";
import { fieldIds, unknownField } from "./schema-ids.ts";
import { SNAPSHOT_UPDATES } from "./snapshot-updates.ts";
import type { Action, Draft, Updates } from "./table-draft.ts";

const TABLE_UPDATES: Updates<Action> = {
  ...SNAPSHOT_UPDATES,
  "assign-uuid": ({ metadata }, { uuid }) => {
    const assigned = uuid.toLowerCase();
    if (metadata.schemas.length > 0 && metadata["table-uuid"] !== assigned)
      throw badRequest("Cannot reassign the table's UUID");
    return { "table-uuid": assigned };
  },
  "upgrade-format-version": ({ metadata }, update) => {
    const version = update["format-version"];
    if (version < metadata["format-version"]) {
      throw badRequest(`Cannot downgrade v${metadata["format-version"]} table to v${version}`);
    }
    if (version > 3)
      throw badRequest(`Cannot upgrade table to unsupported format version: v${version} (supported: v3)`);
    return { "format-version": version, ...(version === 3 ? { "next-row-id": metadata["next-row-id"] ?? 0 } : {}) };
  },
  "set-location": (_draft, { location }) => ({ location: location.replace(/\/+$/, "") }),
  "set-properties": ({ metadata }, { updates }) => ({ properties: { ...metadata.properties, ...updates } }),
  "remove-properties": ({ metadata }, { removals }) => ({
    properties: Object.fromEntries(Object.entries(metadata.properties).filter(([key]) => !removals.includes(key))),
  }),
  "add-schema": (draft, update) => {
    const { schema, highest } = schemaWithId(draft.metadata.schemas, update.schema);
    draft.addedSchema = schema["schema-id"];
    const lastColumn = Math.max(draft.metadata["last-column-id"], highest, update["last-column-id"] ?? 0);
    const known = draft.metadata.schemas.some((it) => it["schema-id"] === schema["schema-id"]);
    return {
      "last-column-id": lastColumn,
      schemas: known ? draft.metadata.schemas : [...draft.metadata.schemas, schema],
    };
  },
  "set-current-schema": ({ metadata, addedSchema }, update) => {
    const id = lastAdded("schema", update["schema-id"], addedSchema);
    if (!metadata.schemas.some((it) => it["schema-id"] === id))
      throw badRequest(`Cannot set current schema to unknown schema: ${id}`);
    return { "current-schema-id": id };
  },
  "remove-schemas": ({ metadata }, update) => {
    const ids = update["schema-ids"];
    if (ids.includes(metadata["current-schema-id"])) throw badRequest("Cannot remove the current schema");
    return { schemas: metadata.schemas.filter((it) => !ids.includes(it["schema-id"])) };
  },
  "add-spec": (draft, { spec }) => addSpec(draft, spec),
  "set-default-spec": ({ metadata, addedSpec }, update) => {
    const id = lastAdded("partition spec", update["spec-id"], addedSpec);
    if (!metadata["partition-specs"].some((it) => it["spec-id"] === id))
      throw badRequest(`Cannot set default spec to unknown spec: ${id}`);
    return { "default-spec-id": id };
  },
  "remove-partition-specs": ({ metadata }, update) => {
    const ids = update["spec-ids"];
    if (ids.includes(metadata["default-spec-id"])) throw badRequest("Cannot remove the default partition spec");
    return { "partition-specs": metadata["partition-specs"].filter((it) => !ids.includes(it["spec-id"])) };
  },
  "add-sort-order": (draft, update) => {
    const { fields } = update["sort-order"];
    for (const it of fields) checkSource(draft.metadata, it["source-id"]);
    const orders = draft.metadata["sort-orders"];
    const same = orders.find((it) => isDeepStrictEqual(it.fields, fields));
    const id = fields.length === 0 ? 0 : (same?.["order-id"] ?? Math.max(0, ...orders.map((it) => it["order-id"])) + 1);
    draft.addedOrder = id;
    return orders.some((it) => it["order-id"] === id)
      ? {}
      : { "sort-orders": [...orders, { ...update["sort-order"], "order-id": id }] };
  },
  "set-default-sort-order": ({ metadata, addedOrder }, update) => {
    const id = lastAdded("sort order", update["sort-order-id"], addedOrder);
    if (!metadata["sort-orders"].some((it) => it["order-id"] === id)) {
      throw badRequest(`Cannot set default sort order to unknown sort order: ${id}`);
    }
    return { "default-sort-order-id": id };
  },
};

/**
 * The metadata after `updates`; `base` itself where there are none.
 *
 * @throws CatalogError 400 where an update contradicts the table.
 */
export function applyTableUpdates(base: TableMetadata, updates: readonly TableUpdate[], now: number): TableMetadata {
  const draft: Draft = { metadata: base, now };
  for (const update of updates) {
    const apply = TABLE_UPDATES[update.action] as (draft: Draft, update: TableUpdate) => Partial<TableMetadata>;
    draft.metadata = { ...draft.metadata, ...apply(draft, update) };
  }
  if (draft.metadata === base) return base;
  if (!draft.metadata.schemas.some((it) => it["schema-id"] === draft.metadata["current-schema-id"])) {
    throw badRequest("The table has no current schema");
  }
  return { ...draft.metadata, "last-updated-ms": Math.max(now, base["last-updated-ms"]) };
}

/** `schema` with its id: that of an equal schema, or the next free one; and its highest field id. */
export function schemaWithId(
  schemas: readonly StoredSchema[],
  schema: Schema,
): { readonly schema: StoredSchema; readonly highest: number } {
  const highest = Math.max(0, ...fieldIds(schema));
  const body = ({ fields, "identifier-field-ids": ids = [] }: Schema): unknown => ({ fields, ids });
  const same = schemas.find((it) => isDeepStrictEqual(body(it), body(schema)));
  const id = same?.["schema-id"] ?? Math.max(-1, ...schemas.map((it) => it["schema-id"])) + 1;
  return { schema: { ...schema, "schema-id": id }, highest };
}

/** What an id of -1 stands for. @throws CatalogError 400 if this commit added nothing. */
export function lastAdded(what: string, id: number, added: number | undefined): number {
  if (id !== -1) return id;
  if (added === undefined) throw badRequest(`Cannot set last added ${what}: no ${what} has been added`);
  return added;
}

function addSpec(draft: Draft, spec: PartitionSpec): Partial<TableMetadata> {
  const specs = draft.metadata["partition-specs"];
  let last = draft.metadata["last-partition-id"];
  const known = specs.flatMap((it) => it.fields);
  const fields = spec.fields.map((it) => {
    checkSource(draft.metadata, it["source-id"]);
    const same = known.find((old) => old["source-id"] === it["source-id"] && old.transform === it.transform);
    const fieldId = it["field-id"] ?? same?.["field-id"] ?? last + 1;
    last = Math.max(last, fieldId);
    return { ...it, "field-id": fieldId };
  });
  const equal = specs.find((it) => isDeepStrictEqual(it.fields, fields));
  const id = equal?.["spec-id"] ?? Math.max(-1, ...specs.map((it) => it["spec-id"])) + 1;
  draft.addedSpec = id;
  return equal ? {} : { "partition-specs": [...specs, { ...spec, fields, "spec-id": id }], "last-partition-id": last };
}

function checkSource(metadata: TableMetadata, id: number | undefined): void {
  if (id === undefined || !metadata.schemas.some((it) => fieldIds(it).has(id))) unknownField(id ?? -1);
}
