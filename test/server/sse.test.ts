import { createClient } from "graphql-sse";
import { expect, test } from "vitest";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import { type GraphHarness, openGraph, take } from "../support/graph-harness.ts";

function connect(graph: GraphHarness, headers: Record<string, string> = {}) {
  return createClient({ url: graph.server.graphqlUrl, retryAttempts: 0, headers });
}

test("a subscription over server-sent events replays and follows, and resumes with its cursor", async () => {
  await using graph = await openGraph();
  await graph.append({}, {}, {});
  const query = "subscription($after: Cursor) { changes(after: $after) { id cursor } }";
  interface Event {
    readonly changes: { readonly id: string; readonly cursor: string };
  }
  const client = connect(graph);
  const first = await take(client.iterate<Event>({ query, variables: { after: encodeCursor({ position: 1 }) } }), 2);
  expect(first.map((it) => it.data?.changes.id)).toEqual(["change:2", "change:3"]);
  const rest = take(client.iterate<Event>({ query, variables: { after: first[1]?.data?.changes.cursor } }), 2);
  await graph.append({}, {});
  expect((await rest).map((it) => it.data?.changes.id)).toEqual(["change:4", "change:5"]);
  client.dispose();
});

test("a query over server-sent events is answered once", async () => {
  await using graph = await openGraph();
  const client = connect(graph);
  expect(await take(client.iterate({ query: "{ sources { name } }" }), 9)).toEqual([
    { data: { sources: [{ name: "catalog" }, { name: "lakehouse" }] } },
  ]);
  client.dispose();
});

test("a subscriber that goes away is forgotten", async () => {
  await using graph = await openGraph();
  const left = new AbortController();
  const response = await fetch(
    `${graph.server.graphqlUrl}?query=${encodeURIComponent("subscription { sources { type } }")}`,
    {
      headers: { accept: "text/event-stream" },
      signal: left.signal,
    },
  );
  await response.body?.getReader().read();
  left.abort();
  await graph.server.close(); // would wait for the stream if it still stood
});

test("what cannot be run is refused before a stream begins", async () => {
  await using graph = await openGraph();
  const ask = async (query: string, method = "GET") => {
    const url =
      method === "GET" ? `${graph.server.graphqlUrl}?query=${encodeURIComponent(query)}` : graph.server.graphqlUrl;
    const body = method === "POST" ? { body: JSON.stringify({ query }) } : {};
    const headers = { accept: "text/event-stream", ...(method === "POST" && { "content-type": "application/json" }) };
    const response = await fetch(url, { method, headers, ...body });
    return { status: response.status, body: await response.json() };
  };
  expect(await ask("{")).toMatchObject({
    status: 400,
    body: { errors: [{ extensions: { code: "GRAPHQL_PARSE_FAILED" } }] },
  });
  expect(await ask("subscription { nothing }", "POST")).toMatchObject({
    status: 400,
    body: { errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] },
  });
  expect(await ask("mutation { reconcile(input: {}) { marked } }")).toMatchObject({ status: 405 });
  expect(graph.gateway.scopes).toEqual([]);
});

test("a token is asked for as everywhere", async () => {
  const token = "portal-token-0123456789";
  await using graph = await openGraph({ access: { tokens: [{ name: "portal", token, roles: ["reader"] }] } });
  const query = "subscription { sources { type } }";
  await expect(take(connect(graph).iterate({ query }), 1)).rejects.toThrow(/401|Unauthorized/);
  expect(await take(connect(graph, { authorization: `Bearer ${token}` }).iterate({ query }), 1)).toEqual([
    { data: { sources: { type: "CURRENT" } } },
  ]);
});

test("a failing ledger ends the stream with a masked error", async () => {
  await using graph = await openGraph();
  graph.ledger.readLog = () => Promise.reject(new Error("disk I/O error in /secret/place"));
  const query = `subscription { changes(after: "${encodeCursor({ position: 0 })}") { id } }`;
  const answers = await take(connect(graph).iterate({ query }), 9);
  expect(answers).toMatchObject([
    { errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR", errorId: expect.any(String) } }] },
  ]);
  expect(JSON.stringify(answers)).not.toContain("secret");
});
