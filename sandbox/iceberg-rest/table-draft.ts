import type { TableMetadata } from "./metadata.ts";
import type { TableUpdate } from "./requests.ts";

/** Metadata in the making, with what "the last added" (-1) means in this commit. */
export interface Draft {
  metadata: TableMetadata;
  readonly now: number;
  addedSchema?: number;
  addedSpec?: number;
  addedOrder?: number;
}
export type Action = TableUpdate["action"];
/** One function for every update: the new metadata, or CatalogError 400. */
export type Updates<A extends Action> = {
  readonly [K in A]: (draft: Draft, update: Extract<TableUpdate, { action: K }>) => Partial<TableMetadata>;
};
