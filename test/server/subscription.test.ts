import type { Client } from "graphql-ws";
import { expect, test } from "vitest";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import { type GraphHarness, openGraph, take } from "../support/graph-harness.ts";
import { assetId, drift, driftCommit, driftId, ownersChanged, tables } from "../support/sample-lakehouse.ts";

interface ChangeEvent {
  readonly changes: { readonly id: string; readonly cursor: string };
}

const CHANGES =
  "subscription($filter: ChangeFilter, $after: Cursor) { changes(filter: $filter, after: $after) { id cursor kind asset { name } } }";

function changesOf(client: Client, variables: Record<string, unknown> = {}) {
  return client.iterate<ChangeEvent>({ query: CHANGES, variables });
}

/** Resolves once the subscription stands: the server has asked the ledger where the log ends. */
async function subscribed(graph: GraphHarness, calls = 1): Promise<void> {
  while ((graph.calls.get("head") ?? 0) < calls) await new Promise((resolve) => setImmediate(resolve));
}

test("a subscriber that is cut off again and again while changes run, and resumes with its cursor, misses none and sees none twice", async () => {
  await using graph = await openGraph();
  const total = 1_000;
  const running = (async () => {
    for (let done = 0; done < total; done += 10) await graph.append(...Array.from({ length: 10 }, () => ({})));
  })();
  const seen: string[] = [];
  let after = encodeCursor({ position: 0 });
  for (let round = 0; seen.length < total; round++) {
    const client = graph.connect();
    const events = await take(changesOf(client, { after }), Math.min(37 + round, total - seen.length));
    client.terminate();
    for (const { data } of events) {
      seen.push(String(data?.changes.id));
      after = String(data?.changes.cursor);
    }
  }
  await running;
  expect(seen).toEqual(Array.from({ length: total }, (_, index) => `change:${index + 1}`));
});

test("without a cursor a subscription begins now", async () => {
  await using graph = await openGraph();
  await graph.append({}, {});
  const events = take(changesOf(graph.connect()), 1);
  await subscribed(graph);
  await graph.append({});
  expect((await events)[0]?.data?.changes.id).toBe("change:3");
});

test("many subscribers to the same changes cost no more reads of the log than one", async () => {
  await using graph = await openGraph();
  const readsWith = async (count: number): Promise<number> => {
    graph.calls.clear();
    const streams = Array.from({ length: count }, () => take(changesOf(graph.connect()), 1));
    await subscribed(graph, count);
    while ((graph.calls.get("readLog") ?? 0) < count) await new Promise((resolve) => setImmediate(resolve));
    graph.calls.clear();
    await graph.append({});
    await Promise.all(streams);
    return graph.calls.get("readLog") ?? 0;
  };
  expect(await readsWith(20)).toBeLessThanOrEqual((await readsWith(1)) + 2);
});

test("what is read for one event is read again for the next", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  const query =
    "subscription($after: Cursor) { changes(after: $after, filter: { kinds: FIELD_CHANGED }) { asset { owners { value { role } } } } }";
  const after = encodeCursor({ position: 0 });
  const events = graph.connect().iterate<unknown>({ query, variables: { after } });
  await graph.append(ownersChanged(1, null));
  const owners = (value: unknown) => ({ data: { changes: { asset: { owners: { value } } } } });
  expect((await events.next()).value).toEqual(owners([{ role: null }]));
  const [state] = await graph.ledger.loadStates([assetId(1)]);
  const bindings = state?.bindings.map((it) => ({ ...it, fields: {}, digest: "empty" })) ?? [];
  await graph.commit({
    assets: [{ id: assetId(1), expectedRevision: state?.revision ?? 0, bindings }],
    changes: [ownersChanged(1, null)],
  });
  expect((await events.next()).value).toEqual(owners([]));
});

test("drift is followed from what is open now to its resolution", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(2));
  await graph.commit(driftCommit("DRIFT_OPENED", drift(1, 1), 1));
  const query =
    "subscription($after: Cursor, $initial: Boolean) { drift(after: $after, initial: $initial) { cursor type drift { id state asset { name } } } }";
  const stream = graph.connect().iterate<{ drift: { cursor: string } }>({ query, variables: { initial: true } });
  const events = { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) };
  const [initial] = await take(events, 1);
  const first = initial?.data?.drift;
  await graph.commit(driftCommit("DRIFT_OPENED", drift(2, 2), 1));
  await graph.commit(driftCommit("DRIFT_RESOLVED", drift(1, 1, { state: "RESOLVED" }), 2));
  const rest = (await take(events, 2)).map((it) => it.data?.drift);
  expect(first).toMatchObject({ type: "OPENED", drift: { id: driftId(1), asset: { name: "sales.t1" } } });
  expect(rest).toMatchObject([
    { type: "OPENED", drift: { id: driftId(2) } },
    { type: "RESOLVED", drift: { id: driftId(1), state: "RESOLVED" } },
  ]);
  const resumed = await take(
    graph.connect().iterate<{ drift: unknown }>({ query, variables: { after: first?.cursor } }),
    2,
  );
  expect(resumed.map((it) => it.data?.drift)).toEqual(rest);
});

