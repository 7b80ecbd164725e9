import { z } from "zod";
import type { Json } from "../domain/json.ts";
import type { Operation } from "./operation.ts";

// The documents of lists and of the streams that continue them; see operations.ts.

const JsonValue: z.ZodType<Json> = z.json();
const SourceName = z.object({ name: z.string() }).transform((it) => it.name);
const AssetRef = z.object({ id: z.string(), name: z.string() });
const PageInfo = z.object({ hasNextPage: z.boolean(), hasPreviousPage: z.boolean(), endCursor: z.string().nullable() });

const Drift = z.object({
  id: z.string(),
  kind: z.string(),
  asset: AssetRef,
  field: z.string(),
  authority: SourceName,
  source: SourceName,
  base: JsonValue,
  hasBase: z.boolean(),
  wanted: JsonValue,
  found: JsonValue,
  state: z.string(),
  rule: z.string(),
  openedAt: z.string(),
  resolvedAt: z.string().nullable(),
  resolution: z.string().nullable(),
  note: z.string().nullable(),
});
export type Drift = z.infer<typeof Drift>;
const DRIFT_FIELDS = `fragment DriftFields on Drift {
  id kind
  asset { id name }
  field
  authority { name }
  source { name }
  base hasBase wanted found state rule openedAt resolvedAt resolution note
}`;

const DriftPage = z.object({ nodes: z.array(Drift), pageInfo: PageInfo });

export const DRIFT = {
  name: "Drift",
  document: `query Drift($filter: DriftFilter, $first: Int, $after: String) {
    drift(filter: $filter, first: $first, after: $after) {
      nodes { ...DriftFields }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
  ${DRIFT_FIELDS}`,
  data: z.object({ drift: DriftPage }),
} satisfies Operation<unknown>;

const DriftEvent = z.object({ cursor: z.string(), type: z.enum(["OPENED", "CHANGED", "RESOLVED"]), drift: Drift });
export type DriftEvent = z.infer<typeof DriftEvent>;

export const DRIFT_EVENTS = {
  name: "DriftEvents",
  document: `subscription DriftEvents($filter: DriftFilter, $after: Cursor, $initial: Boolean) {
    drift(filter: $filter, after: $after, initial: $initial) { cursor type drift { ...DriftFields } }
  }
  ${DRIFT_FIELDS}`,
  data: z.object({ drift: DriftEvent }),
} satisfies Operation<unknown>;

const Change = z.object({
  cursor: z.string(),
  kind: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), onBehalfOf: z.string().nullable() }),
  source: SourceName.nullable(),
  asset: z.object({ id: z.string() }).nullable(),
  assetName: z.string().nullable(),
  field: z.string().nullable(),
  before: JsonValue,
  after: JsonValue,
  reason: z.string().nullable(),
  rule: z.string().nullable(),
});
export type Change = z.infer<typeof Change>;
const CHANGE_FIELDS = `fragment ChangeFields on Change {
  cursor kind at
  actor { kind id onBehalfOf }
  source { name }
  asset { id }
  assetName field before after reason rule
}`;

const ChangePage = z.object({ nodes: z.array(Change), pageInfo: PageInfo });

export const CHANGES = {
  name: "Changes",
  document: `query Changes($filter: ChangeFilter, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
    changes(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...ChangeFields }
      pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
    }
  }
  ${CHANGE_FIELDS}`,
  data: z.object({ changes: ChangePage.extend({ pageInfo: PageInfo.extend({ startCursor: z.string().nullable() }) }) }),
} satisfies Operation<unknown>;

export const LOG_HEAD = {
  name: "LogHead",
  document: "query LogHead { changes(last: 1) { pageInfo { endCursor } } }",
  data: z.object({ changes: z.object({ pageInfo: z.object({ endCursor: z.string().nullable() }) }) }),
} satisfies Operation<unknown>;

export const CHANGE_EVENTS = {
  name: "ChangeEvents",
  document: `subscription ChangeEvents($filter: ChangeFilter, $after: Cursor) {
    changes(filter: $filter, after: $after) { ...ChangeFields }
  }
  ${CHANGE_FIELDS}`,
  data: z.object({ changes: Change }),
} satisfies Operation<unknown>;
