import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import WebSocket from "ws";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import { type GraphHarness, openGraph, take } from "../support/graph-harness.ts";

interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Speaks the protocol by hand, so that close codes and refusals can be seen. */
function open(graph: GraphHarness, headers: Record<string, string> = {}, connectionParams: object = {}) {
  const socket = new WebSocket(graph.server.graphqlUrl.replace("http", "ws"), "graphql-transport-ws", { headers });
  const closed = new Promise<Closed>((resolve, reject) => {
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
    socket.on("unexpected-response", (_request, response) => resolve({ code: response.statusCode ?? 0, reason: "" }));
    socket.on("error", reject);
  });
  socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: connectionParams })));
  const acknowledged = new Promise<void>((resolve) => socket.once("message", () => resolve()));
  return { socket, closed, acknowledged };
}

describe("who may open a socket", () => {
  test.each([
    ["a page of another site", { origin: "https://evil.example" }],
    ["a name of the attacker's", { host: "evil.example" }],
  ])("not %s", async (_what, headers) => {
    await using graph = await openGraph();
    expect(await open(graph, headers).closed).toMatchObject({ code: 403 });
  });

  test("nobody at another address", async () => {
    await using graph = await openGraph();
    const socket = new WebSocket(`${graph.server.address.replace("http", "ws")}/elsewhere`, "graphql-transport-ws");
    const status = await new Promise((resolve) =>
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode)),
    );
    expect(status).toBe(404);
  });

  test("with tokens only who shows one, in the header or in the connection's parameters", async () => {
    const token = "portal-token-0123456789";
    await using graph = await openGraph({ access: { tokens: [{ name: "portal", token, roles: ["reader"] }] } });
    expect(await open(graph).closed).toMatchObject({ code: 4401, reason: expect.stringContaining("Authorization") });
    expect(await open(graph, {}, { authorization: "Bearer wrong-token-0123456789" }).closed).toMatchObject({
      code: 4401,
    });
    for (const [headers, params] of [
      [{ authorization: `Bearer ${token}` }, {}],
      [{}, { Authorization: `Bearer ${token}` }],
    ] as const) {
      const { socket, acknowledged } = open(graph, headers, params);
      await acknowledged;
      socket.terminate();
    }
  });
});

test("queries and mutations run over a socket too, with the caller's rights", async () => {
  const token = "portal-token-0123456789";
  await using graph = await openGraph({ access: { tokens: [{ name: "portal", token, roles: ["reader"] }] } });
  const client = graph.connect({ connectionParams: { authorization: `Bearer ${token}` } });
  expect(await take(client.iterate({ query: "{ sources { name } }" }), 1)).toEqual([
    { data: { sources: [{ name: "catalog" }, { name: "lakehouse" }] } },
  ]);
  const mark = "mutation { reconcile(input: {}) { userErrors { code } } }";
  expect(await take(client.iterate({ query: mark }), 1)).toEqual([
    { data: { reconcile: { userErrors: [{ code: "FORBIDDEN" }] } } },
  ]);
});

test.each([
  ["is no document", "{", "GRAPHQL_PARSE_FAILED"],
  ["asks for what there is not", "subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"],
  [
    "asks for too much",
    "{ assets(first: 500) { nodes { columns(first: 500) { nodes { id name } } } } }",
    "QUERY_TOO_COMPLEX",
  ],
  ["names no operation", "query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"],
])("an operation that %s is refused with a code", async (_what, query, code) => {
  await using graph = await openGraph();
  const refused: unknown = await take(graph.connect().iterate({ query }), 1).catch((error: unknown) => error);
  expect(refused).toMatchObject([{ extensions: { code } }]);
});

test("an unexpected error is masked over a socket as it is over HTTP", async () => {
  await using graph = await openGraph();
  graph.gateway.bug = new Error("password=hunter2");
  const [answer] = await take(graph.connect().iterate({ query: "mutation { reconcile(input: {}) { marked } }" }), 1);
  expect(JSON.stringify(answer)).not.toContain("hunter2");
  expect(answer?.errors).toMatchObject([
    { extensions: { code: "INTERNAL_SERVER_ERROR", errorId: expect.any(String) } },
  ]);
});

test("a socket holds a bounded number of operations", async () => {
  await using graph = await openGraph();
  const client = graph.connect();
  const streams = Array.from({ length: 100 }, () => client.iterate({ query: "subscription { sources { type } }" }));
  await Promise.all(streams.map((it) => it.next()));
  const refused: unknown = await take(client.iterate({ query: "subscription { sources { type } }" }), 1).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject([{ extensions: { code: "TOO_MANY_OPERATIONS" } }]);
});

