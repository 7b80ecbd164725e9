import { z } from "zod";

/** 64 bits: `bigint` where a `number` would not hold it exactly. */
export const int64 = z.union([z.int(), z.bigint()]);
export type Int64 = z.infer<typeof int64>;
export type Properties = Readonly<Record<string, string>>;

export interface StructField {
  readonly id: number;
  readonly name: string;
  readonly type: IcebergType;
  readonly required: boolean;
  readonly doc?: string;
}
export interface StructType {
  readonly type: "struct";
  readonly fields: readonly StructField[];
}
export interface ListType {
  readonly type: "list";
  readonly "element-id": number;
  readonly element: IcebergType;
  readonly "element-required": boolean;
}
export interface MapType {
  readonly type: "map";
  readonly "key-id": number;
  readonly key: IcebergType;
  readonly "value-id": number;
  readonly value: IcebergType;
  readonly "value-required": boolean;
}
export type IcebergType = string | StructType | ListType | MapType;

const PRIMITIVE =
  /^(boolean|int|long|float|double|date|time|timestamp|timestamptz|timestamp_ns|timestamptz_ns|string|uuid|binary|variant|unknown|decimal\(\s*\d{1,2}\s*,\s*\d{1,2}\s*\)|fixed\[\d{1,9}\]|geometry(\(.*\))?|geography(\(.*\))?)$/;
const id = z.int().min(0);
const type: z.ZodType<IcebergType> = z.lazy(() => z.union([z.string().regex(PRIMITIVE), struct, list, map]));
const field: z.ZodType<StructField> = z.looseObject({
  id,
  name: z.string().min(1),
  type,
  required: z.boolean(),
  doc: z.string().exactOptional(),
});
const struct: z.ZodType<StructType> = z.looseObject({ type: z.literal("struct"), fields: z.array(field) });
const list: z.ZodType<ListType> = z.looseObject({
  type: z.literal("list"),
  "element-id": id,
  element: type,
  "element-required": z.boolean(),
});
const map: z.ZodType<MapType> = z.looseObject({
  type: z.literal("map"),
  "key-id": id,
  key: type,
  "value-id": id,
  value: type,
  "value-required": z.boolean(),
});

export const schema = z.looseObject({
  type: z.literal("struct"),
  "schema-id": id.exactOptional(),
  "identifier-field-ids": z.array(id).exactOptional(),
  fields: z.array(field),
});
export type Schema = z.infer<typeof schema>;

export const partitionSpec = z.looseObject({
  "spec-id": id.exactOptional(),
  fields: z.array(
    z.looseObject({
      "source-id": id.exactOptional(),
      "field-id": id.exactOptional(),
      name: z.string().min(1),
      transform: z.string().min(1),
    }),
  ),
});
export type PartitionSpec = z.infer<typeof partitionSpec>;

export const sortOrder = z.looseObject({
  "order-id": id.exactOptional(),
  fields: z.array(
    z.looseObject({
      "source-id": id.exactOptional(),
      transform: z.string().min(1),
      direction: z.enum(["asc", "desc"]),
      "null-order": z.enum(["nulls-first", "nulls-last"]),
    }),
  ),
});
export type SortOrder = z.infer<typeof sortOrder>;

export const snapshot = z.looseObject({
  "snapshot-id": int64,
  "parent-snapshot-id": int64.nullish(),
  "sequence-number": z.int().exactOptional(),
  "timestamp-ms": z.int(),
  "manifest-list": z.string(),
  summary: z.record(z.string(), z.string()),
  "schema-id": id.nullish(),
  "added-rows": z.int().nullish(),
});
export type Snapshot = z.infer<typeof snapshot>;

export const snapshotReference = z.looseObject({ type: z.enum(["branch", "tag"]), "snapshot-id": int64 });
export type SnapshotReference = z.infer<typeof snapshotReference>;

/** Files that describe a snapshot or a partition of it; only their snapshot matters here. */
export const statisticsFile = z.looseObject({ "snapshot-id": int64 });
export type StatisticsFile = z.infer<typeof statisticsFile>;

/** A schema, spec or order as a table stores it: with its id. */
export type StoredSchema = Schema & { readonly "schema-id": number };
export type StoredSpec = PartitionSpec & { readonly "spec-id": number };
export type StoredOrder = SortOrder & { readonly "order-id": number };

/** Table metadata, format version 1 to 3, as the specification and the REST description have it. */
export interface TableMetadata {
  readonly "format-version": number;
  readonly "table-uuid": string;
  readonly location: string;
  readonly "last-sequence-number": number;
  /** Milliseconds since 1970. */
  readonly "last-updated-ms": number;
  readonly "last-column-id": number;
  readonly "current-schema-id": number;
  readonly schemas: readonly StoredSchema[];
  readonly "default-spec-id": number;
  readonly "partition-specs": readonly StoredSpec[];
  readonly "last-partition-id": number;
  readonly "default-sort-order-id": number;
  readonly "sort-orders": readonly StoredOrder[];
  readonly properties: Properties;
  readonly "current-snapshot-id"?: Int64 | undefined;
  readonly snapshots: readonly Snapshot[];
  readonly refs: Readonly<Record<string, SnapshotReference>>;
  readonly "snapshot-log": readonly { readonly "timestamp-ms": number; readonly "snapshot-id": Int64 }[];
  readonly "metadata-log": readonly { readonly "timestamp-ms": number; readonly "metadata-file": string }[];
  readonly statistics: readonly StatisticsFile[];
  readonly "partition-statistics": readonly StatisticsFile[];
  /** Only in format version 3. */
  readonly "next-row-id"?: number;
}

export function currentSchema(metadata: TableMetadata): StoredSchema | undefined {
  return metadata.schemas.find((it) => it["schema-id"] === metadata["current-schema-id"]);
}
