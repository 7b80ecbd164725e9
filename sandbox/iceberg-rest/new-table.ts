import { badRequest } from "./catalog-error.ts";
import type { PartitionSpec, Properties, Schema, SortOrder, TableMetadata } from "./metadata.ts";
import { assignFreshIds, fieldIds, unknownField } from "./schema-ids.ts";

/** Partition fields are numbered from here on, so that they never meet a column's id. */
const FIRST_PARTITION_ID = 1000;

export interface NewTable {
  readonly uuid: string;
  readonly location: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly schema: Schema;
  readonly spec?: PartitionSpec;
  readonly order?: SortOrder;
  readonly properties: Properties;
}

/** Metadata with nothing in it yet: where a create transaction begins. */
export function emptyTable(uuid: string, location: string, now: number): TableMetadata {
  return {
    "format-version": 2,
    "table-uuid": uuid,
    location,
    "last-sequence-number": 0,
    "last-updated-ms": now,
    "last-column-id": 0,
    "current-schema-id": -1,
    schemas: [],
    "default-spec-id": -1,
    "partition-specs": [],
    "last-partition-id": FIRST_PARTITION_ID - 1,
    "default-sort-order-id": -1,
    "sort-orders": [],
    properties: {},
    snapshots: [],
    refs: {},
    "snapshot-log": [],
    "metadata-log": [],
    statistics: [],
    "partition-statistics": [],
  };
}

/**
 * The first metadata of a table. Field ids are assigned anew, as the specification wants it of the catalog.
 *
 * @throws CatalogError 400 if schema, spec, order or format version contradict each other.
 */
export function newTableMetadata(table: NewTable): TableMetadata {
  fieldIds(table.schema);
  const { schema, newId } = assignFreshIds(table.schema);
  const { "format-version": version = "2", ...properties } = table.properties;
  if (!/^[123]$/.test(version)) throw badRequest(`Unsupported format version: v${version}`);
  const freshId = (id: number | undefined): number =>
    id === undefined ? unknownField(-1) : (newId.get(id) ?? unknownField(id));
  const spec = (table.spec?.fields ?? []).map((it, index) => ({
    ...it,
    "source-id": freshId(it["source-id"]),
    "field-id": FIRST_PARTITION_ID + index,
  }));
  const order = (table.order?.fields ?? []).map((it) => ({ ...it, "source-id": freshId(it["source-id"]) }));
  const orderId = order.length === 0 ? 0 : 1;
  return {
    ...emptyTable(table.uuid, table.location, table.now),
    "format-version": Number(version),
    "last-column-id": newId.size,
    "current-schema-id": 0,
    schemas: [{ ...schema, "schema-id": 0 }],
    "default-spec-id": 0,
    "partition-specs": [{ "spec-id": 0, fields: spec }],
    "last-partition-id": FIRST_PARTITION_ID - 1 + spec.length,
    "default-sort-order-id": orderId,
    "sort-orders": [{ "order-id": orderId, fields: order }],
    properties,
    ...(version === "3" ? { "next-row-id": 0 } : {}),
  };
}
