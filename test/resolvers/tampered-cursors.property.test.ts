import { fc, test } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, test as example, expect } from "vitest";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import { type GraphHarness, openGraph, take } from "../support/graph-harness.ts";
import { assetId, drift, driftCommit, tables } from "../support/sample-lakehouse.ts";

let graph: GraphHarness;
beforeAll(async () => {
  graph = await openGraph();
  await graph.commit(tables(3));
  for (const number of [1, 2, 3]) await graph.commit(driftCommit("DRIFT_OPENED", drift(number, number), 1));
});
afterAll(() => graph[Symbol.asyncDispose]());

/** Every place in the graph that takes a cursor: the list's own, and the log's. */
const ONE = `asset(id: "${assetId(1)}"`;
const OF_LISTS = [
  "{ assets(first: 1, after: $c) { nodes { id } } }",
  "{ assets(last: 1, before: $c, orderBy: { by: CHANGED }) { nodes { id } } }",
  "{ assets(first: 1, after: $c, orderBy: { by: CREATED, direction: DESC }) { nodes { id } } }",
  "{ drift(first: 1, after: $c) { nodes { id } } }",
  `{ ${ONE}) { drift(first: 1, after: $c) { nodes { id } } } }`,
  `{ ${ONE}) { columns(first: 1, after: $c) { nodes { name } } } }`,
] as const;
const OF_THE_LOG = [
  "{ changes(first: 1, after: $c) { nodes { id } } }",
  "{ changes(last: 1, before: $c) { nodes { id } } }",
  `{ ${ONE}) { changes(first: 1, after: $c) { nodes { id } } } }`,
  "{ assets(filter: { changedSince: $c }) { nodes { id } } }",
  `{ ${ONE}, asOf: $c) { name } }`,
] as const;

const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.constantFrom(2 ** 53, -0, 1e21));
const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64url");
const forged = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("assets:name", "assets:changed", "assets:created", "drifts", "x"),
      fc.oneof(number, fc.string({ unit: "binary" }), fc.jsonValue()),
      fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
    )
    .map((it) => base64(JSON.stringify(it))),
  fc
    .tuple(fc.constantFrom("log:", "log", "LOG:"), number, fc.constantFrom("", ":", ":x"))
    .map((it) => base64(it.join(""))),
  fc.jsonValue().map((it) => base64(JSON.stringify(it))),
  fc.string(),
);

/** One character of a cursor that the graph gave is another, or it is cut off. */
const tampered = fc
  .tuple(fc.nat({ max: 200 }), fc.constantFrom("A", "z", "0", "_", "é", "\u0000", ""), fc.boolean())
  .map(([at, by, cut]) => (cursor: string): string => {
    const place = at % cursor.length;
    return cut ? cursor.slice(0, place) : cursor.slice(0, place) + by + cursor.slice(place + 1);
  });

async function expectNoFault(type: string, query: string, cursor: string): Promise<void> {
  const { errors } = await graph.ask(`query($c: ${type}) ${query}`, { c: cursor });
  expect(errors.map((it) => it.extensions["code"]).filter((it) => it !== "BAD_USER_INPUT")).toEqual([]);
}

describe("a cursor that nobody gave is refused as such, and is never a fault of the gateway", () => {
  test.prop([fc.constantFrom(...OF_LISTS), forged])("in a list", (query, cursor) =>
    expectNoFault("String", query, cursor),
  );
  test.prop([fc.constantFrom(...OF_THE_LOG), forged])("in the log", (query, cursor) =>
    expectNoFault("Cursor", query, cursor),
  );

  test.prop([tampered])("when one that was given is changed", async (change) => {
    const { data } = await graph.ask(
      "{ assets(first: 1) { pageInfo { endCursor } } drift(first: 1) { pageInfo { endCursor } } changes(first: 1) { pageInfo { endCursor } } }",
    );
    const given = data as unknown as Record<"assets" | "drift" | "changes", { pageInfo: { endCursor: string } }>;
    await expectNoFault("String", OF_LISTS[0], change(given.assets.pageInfo.endCursor));
    await expectNoFault("String", OF_LISTS[3], change(given.drift.pageInfo.endCursor));
    for (const query of OF_THE_LOG) await expectNoFault("Cursor", query, change(given.changes.pageInfo.endCursor));
  });

  test.prop([fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), forged)], { numRuns: 30 })(
    "in the drift that a subscription goes on with",
    async (initialAfter) => {
      const query = "subscription($after: Cursor) { drift(after: $after) { cursor } }";
      const variables = { after: encodeCursor({ position: 1, initialAfter }) };
      const client = graph.connect();
      const [answer] = await take(client.iterate<unknown>({ query, variables }), 1);
      await client.dispose();
      // A forged one that the list could have given goes on where it would stand.
      if (answer?.errors) expect(answer.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
      else expect(answer?.data).toMatchObject({ drift: { cursor: expect.any(String) } });
    },
  );

  example.each([
    ["the changes", "{ changes(after: $c) { nodes { id } } }"],
    ["an asset's changes", `{ ${ONE}) { changes(after: $c) { nodes { id } } } }`],
    ["what changed since", "{ assets(filter: { not: { changedSince: $c } }) { nodes { id } } }"],
    ["an asset as it was", `{ ${ONE}, asOf: $c) { name } }`],
  ])("one that lies after the end of the log is refused for %s: it would wait for ever", async (_what, query) => {
    for (const position of [await graph.ledger.head().then((it) => it + 1), Number.MAX_SAFE_INTEGER]) {
      const { errors } = await graph.ask(`query($c: Cursor) ${query}`, { c: encodeCursor({ position }) });
      expect(errors).toMatchObject([
        { message: expect.stringMatching(/after this log's end/), extensions: { code: "BAD_USER_INPUT" } },
      ]);
    }
  });

  example("the end of the log is a cursor like any other", async () => {
    const { data, errors } = await graph.ask("query($c: Cursor) { changes(after: $c) { nodes { id } } }", {
      c: encodeCursor({ position: await graph.ledger.head() }),
    });
    expect([data, errors]).toEqual([{ changes: { nodes: [] } }, []]);
  });
});
