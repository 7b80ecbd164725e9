import { expect, test } from "vitest";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import type { NewChange } from "../../src/domain/change.ts";
import type { Json } from "../../src/domain/json.ts";
import { CATALOG, LAKEHOUSE } from "../support/fake-gateway.ts";
import { type GraphHarness, openGraph } from "../support/graph-harness.ts";
import { AT, assetId, drift, driftCommit, found, ownersChanged, table } from "../support/sample-lakehouse.ts";

const owned = (principal: string): Json => [{ principal, role: null }];
const ref = { kind: "TABLE", name: ["sales", "t1"], stableId: null };
const LATER = "2026-03-02T12:00:00.000Z";

/** 1 found · 2 bound · 3 alice → bob · 4 drift · 5 drift over · 6 renamed · 7 bob → carol. */
async function openHistory(): Promise<GraphHarness> {
  const graph = await openGraph();
  const first: NewChange = { ...found(1), after: { ref, fields: { owners: owned("alice") } } };
  const bound: NewChange = { ...first, kind: "ASSET_BOUND", source: CATALOG };
  await graph.commit({ assets: [table(1, "carol")], changes: [first, bound] });
  await graph.append(ownersChanged(1, owned("bob"), { before: owned("alice"), at: LATER }));
  const seen = { wanted: owned("bob"), found: owned("mallory") };
  await graph.commit(driftCommit("DRIFT_OPENED", drift(1, 1, seen), 1));
  await graph.commit(driftCommit("DRIFT_RESOLVED", drift(1, 1, { ...seen, state: "RESOLVED" }), 2));
  await graph.append(
    { ...found(1), kind: "ASSET_RENAMED", before: "sales.t1", after: "sales.renamed", name: "sales.renamed" },
    ownersChanged(1, owned("carol"), { before: owned("bob") }),
  );
  return graph;
}

const QUERY = `query($id: ID, $name: String, $asOf: Cursor, $freshness: Freshness) {
  asset(id: $id, name: $name, asOf: $asOf, freshness: $freshness) {
    name
    labels { name }
    owners {
      value { principal { name } }
      status
      observations { source { name } value observedAt }
      lastChange { id }
    }
    fields(paths: ["owners"]) { lastChange { id } }
    drift { nodes { id } }
    changes(last: 1) { nodes { id } pageInfo { hasNextPage } }
  }
}`;

function asOf(graph: GraphHarness, position: number, more: object = { id: assetId(1) }) {
  return graph.ask(QUERY, { ...more, asOf: encodeCursor({ position }) });
}

test("an asset is told as the log knew it at a cursor: values, observations, drift, last change and changes of then", async () => {
  await using graph = await openHistory();
  const { data, errors } = await asOf(graph, 4);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    asset: {
      name: "sales.t1",
      labels: [{ name: "tier" }],
      owners: {
        value: [{ principal: { name: "bob" } }],
        status: "DRIFTED",
        observations: [
          { source: { name: "catalog" }, value: owned("bob"), observedAt: LATER },
          { source: { name: "lakehouse" }, value: owned("mallory"), observedAt: AT },
        ],
        lastChange: { id: "change:3" },
      },
      fields: [{ lastChange: { id: "change:3" } }],
      drift: { nodes: [{ id: drift(1, 1).id }] },
      changes: { nodes: [{ id: "change:4" }], pageInfo: { hasNextPage: false } },
    },
  });
});

test("the same asset can be asked for as of several cursors and as it is, in one request", async () => {
  await using graph = await openHistory();
  const cursors = [2, 6, 7].map((position) => encodeCursor({ position }));
  const { data, errors } = await graph.ask(
    `query($id: ID, $a: Cursor, $b: Cursor, $c: Cursor) {
      a: asset(id: $id, asOf: $a) { ...It } b: asset(id: $id, asOf: $b) { ...It } c: asset(id: $id, asOf: $c) { ...It }
      now: asset(id: $id) { ...It }
    }
    fragment It on Asset { name owners { value { principal { name } } lastChange { id } } }`,
    { id: assetId(1), a: cursors[0], b: cursors[1], c: cursors[2] },
  );
  expect(errors).toEqual([]);
  const told = (name: string, principal: string, change: string | null) => ({
    name,
    owners: { value: [{ principal: { name: principal } }], lastChange: change && { id: change } },
  });
  expect(data).toEqual({
    a: told("sales.t1", "alice", null),
    b: told("sales.renamed", "bob", "change:3"),
    c: told("sales.renamed", "carol", "change:7"),
    now: told("sales.t1", "carol", "change:7"),
  });
});

test("a name means who bears it today; before it was found there is no asset", async () => {
  await using graph = await openHistory();
  expect((await asOf(graph, 6, { name: "sales.t1" })).data).toMatchObject({ asset: { name: "sales.renamed" } });
  expect(await asOf(graph, 0)).toMatchObject({ data: { asset: null }, errors: [] });
  expect(await asOf(graph, 3, { id: assetId(9) })).toMatchObject({ data: { asset: null }, errors: [] });
});

test.each([
  ["together with LIVE", 3, { freshness: "LIVE" }, /from the log, LIVE from the sources/],
  ["after the end of the log", 8, {}, /lies after this log's end/],
])("a cursor %s is refused", async (_what, position, more, message) => {
  await using graph = await openHistory();
  const { errors } = await asOf(graph, position, { id: assetId(1), ...more });
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code: "BAD_USER_INPUT" } }]);
});

test("more assets as of a cursor than one request may cost are refused", async () => {
  await using graph = await openHistory();
  const aliases = Array.from({ length: 11 }, (_, n) => `a${n}: asset(id: "${assetId(n)}", asOf: $asOf) { id }`);
  const { errors } = await graph.ask(`query($asOf: Cursor) { ${aliases.join(" ")} }`, {
    asOf: encodeCursor({ position: 3 }),
  });
  expect(errors[0]).toMatchObject({
    message: expect.stringMatching(/10 assets in one request/),
    extensions: { code: "BAD_USER_INPUT" },
  });
});

test("the mirrors' source is told by the log alone", async () => {
  await using graph = await openHistory();
  const { data } = await graph.ask(
    `query($asOf: Cursor) { asset(id: "${assetId(1)}", asOf: $asOf) { bindings { source { name } nativeName version } } }`,
    { asOf: encodeCursor({ position: 1 }) },
  );
  expect(data).toEqual({
    asset: { bindings: [{ source: { name: LAKEHOUSE }, nativeName: ["sales", "t1"], version: null }] },
  });
});
