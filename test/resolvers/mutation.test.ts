import { expect, test } from "vitest";
import { CATALOG, LAKEHOUSE } from "../support/fake-gateway.ts";
import { openGraph } from "../support/graph-harness.ts";
import { AT, assetId, ownersChanged, tables } from "../support/sample-lakehouse.ts";

const PAYLOAD =
  "{ change { id } asset { name } deliveries { source { name } role status appliedAt error } userErrors { code message path } }";
const TARGET = `asset: "${assetId(1)}"`;

test.each([
  [
    `setOwners(input: { ${TARGET}, owners: [{ principal: "bob", role: "steward" }] })`,
    "owners",
    { op: "set", value: [{ principal: "bob", role: "steward" }] },
  ],
  [
    `addOwners(input: { ${TARGET}, owners: { principal: "bob" } })`,
    "owners",
    { op: "add", elements: [{ principal: "bob" }] },
  ],
  [`removeOwners(input: { ${TARGET}, owners: [{ principal: "bob" }] })`, "owners", { op: "remove", keys: ["bob"] }],
  [
    `addClassifications(input: { ${TARGET}, classifications: [{ name: "pii", value: "x" }] })`,
    "classifications",
    { op: "add", elements: [{ name: "pii", value: "x" }] },
  ],
  [
    `addClassifications(input: { ${TARGET}, column: "a.b", classifications: [{ name: "pii" }] })`,
    "columns.a.b.classifications",
    { op: "add", elements: [{ name: "pii" }] },
  ],
  [
    `removeClassifications(input: { ${TARGET}, column: "price", classifications: [{ name: "pii" }] })`,
    "columns.price.classifications",
    { op: "remove", keys: ["pii"] },
  ],
  [`setSensitivity(input: { ${TARGET}, sensitivity: RESTRICTED })`, "sensitivity", { op: "set", value: "RESTRICTED" }],
  [
    `setSensitivity(input: { ${TARGET}, sensitivity: "top secret" })`,
    "sensitivity",
    { op: "set", value: "top secret" },
  ],
  [`setSensitivity(input: { ${TARGET} })`, "sensitivity", { op: "set", value: null }],
  [
    `setRetention(input: { ${TARGET}, retention: { duration: "P7Y", basis: "law" } })`,
    "retention",
    { op: "set", value: { duration: "P7Y", basis: "law", legalHold: false } },
  ],
  [`setDomain(input: { ${TARGET}, domain: "Sales" })`, "domain", { op: "set", value: "Sales" }],
  [`setDescription(input: { ${TARGET}, description: "Orders." })`, "description", { op: "set", value: "Orders." }],
  [
    `setDescription(input: { ${TARGET}, column: "price", description: null })`,
    "columns.price.description",
    { op: "set", value: null },
  ],
  [
    `setLifecycle(input: { ${TARGET}, lifecycle: { stage: "deprecated", replacedBy: "sales.t2" } })`,
    "lifecycle",
    { op: "set", value: { stage: "deprecated", replacedBy: "sales.t2" } },
  ],
  [
    `setCustomField(input: { ${TARGET}, field: "costCenter", value: { code: 7 } })`,
    "custom.costCenter",
    { op: "set", value: { code: 7 } },
  ],
])("%s", async (mutation, field, edit) => {
  await using graph = await openGraph();
  const { data, errors } = await graph.ask(`mutation { ${mutation} ${PAYLOAD} }`);
  expect(errors).toEqual([]);
  expect(Object.values(data ?? {})).toEqual([{ change: null, asset: null, deliveries: [], userErrors: [] }]);
  expect(graph.gateway.mutations).toEqual([
    {
      actor: { kind: "person", id: expect.any(String) },
      mutation: { asset: { id: assetId(1) }, field, edit, dryRun: false, awaitMirrors: false },
    },
  ]);
});

test("every option of a mutation reaches the engine", async () => {
  await using graph = await openGraph();
  const options =
    'name: "sales.t1", idempotencyKey: "k1", expectedVersion: "v7", reason: "Audit.", dryRun: true, awaitMirrors: true';
  await graph.ask(`mutation { setDomain(input: { ${options}, domain: "Sales" }) ${PAYLOAD} }`);
  expect(graph.gateway.mutations[0]?.mutation).toEqual({
    asset: { name: "sales.t1" },
    field: "domain",
    edit: { op: "set", value: "Sales" },
    idempotencyKey: "k1",
    expectedVersion: "v7",
    reason: "Audit.",
    dryRun: true,
    awaitMirrors: true,
  });
});

