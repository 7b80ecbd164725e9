import { describe, expect, test } from "vitest";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import { parseSourceId } from "../../src/domain/ids.ts";
import { type GraphHarness, openGraph } from "../support/graph-harness.ts";
import { assetId, tables } from "../support/sample-lakehouse.ts";

async function refusal(
  graph: GraphHarness,
  query: string,
  variables: object = {},
): Promise<{ code: unknown; message: string }> {
  const { errors } = await graph.ask(query, variables);
  expect(errors).toHaveLength(1);
  return { code: errors[0]?.extensions["code"], message: String(errors[0]?.message) };
}

const NOWHERE = /There is no source "nowhere"\. Sources: catalog, lakehouse\./;

describe("what cannot be asked is refused with what to do instead", () => {
  const cases: readonly [what: string, query: string, message: RegExp][] = [
    ["no asset named", "{ asset { id } }", /exactly one of `id`, `name` and `reference`/],
    ["an asset named twice", '{ asset(name: "a", id: "b") { id } }', /exactly one/],
    ["an id that is none", '{ asset(id: "42") { id } }', /Not an asset id: "42"/],
    ["an empty reference", '{ asset(reference: { source: "lakehouse" }) { id } }', /`name`, `stableId` or both/],
    ["a source that is no name", '{ asset(reference: { source: "No!", stableId: "x" }) { id } }', /Not a source id/],
    ["both first and last", "{ assets(first: 1, last: 1) { nodes { id } } }", /not for both/],
    ["a page of none", "{ assets(first: 0) { nodes { id } } }", /1 to 500, got 0/],
    ["a page of too many", "{ drift(first: 501) { nodes { id } } }", /1 to 500, got 501/],
    ["after with last", '{ assets(last: 1, after: "x") { nodes { id } } }', /`after` goes with `first`/],
    ["before without last", '{ assets(before: "x") { nodes { id } } }', /`before` goes with `last`/],
    ["a cursor of nothing", '{ assets(after: "x") { nodes { id } } }', /Not a cursor of this list/],
    [
      "a cursor of another list",
      '{ drift(after: "WyJhc3NldHMiLDEsIngiXQ") { nodes { id } } }',
      /Not a cursor of this list/,
    ],
    ["a pattern that is none", '{ assets(filter: { name: "a..b" }) { nodes { id } } }', /Not a pattern of names/],
    [
      "a pattern in the drift that is none",
      '{ drift(filter: { names: "a b" }) { nodes { id } } }',
      /Not a pattern of names/,
    ],
    [
      "a pattern in the changes that is none",
      '{ changes(filter: { names: "sales." }) { nodes { id } } }',
      /Not a pattern of names/,
    ],
    ["a pattern in a scope that is none", '{ plan(scope: { names: [".x"] }) { more } }', /Not a pattern of names/],
    [
      "a path that no field has",
      '{ drift(filter: { fields: "owner" }) { nodes { id } } }',
      /No field has the path "owner"\. Fields: owners, /,
    ],
    [
      "a pattern that no field matches",
      '{ changes(filter: { fields: "colums.*" }) { nodes { id } } }',
      /No field has the path "colums\.\*"/,
    ],
    ["drift in a source that is not there", '{ drift(filter: { sources: "nowhere" }) { nodes { id } } }', NOWHERE],
    [
      "changes in a source that is not there",
      '{ changes(filter: { sources: ["catalog", "source:nowhere"] }) { nodes { id } } }',
      NOWHERE,
    ],
    ["assets of a source that is not there", '{ assets(filter: { source: "nowhere" }) { nodes { id } } }', NOWHERE],
    [
      "assets of a source that is not there, deep in a filter",
      '{ assets(filter: { or: [{ hasOwner: true }, { and: { not: { source: ["lakehouse", "nowhere"] } } }] }) { nodes { id } } }',
      NOWHERE,
    ],
    ["a plan for a source that is not there", '{ plan(scope: { sources: "nowhere" }) { more } }', NOWHERE],
    [
      "the name in a source that is not there",
      '{ asset(reference: { source: "nowhere", stableId: "x" }) { id } }',
      NOWHERE,
    ],
    [
      "an unknown sort of id",
      '{ node(id: "thing:1") { id } }',
      /begins with asset:, drift:, review:, change: or source:/,
    ],
    ["a change id that is none", '{ node(id: "change:0") { id } }', /Not a change id/],
    ["a plan of too much", "{ plan(first: 1001) { more } }", /1 to 1000, got 1001/],
  ];
  test.each(cases)("%s", async (_what, query, message) => {
    await using graph = await openGraph();
    expect(await refusal(graph, query)).toEqual({ code: "BAD_USER_INPUT", message: expect.stringMatching(message) });
  });

  test("a source that was connected once may still be asked for", async () => {
    await using graph = await openGraph();
    await graph.commit({
      sources: [{ id: parseSourceId("old-lake"), revision: 0, mode: "observe", completeScans: 1 }],
    });
    expect(await graph.ask('{ changes(filter: { sources: "old-lake" }) { nodes { id } } }')).toMatchObject({
      data: { changes: { nodes: [] } },
      errors: [],
    });
    const { message } = await refusal(graph, '{ drift(filter: { sources: "nowhere" }) { nodes { id } } }');
    expect(message).toMatch(/Sources: catalog, lakehouse, old-lake\./);
  });

  test("a column cursor whose column is gone", async () => {
    await using graph = await openGraph();
    await graph.commit(tables(1));
    const asked = await refusal(graph, '{ asset(name: "sales.t1") { columns(after: "77") { nodes { id } } } }');
    expect(asked).toEqual({
      code: "BAD_USER_INPUT",
      message: expect.stringMatching(/Nothing stands at the cursor "77"/),
    });
  });

  test("a filter of a thousand parts", async () => {
    await using graph = await openGraph();
    const filter = { or: Array.from({ length: 1_000 }, () => ({ kind: ["TABLE"] })) };
    const asked = await refusal(graph, "query($filter: AssetFilter) { assets(filter: $filter) { nodes { id } } }", {
      filter,
    });
    expect(asked).toEqual({ code: "BAD_USER_INPUT", message: expect.stringMatching(/at most 100 parts/) });
  });

  test("more ids than one query may name", async () => {
    await using graph = await openGraph();
    const ids = Array.from({ length: 501 }, (_, index) => assetId(index));
    const asked = await refusal(graph, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids });
    expect(asked).toEqual({ code: "BAD_USER_INPUT", message: expect.stringMatching(/At most 500 ids/) });
  });
});

