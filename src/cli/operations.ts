import { z } from "zod";
import type { Json } from "../domain/json.ts";
import { UserErrors } from "./graph-errors.ts";
import type { Operation } from "./operation.ts";

// Every document that the command line sends, with the shape of what comes back. A test holds each against schema/*.graphql.

const JsonValue: z.ZodType<Json> = z.json();
/** Sources stand with their name in everything that the command line prints. */
const SourceName = z.object({ name: z.string() }).transform((it) => it.name);
const AssetRef = z.object({ id: z.string(), name: z.string() });
const UserErrorFields = "userErrors { code message path }";

const PlanItem = z.object({
  asset: AssetRef,
  field: z.string(),
  source: SourceName,
  authority: SourceName,
  action: z.string(),
  drift: z.string().nullable(),
  before: JsonValue,
  after: JsonValue,
  rule: z.string(),
  because: z.string().nullable(),
});
export type PlanItem = z.infer<typeof PlanItem>;
const Plan = z.object({ assetsExamined: z.number(), more: z.number(), items: z.array(PlanItem) });
export type Plan = z.infer<typeof Plan>;

export const PLAN: Operation<{ plan: Plan }> = {
  name: "Plan",
  document: `query Plan($scope: ScopeInput, $first: Int) {
    plan(scope: $scope, first: $first) {
      assetsExamined
      more
      items {
        asset { id name }
        field
        source { name }
        authority { name }
        action drift before after rule because
      }
    }
  }`,
  data: z.object({ plan: Plan }),
};

export const RECONCILE = {
  name: "Reconcile",
  document: `mutation Reconcile($input: ReconcileInput!) { reconcile(input: $input) { marked settled ${UserErrorFields} } }`,
  data: z.object({
    reconcile: z.object({ marked: z.number(), settled: z.boolean().nullable(), userErrors: UserErrors }),
  }),
} satisfies Operation<unknown>;

const ScanReport = z.object({
  source: SourceName,
  complete: z.boolean(),
  assets: z.number(),
  changed: z.number(),
  failed: z.number(),
  suspected: z.number(),
  retired: z.number(),
  error: z.object({ code: z.string(), message: z.string(), retryAfterMs: z.number().nullable() }).nullable(),
  tookMs: z.number(),
});
export type ScanReport = z.infer<typeof ScanReport>;

export const SCAN = {
  name: "Scan",
  document: `mutation Scan($input: ScanInput!) {
    scan(input: $input) {
      reports {
        source { name }
        complete assets changed failed suspected retired
        error { code message retryAfterMs }
        tookMs
      }
      ${UserErrorFields}
    }
  }`,
  data: z.object({ scan: z.object({ reports: z.array(ScanReport), userErrors: UserErrors }) }),
} satisfies Operation<unknown>;

export const SCANNING = {
  name: "Scanning",
  document: "query Scanning { sources { name scanning scanned } }",
  data: z.object({ sources: z.array(z.object({ name: z.string(), scanning: z.boolean(), scanned: z.number() })) }),
} satisfies Operation<unknown>;

const Observation = z.object({
  source: SourceName,
  state: z.string(),
  value: JsonValue,
  observedAt: z.string().nullable(),
  note: z.string().nullable(),
});
const LastChange = z.object({
  cursor: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), onBehalfOf: z.string().nullable() }),
  source: SourceName.nullable(),
  reason: z.string().nullable(),
});
const Explanation = z.object({
  asset: AssetRef,
  field: z.object({
    path: z.string(),
    authority: SourceName,
    mirrors: z.array(SourceName),
    status: z.string(),
    observations: z.array(Observation),
    lastChange: LastChange.nullable(),
    drift: z.object({ id: z.string(), kind: z.string(), state: z.string(), source: SourceName }).nullable(),
  }),
  rules: z.array(
    z.object({ name: z.string(), decides: z.boolean(), because: z.string(), elements: z.array(z.string()) }),
  ),
  modes: z.array(z.object({ source: SourceName, mode: z.string() })),
  bases: z.array(z.object({ mirror: SourceName, known: z.boolean(), value: JsonValue })),
  decision: z.string(),
});
export type Explanation = z.infer<typeof Explanation>;

export const ASSET_BY_NAME = {
  name: "AssetByName",
  document: "query AssetByName($name: String!) { asset(name: $name) { id } }",
  data: z.object({ asset: z.object({ id: z.string() }).nullable() }),
} satisfies Operation<unknown>;

export const EXPLAIN: Operation<{ explain: Explanation }> = {
  name: "Explain",
  document: `query Explain($asset: ID!, $field: FieldPath!) {
    explain(asset: $asset, field: $field) {
      asset { id name }
      field {
        path
        authority { name }
        mirrors { name }
        status
        observations { source { name } state value observedAt note }
        lastChange { cursor at actor { kind id onBehalfOf } source { name } reason }
        drift { id kind state source { name } }
      }
      rules { name decides because elements }
      modes { source { name } mode }
      bases { mirror { name } known value }
      decision
    }
  }`,
  data: z.object({ explain: Explanation }),
};
