import { expect, test } from "vitest";
import { type GraphHarness, openGraph } from "../support/graph-harness.ts";
import { drift, driftCommit, ownersChanged, tables } from "../support/sample-lakehouse.ts";

const FIELD =
  "{ status authority { name } value { __typename } observations { source { name } state value } lastChange { id actor { id } asset { id } causedBy { id } } drift { id asset { name } } }";
const ASSET = `{ id name status owners ${FIELD} classifications ${FIELD} drift { nodes { id asset { name } } } changes(first: 3) { nodes { id causedBy { id } } } columns { nodes { name description { value lastChange { id } } } } }`;

async function queriesFor(graph: GraphHarness, query: string): Promise<Record<string, number>> {
  graph.calls.clear();
  const { errors } = await graph.ask(query);
  expect(errors).toEqual([]);
  return Object.fromEntries(graph.calls);
}

async function openWith(count: number): Promise<GraphHarness> {
  const graph = await openGraph();
  await graph.commit(tables(count));
  for (let number = 1; number <= count; number++) {
    await graph.commit({ changes: [ownersChanged(number, null, { causedBy: number })] });
    await graph.commit(driftCommit("DRIFT_OPENED", drift(number, number), 1));
  }
  return graph;
}

test.each([
  ["assets with fields, observations, last changes and drift", `{ assets(first: 50) { nodes ${ASSET} } }`],
  ["drift with its assets", `{ drift(first: 50) { nodes { id asset ${ASSET} } } }`],
  [
    "changes with their assets and causes",
    `{ changes(first: 50) { nodes { id asset { name owners ${FIELD} } causedBy { id asset { name } } drift { id } } } }`,
  ],
])("the number of ledger queries does not grow with the number of %s", async (_what, query) => {
  await using few = await openWith(2);
  await using many = await openWith(16);
  const queries = await queriesFor(few, query);
  expect(Object.keys(queries).length).toBeGreaterThan(1);
  expect(await queriesFor(many, query)).toEqual(queries);
});

test("each of many assets tells its own changes, page by page, in two queries", async () => {
  await using graph = await openWith(30);
  const { data: first } = await graph.ask(
    "{ assets(first: 50) { nodes { name changes(first: 2) { nodes { assetName kind } pageInfo { hasNextPage hasPreviousPage endCursor } } } } }",
  );
  const pages =
    (first as { assets: { nodes: { name: string; changes: { nodes: object[]; pageInfo: object } }[] } } | undefined)
      ?.assets.nodes ?? [];
  expect(pages).toHaveLength(30);
  for (const { name, changes } of pages) {
    expect(changes.nodes).toEqual([
      { assetName: name, kind: "ASSET_FOUND" },
      { assetName: name, kind: "FIELD_CHANGED" },
    ]);
    expect(changes.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  }
  const rest = await queriesFor(
    graph,
    '{ assets { nodes { changes(last: 1) { nodes { kind } } owned: changes(fields: ["owners"]) { nodes { kind } } } } }',
  );
  expect(rest).toMatchObject({ pageChangesOf: 2 });
  expect(rest).not.toHaveProperty("pageChanges");
});

test("a list never asks a source", async () => {
  await using graph = await openWith(2);
  graph.gateway.readLive = async () => {
    throw new Error("A list asked the sources.");
  };
  const { errors } = await graph.ask(`{ assets { nodes ${ASSET} } drift { nodes { asset ${ASSET} } } }`);
  expect(errors).toEqual([]);
});