test("the payload tells the change, the asset and every delivery", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  const [change = 0] = await graph.commit({ changes: [ownersChanged(1, [])] });
  graph.gateway.outcome = {
    change,
    asset: assetId(1),
    deliveries: [
      { source: CATALOG, role: "AUTHORITY", status: "APPLIED", appliedAt: AT },
      { source: LAKEHOUSE, role: "MIRROR", status: "FAILED", error: "It is read-only." },
    ],
    userErrors: [],
  };
  const { data, errors } = await graph.ask(
    `mutation { setOwners(input: { name: "sales.t1", owners: [] }) ${PAYLOAD} }`,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    setOwners: {
      change: { id: `change:${change}` },
      asset: { name: "sales.t1" },
      deliveries: [
        { source: { name: "catalog" }, role: "AUTHORITY", status: "APPLIED", appliedAt: AT, error: null },
        { source: { name: "lakehouse" }, role: "MIRROR", status: "FAILED", appliedAt: null, error: "It is read-only." },
      ],
      userErrors: [],
    },
  });
});

test("what the engine refuses is told as it is, not as an error of the request", async () => {
  await using graph = await openGraph();
  const refused = { code: "VERSION_CONFLICT", message: "Read it again.", path: ["expectedVersion"] } as const;
  graph.gateway.outcome = { change: null, asset: null, deliveries: [], userErrors: [refused] };
  const { data, errors } = await graph.ask(`mutation { setDomain(input: { ${TARGET}, domain: "Sales" }) ${PAYLOAD} }`);
  expect(errors).toEqual([]);
  expect(data).toMatchObject({ setDomain: { userErrors: [refused] } });
});

test.each([
  ["no asset", 'domain: "Sales"', ["asset"]],
  ["an asset named twice", `${TARGET}, name: "sales.t1"`, ["asset"]],
  ["an empty key", `${TARGET}, idempotencyKey: ""`, ["idempotencyKey"]],
  ["a key without end", `${TARGET}, idempotencyKey: "${"k".repeat(201)}"`, ["idempotencyKey"]],
  ["a reason without end", `${TARGET}, reason: "${"r".repeat(2001)}"`, ["reason"]],
])("an input with %s is a user error, and the engine is not asked", async (_what, input, path) => {
  await using graph = await openGraph();
  const { data } = await graph.ask(`mutation { setDomain(input: { ${input} }) ${PAYLOAD} }`);
  expect(data).toMatchObject({ setDomain: { change: null, userErrors: [{ code: "INVALID_INPUT", path }] } });
  expect(graph.gateway.mutations).toEqual([]);
});

test("applyChanges gives each change its own outcome, in the order given", async () => {
  await using graph = await openGraph();
  const changes = [
    { name: "sales.t1", field: "domain", value: "Sales" },
    { name: "sales.t2", field: "owners", operation: "ADD", value: "bob" },
    { name: "sales.t2", field: "owners", operation: "REMOVE", value: ["bob", { principal: "eve" }] },
    { field: "domain", value: "Sales" },
    {
      name: "sales.t3",
      field: "classifications",
      operation: "REMOVE",
      value: [{ name: "pii" }],
      idempotencyKey: "own",
      reason: "Own.",
    },
    { name: "sales.t3", field: "classifications", operation: "REMOVE", value: [7] },
  ];
  const { data, errors } = await graph.ask(
    `mutation($input: ApplyChangesInput!) { applyChanges(input: $input) { succeeded failed results { userErrors { code path } } userErrors { code } } }`,
    { input: { changes, idempotencyKey: "run-1", reason: "Bulk.", dryRun: true } },
  );
  expect(errors).toEqual([]);
  const wrong = (index: number, field: string) => ({
    userErrors: [{ code: "INVALID_INPUT", path: ["changes", String(index), field] }],
  });
  const right = { userErrors: [] };
  expect(data).toEqual({
    applyChanges: {
      succeeded: 3,
      failed: 3,
      userErrors: [],
      results: [right, wrong(1, "value"), right, wrong(3, "asset"), right, wrong(5, "value")],
    },
  });
  const rest = { dryRun: true, awaitMirrors: false };
  expect(graph.gateway.mutations.map((it) => it.mutation)).toEqual([
    {
      asset: { name: "sales.t1" },
      field: "domain",
      edit: { op: "set", value: "Sales" },
      idempotencyKey: "run-1#0",
      reason: "Bulk.",
      ...rest,
    },
    {
      asset: { name: "sales.t2" },
      field: "owners",
      edit: { op: "remove", keys: ["bob", "eve"] },
      idempotencyKey: "run-1#2",
      reason: "Bulk.",
      ...rest,
    },
    {
      asset: { name: "sales.t3" },
      field: "classifications",
      edit: { op: "remove", keys: ["pii"] },
      idempotencyKey: "own",
      reason: "Own.",
      ...rest,
    },
  ]);
});