test("sources are told as they are, then when they are another", async () => {
  await using graph = await openGraph();
  const events = graph
    .connect()
    .iterate<{ sources: unknown }>({ query: "subscription { sources { type source { name state scanning } } }" });
  const current = await take({ [Symbol.asyncIterator]: () => ({ next: () => events.next() }) }, 2);
  expect(current.map((it) => it.data?.sources)).toEqual([
    { type: "CURRENT", source: { name: "catalog", state: "UP", scanning: false } },
    { type: "CURRENT", source: { name: "lakehouse", state: "UP", scanning: false } },
  ]);
  graph.gateway.views = graph.gateway.views.map((it) => (it.id === "lakehouse" ? { ...it, scanning: true } : it));
  await graph.append({});
  expect((await events.next()).value?.data?.sources).toEqual({
    type: "CHANGED",
    source: { name: "lakehouse", state: "UP", scanning: true },
  });
});

test("a source whose scan begins is told of, although nothing stands in the log", async () => {
  await using graph = await openGraph();
  const events = graph
    .connect()
    .iterate<{ sources: unknown }>({ query: "subscription { sources { type source { name state scanning } } }" });
  const current = await take({ [Symbol.asyncIterator]: () => ({ next: () => events.next() }) }, 2);
  expect(current.map((it) => it.data?.sources)).toEqual([
    { type: "CURRENT", source: { name: "catalog", state: "UP", scanning: false } },
    { type: "CURRENT", source: { name: "lakehouse", state: "UP", scanning: false } },
  ]);
  graph.gateway.views = graph.gateway.views.map((it) => (it.id === "lakehouse" ? { ...it, scanning: true } : it));
  expect((await events.next()).value?.data?.sources).toEqual({
    type: "CHANGED",
    source: { name: "lakehouse", state: "UP", scanning: true },
  });
});

test.each([
  ["a cursor that is none", { after: "nonsense" }, /Not a cursor/],
  ["a cursor beyond the log", { after: encodeCursor({ position: 99 }) }, /of another installation/],
  ["a pattern that is none", { filter: { names: ["a..b"] } }, /Not a pattern of names/],
  ["a path that no field has", { filter: { fields: ["owner"] } }, /No field has the path "owner"/],
  ["a source that is not there", { filter: { sources: ["nowhere"] } }, /no source "nowhere"\. Sources: catalog, lake/],
])("%s is refused with BAD_USER_INPUT", async (_what, variables, message) => {
  await using graph = await openGraph();
  const [answer] = await take(changesOf(graph.connect(), variables), 1);
  expect(answer?.errors).toMatchObject([
    { message: expect.stringMatching(message), extensions: { code: "BAD_USER_INPUT" } },
  ]);
});

test("drift in a source that is not there is refused, not waited for", async () => {
  await using graph = await openGraph();
  const query = 'subscription { drift(initial: true, filter: { sources: "nowhere" }) { cursor } }';
  const [answer] = await take(graph.connect().iterate<unknown>({ query }), 1);
  expect(answer?.errors).toMatchObject([
    { message: expect.stringMatching(/no source "nowhere"/), extensions: { code: "BAD_USER_INPUT" } },
  ]);
});

test("initial and after exclude each other", async () => {
  await using graph = await openGraph();
  const query = `subscription { drift(initial: true, after: "${encodeCursor({ position: 0 })}") { cursor } }`;
  const [answer] = await take(graph.connect().iterate<unknown>({ query }), 1);
  expect(answer?.errors).toMatchObject([
    { message: expect.stringMatching(/give one of them/), extensions: { code: "BAD_USER_INPUT" } },
  ]);
});

test("a ledger that fails ends the subscription with a masked error whose id stands in the log", async () => {
  await using graph = await openGraph();
  graph.ledger.readLog = () => Promise.reject(new Error("disk I/O error in /secret/place"));
  const failed = take(changesOf(graph.connect(), { after: encodeCursor({ position: 0 }) }), 1);
  const thrown: unknown = await failed.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject([{ extensions: { code: "INTERNAL_SERVER_ERROR", errorId: expect.any(String) } }]);
  expect(JSON.stringify(thrown)).not.toContain("secret");
  const { extensions } = (thrown as { extensions: { errorId: string } }[])[0] ?? {};
  expect(graph.log.find((it) => it["errorId"] === extensions?.errorId)).toMatchObject({
    err: { message: expect.stringContaining("/secret/place") },
  });
});
