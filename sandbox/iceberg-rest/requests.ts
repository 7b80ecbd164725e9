import { z } from "zod";
import { int64, partitionSpec, schema, snapshot, snapshotReference, sortOrder, statisticsFile } from "./metadata.ts";
import { viewVersion } from "./view-metadata.ts";

const namespace = z.array(z.string().min(1)).min(1);
const name = z.string().min(1);
const properties = z.record(z.string(), z.string());
const identifier = z.looseObject({ namespace, name });

export const createNamespaceRequest = z.looseObject({ namespace, properties: properties.default({}) });
export const updateNamespaceRequest = z.looseObject({
  removals: z.array(z.string()).default([]),
  updates: properties.default({}),
});
export const renameRequest = z.looseObject({ source: identifier, destination: identifier });

export const createTableRequest = z.looseObject({
  name,
  location: z.string().nullish(),
  schema,
  "partition-spec": partitionSpec.nullish(),
  "write-order": sortOrder.nullish(),
  "stage-create": z.boolean().nullish(),
  properties: properties.nullish(),
});
export type CreateTableRequest = z.infer<typeof createTableRequest>;

export const createViewRequest = z.looseObject({
  name,
  location: z.string().nullish(),
  schema,
  "view-version": viewVersion,
  properties: properties.nullish(),
});
export type CreateViewRequest = z.infer<typeof createViewRequest>;

export const tableRequirement = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("assert-create") }),
  z.looseObject({ type: z.literal("assert-table-uuid"), uuid: z.string() }),
  z.looseObject({ type: z.literal("assert-ref-snapshot-id"), ref: z.string(), "snapshot-id": int64.nullish() }),
  z.looseObject({ type: z.literal("assert-last-assigned-field-id"), "last-assigned-field-id": z.int() }),
  z.looseObject({ type: z.literal("assert-current-schema-id"), "current-schema-id": z.int() }),
  z.looseObject({ type: z.literal("assert-last-assigned-partition-id"), "last-assigned-partition-id": z.int() }),
  z.looseObject({ type: z.literal("assert-default-spec-id"), "default-spec-id": z.int() }),
  z.looseObject({ type: z.literal("assert-default-sort-order-id"), "default-sort-order-id": z.int() }),
]);
export type TableRequirement = z.infer<typeof tableRequirement>;

const assignUuid = z.looseObject({ action: z.literal("assign-uuid"), uuid: z.guid() });
const upgradeFormat = z.looseObject({ action: z.literal("upgrade-format-version"), "format-version": z.int() });
const addSchema = z.looseObject({
  action: z.literal("add-schema"),
  schema,
  "last-column-id": z.int().nullish(),
});
const setLocation = z.looseObject({ action: z.literal("set-location"), location: z.string().min(1) });
const setProperties = z.looseObject({ action: z.literal("set-properties"), updates: properties });
const removeProperties = z.looseObject({ action: z.literal("remove-properties"), removals: z.array(z.string()) });

export const tableUpdate = z.discriminatedUnion("action", [
  assignUuid,
  upgradeFormat,
  addSchema,
  setLocation,
  setProperties,
  removeProperties,
  z.looseObject({ action: z.literal("set-current-schema"), "schema-id": z.int() }),
  z.looseObject({ action: z.literal("add-spec"), spec: partitionSpec }),
  z.looseObject({ action: z.literal("set-default-spec"), "spec-id": z.int() }),
  z.looseObject({ action: z.literal("add-sort-order"), "sort-order": sortOrder }),
  z.looseObject({ action: z.literal("set-default-sort-order"), "sort-order-id": z.int() }),
  z.looseObject({ action: z.literal("remove-schemas"), "schema-ids": z.array(z.int()) }),
  z.looseObject({ action: z.literal("remove-partition-specs"), "spec-ids": z.array(z.int()) }),
  z.looseObject({ action: z.literal("add-snapshot"), snapshot }),
  snapshotReference.extend({ action: z.literal("set-snapshot-ref"), "ref-name": z.string().min(1) }),
  z.looseObject({ action: z.literal("remove-snapshots"), "snapshot-ids": z.array(int64) }),
  z.looseObject({ action: z.literal("remove-snapshot-ref"), "ref-name": z.string() }),
  z.looseObject({ action: z.literal("set-statistics"), statistics: statisticsFile }),
  z.looseObject({ action: z.literal("remove-statistics"), "snapshot-id": int64 }),
  z.looseObject({ action: z.literal("set-partition-statistics"), "partition-statistics": statisticsFile }),
  z.looseObject({ action: z.literal("remove-partition-statistics"), "snapshot-id": int64 }),
]);
export type TableUpdate = z.infer<typeof tableUpdate>;

export const commitTableRequest = z.looseObject({
  identifier: identifier.nullish(),
  requirements: z.array(tableRequirement),
  updates: z.array(tableUpdate),
});
export type CommitTableRequest = z.infer<typeof commitTableRequest>;

export const commitTransactionRequest = z.looseObject({
  "table-changes": z.array(commitTableRequest.extend({ identifier })).min(1),
});

export const viewUpdate = z.discriminatedUnion("action", [
  assignUuid,
  upgradeFormat,
  addSchema,
  setLocation,
  setProperties,
  removeProperties,
  z.looseObject({ action: z.literal("add-view-version"), "view-version": viewVersion }),
  z.looseObject({ action: z.literal("set-current-view-version"), "view-version-id": z.int() }),
]);
export type ViewUpdate = z.infer<typeof viewUpdate>;

export const commitViewRequest = z.looseObject({
  requirements: z.array(z.looseObject({ type: z.literal("assert-view-uuid"), uuid: z.string() })).nullish(),
  updates: z.array(viewUpdate),
});
export type CommitViewRequest = z.infer<typeof commitViewRequest>;