test("closing the server tells every socket that it goes away", async () => {
  await using graph = await openGraph();
  const { socket, closed, acknowledged } = open(graph);
  await acknowledged;
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: "subscription { changes { id } }" } }));
  await graph.server.close();
  expect(await closed).toMatchObject({ code: 1001 });
});

/** Reads nothing, so that what is sent to it stays in the gateway's own buffers. */
function openDeaf(graph: GraphHarness, lines: readonly string[]): Promise<Socket> {
  const { hostname, port } = new URL(graph.server.address);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => undefined);
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.write(lines.join("\r\n"));
      socket.pause();
      resolve(socket);
    });
  });
}

test("a subscriber over server-sent events that takes nothing is closed, and told with which cursor to go on", async () => {
  await using graph = await openGraph({ slowSubscriberMs: 200 });
  const query = encodeURIComponent('subscription { changes(after: "bG9nOjA") { cursor detail } }');
  const { host } = new URL(graph.server.address);
  const socket = await openDeaf(graph, [
    `GET /graphql?query=${query} HTTP/1.1`,
    `Host: ${host}`,
    "Accept: text/event-stream",
    "Connection: close",
    "",
    "",
  ]);
  const closed = new Promise<void>((resolve) => {
    const look = (): void =>
      void (graph.log.some((it) => it["event"] === "subscriber.too-slow") ? resolve() : setImmediate(look));
    look();
  });
  const detail = "x".repeat(100_000);
  for (let round = 0; round < 10; round++) await graph.append(...Array.from({ length: 20 }, () => ({ detail })));
  await closed;
  const reads = graph.calls.get("readLog") ?? 0;
  let text = "";
  await new Promise<void>((resolve) => {
    socket.on("data", (it) => (text = (text + String(it)).slice(-2_000)));
    socket.on("close", () => resolve());
    socket.on("end", () => resolve());
    socket.resume();
  });
  expect(text).toContain("SUBSCRIBER_TOO_SLOW");
  expect(text).toMatch(/"cursor":"[\w-]+"/);
  expect(graph.calls.get("readLog")).toBe(reads);
});

test("a subscriber over a socket that takes nothing is closed, and told with which cursor to go on", async () => {
  await using graph = await openGraph({ slowSubscriberMs: 200 });
  const { socket, closed, acknowledged } = open(graph);
  await acknowledged;
  const subscribe = {
    id: "1",
    type: "subscribe",
    payload: { query: 'subscription { changes(after: "bG9nOjA") { cursor detail } }' },
  };
  socket.send(JSON.stringify(subscribe));
  socket.pause();
  const slow = new Promise<void>((resolve) => {
    const look = (): void =>
      void (graph.log.some((it) => it["event"] === "subscriber.too-slow") ? resolve() : setImmediate(look));
    look();
  });
  const detail = "x".repeat(100_000);
  for (let round = 0; round < 10; round++) await graph.append(...Array.from({ length: 20 }, () => ({ detail })));
  await slow;
  const cursors: string[] = [];
  socket.on("message", (it) => {
    const { payload } = JSON.parse(String(it)) as { payload?: { data?: { changes: { cursor: string } } } };
    if (payload?.data) cursors.push(payload.data.changes.cursor);
  });
  socket.resume();
  expect(await closed).toEqual({ code: 4408, reason: expect.stringMatching(/Resume with after: [\w-]+$/) });
  expect((await closed).reason).toContain(String(cursors.at(-1)));
  expect(cursors.length).toBeLessThan(200);
});

test("a subscriber that takes nothing does not delay one that asked for the very same", async () => {
  await using graph = await openGraph({ slowSubscriberMs: 5_000 });
  const query = 'subscription { changes(after: "bG9nOjA") { cursor detail } }';
  const { socket, closed, acknowledged } = open(graph);
  await acknowledged;
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
  socket.pause();
  const taken = take(graph.connect().iterate<{ changes: { cursor: string } }>({ query }), 200);
  const detail = "x".repeat(100_000);
  for (let round = 0; round < 10; round++) await graph.append(...Array.from({ length: 20 }, () => ({ detail })));
  const cursors = (await taken).map((it) => it.data?.changes.cursor);
  expect(cursors).toEqual(Array.from({ length: 200 }, (_, index) => encodeCursor({ position: index + 1 })));
  socket.resume();
  socket.close();
  await closed;
});
