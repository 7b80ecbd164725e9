import { expect, test } from "vitest";
import { openGraph, take } from "../support/graph-harness.ts";

const ACCESS = {
  tokens: [
    { name: "portal", token: "portal-portal-portal-portal", roles: ["reader" as const] },
    { name: "jobs", token: "jobs-jobs-jobs-jobs-jobs-jobs", roles: ["reader" as const] },
  ],
};
const bearer = (index: number) => ({ authorization: `Bearer ${ACCESS.tokens[index]?.token}` });
const HOURLY = 3_600;

test("without a limit nobody is counted", async () => {
  await using graph = await openGraph();
  for (let asked = 0; asked < 20; asked++) expect((await graph.ask("{ __typename }")).status).toBe(200);
});

test("who asks more than it may is told when to come back, and another caller is not concerned", async () => {
  await using graph = await openGraph({ access: ACCESS, rateLimit: { operations: 3, perSeconds: HOURLY } });
  for (let asked = 0; asked < 3; asked++) expect((await graph.ask("{ __typename }", {}, bearer(0))).status).toBe(200);
  const response = await fetch(graph.server.graphqlUrl, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(0) },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
  expect(response.status).toBe(429);
  const seconds = Number(response.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(HOURLY - 120);
  expect(seconds).toBeLessThanOrEqual(HOURLY);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: expect.stringMatching(/^You may run 3 operations in 3600 s.*Try again in \d+ s\.$/),
        extensions: { code: "RATE_LIMITED", retryAfterMs: expect.any(Number) },
      },
    ],
  });
  expect((await graph.ask("{ __typename }", {}, bearer(1))).status).toBe(200);
});

test("the log tells of a caller that is over its limit once, not at every request", async () => {
  await using graph = await openGraph({ rateLimit: { operations: 1, perSeconds: HOURLY } });
  for (let asked = 0; asked < 10; asked++) await graph.ask("{ __typename }");
  expect(graph.log.filter((it) => it["code"] === "RATE_LIMITED")).toHaveLength(1);
});

test("operations over a WebSocket count like the others, and the socket stays open", async () => {
  await using graph = await openGraph({ access: ACCESS, rateLimit: { operations: 2, perSeconds: HOURLY } });
  const connectionParams = { authorization: `Bearer ${ACCESS.tokens[0]?.token}` };
  const client = graph.connect({ connectionParams });
  const query = "{ __typename }";
  expect((await graph.ask(query, {}, bearer(0))).status).toBe(200);
  expect(await take(client.iterate({ query }), 1)).toEqual([{ data: { __typename: "Query" } }]);
  const refused: unknown = await take(client.iterate({ query }), 1).catch((error: unknown) => error);
  expect(refused).toMatchObject([{ extensions: { code: "RATE_LIMITED" } }]);
  expect((await graph.ask(query, {}, bearer(0))).status).toBe(429);
});

test("a subscription counts once, however much it tells", async () => {
  await using graph = await openGraph({ rateLimit: { operations: 1, perSeconds: HOURLY } });
  const events = graph.connect().iterate<unknown>({ query: 'subscription { changes(after: "bG9nOjA") { id } }' });
  await graph.append({}, {}, {}, {}, {});
  expect((await take(events, 5)).every((it) => it.errors === undefined)).toBe(true);
});

test("whether the gateway is well may always be asked", async () => {
  await using graph = await openGraph({ rateLimit: { operations: 1, perSeconds: HOURLY } });
  for (let asked = 0; asked < 3; asked++) await graph.ask("{ __typename }");
  expect((await fetch(`${graph.server.address}/health/live`)).status).toBe(200);
});