test.each([0, 5_001])("applyChanges with %d changes is refused as a whole", async (count) => {
  await using graph = await openGraph();
  const changes = Array.from({ length: count }, () => ({ name: "sales.t1", field: "domain", value: null }));
  const { data } = await graph.ask(
    `mutation($changes: [ChangeInput!]!) { applyChanges(input: { changes: $changes }) { results { userErrors { code } } userErrors { code path } } }`,
    { changes },
  );
  expect(data).toEqual({ applyChanges: { results: [], userErrors: [{ code: "INVALID_INPUT", path: ["changes"] }] } });
});

test("reconcile and scan reach the engine with their scope, and tell what came of it", async () => {
  await using graph = await openGraph();
  graph.gateway.scans = [
    {
      source: LAKEHOUSE,
      complete: false,
      assets: 24,
      changed: 1,
      failed: 2,
      suspected: 0,
      retired: 0,
      tookMs: 12.5,
      error: { code: "server", message: "It broke." },
    },
  ];
  const { data, errors } = await graph.ask(`mutation {
    marked: reconcile(input: { scope: { names: ["sales.**"] } }) { marked settled userErrors { code } }
    settled: reconcile(input: { wait: true }) { marked settled }
    scan(input: { sources: ["source:lakehouse"], wait: true }) { reports { source { name } complete assets failed tookMs error { code message } } userErrors { code } }
  }`);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    marked: { marked: 7, settled: null, userErrors: [] },
    settled: { marked: 7, settled: true },
    scan: {
      reports: [
        {
          source: { name: "lakehouse" },
          complete: false,
          assets: 24,
          failed: 2,
          tookMs: 12.5,
          error: { code: "server", message: "It broke." },
        },
      ],
      userErrors: [],
    },
  });
  expect(graph.gateway.scopes).toEqual([{ names: ["sales.**"] }, {}, { sources: ["lakehouse"] }]);
});

test("setSourceMode answers with the source in its new mode", async () => {
  await using graph = await openGraph();
  const set = (source: string) =>
    graph.ask(
      `mutation($source: ID!) { setSourceMode(input: { source: $source, mode: SEED_ONCE, reason: "Try." }) { source { name mode } userErrors { code } } }`,
      { source },
    );
  expect((await set("lakehouse")).data).toEqual({
    setSourceMode: { source: { name: "lakehouse", mode: "SEED_ONCE" }, userErrors: [] },
  });
  expect((await set("unheard-of")).data).toEqual({
    setSourceMode: { source: null, userErrors: [{ code: "SOURCE_NOT_FOUND" }] },
  });
});

test("what the engine refuses of reconcile and scan is a user error", async () => {
  await using graph = await openGraph();
  graph.gateway.refusal = [{ code: "SOURCE_PAUSED", message: "Wait for it.", path: ["sources"] }];
  const { data } = await graph.ask(
    `mutation { reconcile(input: {}) { marked userErrors { code } } scan(input: {}) { reports { complete } userErrors { code path } } }`,
  );
  expect(data).toEqual({
    reconcile: { marked: 0, userErrors: [{ code: "SOURCE_PAUSED" }] },
    scan: { reports: [], userErrors: [{ code: "SOURCE_PAUSED", path: ["sources"] }] },
  });
});