describe("a scalar that is malformed names itself and says how to write it", () => {
  const cases: readonly [what: string, type: string, value: unknown, query: string, message: RegExp][] = [
    ["cursor", "Cursor", "nonsense", "{ changes(after: $v) { nodes { id } } }", /Not a cursor\. Hand back a "cursor"/],
    [
      "moment",
      "DateTime",
      "yesterday",
      "{ changes(filter: { since: $v }) { nodes { id } } }",
      /Not a DateTime: "yesterday"\. Write RFC 3339/,
    ],
    [
      "moment without zone",
      "DateTime",
      "2026-03-01T12:00:00",
      "{ changes(filter: { since: $v }) { nodes { id } } }",
      /Not a DateTime/,
    ],
    [
      "field path",
      "FieldPath!",
      "owner",
      `{ explain(asset: "${assetId(1)}", field: $v) { decision } }`,
      /Not a FieldPath: "owner"/,
    ],
  ];
  test.each(cases)("%s in a variable", async (_what, type, v, query, message) => {
    await using graph = await openGraph();
    expect(await refusal(graph, `query($v: ${type}) ${query}`, { v })).toEqual({
      code: "BAD_USER_INPUT",
      message: expect.stringMatching(message),
    });
  });

  test("cursor in the query itself", async () => {
    await using graph = await openGraph();
    expect(await refusal(graph, '{ changes(after: "nonsense") { nodes { id } } }')).toMatchObject({
      message: expect.stringMatching(/Not a cursor/),
    });
  });

  test("a cursor reads back what it was made of", async () => {
    await using graph = await openGraph();
    await graph.append({}, {}, {});
    const { data } = await graph.ask("query($after: Cursor) { changes(after: $after) { nodes { id } } }", {
      after: encodeCursor({ position: 2 }),
    });
    expect(data).toEqual({ changes: { nodes: [{ id: "change:3" }] } });
  });
});

test("explain refuses an asset or a field that there is not, each with its code", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  const explain = "query($asset: ID!, $field: FieldPath!) { explain(asset: $asset, field: $field) { decision } }";
  expect(await refusal(graph, explain, { asset: assetId(9), field: "owners" })).toMatchObject({
    code: "ASSET_NOT_FOUND",
  });
  expect(await refusal(graph, explain, { asset: assetId(1), field: "columns.nothing.description" })).toMatchObject({
    code: "UNKNOWN_FIELD",
  });
});
