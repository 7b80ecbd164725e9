import { request } from "node:http";
import { createServer } from "node:net";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { createGraphServer } from "../../src/server/http.ts";
import { StartError } from "../../src/server/running-gateway.ts";
import { openGraph } from "../support/graph-harness.ts";
import { tables } from "../support/sample-lakehouse.ts";

/** As a client that sends exactly these headers; fetch would not let `host` and `origin` be set. */
function send(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const { method = "POST", headers = {}, body = '{"query":"{ __typename }"}' } = options;
    const sent = request(url, { method, headers: { "content-type": "application/json", ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (it: string) => (text += it));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on("error", reject);
    sent.end(method === "POST" ? body : undefined);
  });
}

describe("without an access configuration", () => {
  test("an address that others can reach is refused before anything listens", async () => {
    await using graph = await openGraph();
    const options = {
      gateway: graph.gateway,
      ledger: graph.ledger,
      bus: graph.bus,
      access: undefined,
      port: 0,
      log: pino({ level: "silent" }),
    };
    await expect(createGraphServer({ ...options, host: "0.0.0.0" })).rejects.toThrow(StartError);
    await expect(createGraphServer({ ...options, host: "192.0.2.1" })).rejects.toThrow(/binds to loopback only/);
  });

  test.each([
    ["a name of the attacker's (DNS rebinding)", { host: "evil.example" }, "HOST_NOT_ALLOWED"],
    ["the right name with another port", { host: "localhost:1" }, "HOST_NOT_ALLOWED"],
    ["a page of another site", { origin: "https://evil.example" }, "ORIGIN_NOT_ALLOWED"],
    ["a page of another port of this machine", { origin: "http://localhost:1" }, "ORIGIN_NOT_ALLOWED"],
    ["a sandboxed page", { origin: "null" }, "ORIGIN_NOT_ALLOWED"],
    ["a page of another site without Origin", { "sec-fetch-site": "cross-site" }, "ORIGIN_NOT_ALLOWED"],
  ])("a request by way of %s is refused", async (_what, headers, code) => {
    await using graph = await openGraph();
    const answer = await send(graph.server.graphqlUrl, { headers });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(graph.log).toContainEqual(expect.objectContaining({ event: "request.refused", code }));
  });

  test("this machine's own names and pages are answered", async () => {
    await using graph = await openGraph();
    const { port } = new URL(graph.server.address);
    for (const headers of [
      { host: `localhost:${port}` },
      { host: `[::1]:${port}` },
      { origin: graph.server.address, "sec-fetch-site": "same-origin" },
    ]) {
      expect(await send(graph.server.graphqlUrl, { headers })).toMatchObject({ status: 200 });
    }
  });
});

describe("what a form of another site can send is not taken", () => {
  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "%s",
    async (type) => {
      await using graph = await openGraph();
      expect((await send(graph.server.graphqlUrl, { headers: { "content-type": type } })).status).toBe(415);
    },
  );

  test("a GET without a header that such a form cannot set", async () => {
    await using graph = await openGraph();
    const url = `${graph.server.graphqlUrl}?query=%7B__typename%7D`;
    expect((await fetch(url)).status).toBe(400);
    const asked = await fetch(url, { headers: { "apollo-require-preflight": "1" } });
    expect(await asked.json()).toEqual({ data: { __typename: "Query" } });
  });

  test("a mutation by GET", async () => {
    await using graph = await openGraph();
    const url = `${graph.server.graphqlUrl}?query=${encodeURIComponent("mutation { reconcile(input: {}) { marked } }")}`;
    expect((await fetch(url, { headers: { "apollo-require-preflight": "1" } })).status).toBe(405);
    expect(graph.gateway.scopes).toEqual([]);
  });
});

describe("with tokens", () => {
  const access = {
    tokens: [
      { name: "portal", token: "portal-token-0123456789", roles: ["reader"] },
      { name: "steward", token: "steward-token-0123456789", roles: ["editor"] },
      { name: "operations", token: "operations-token-0123456789", roles: ["operator"] },
    ],
  } as const;
  const bearer = (name: string) => ({ authorization: `Bearer ${name}-token-0123456789` });
  const CHANGE = 'mutation { setDomain(input: { name: "sales.t1", domain: "x" }) { userErrors { code } } }';
  const MARK = "mutation { reconcile(input: {}) { marked userErrors { code } } }";

  test("who shows none, or a wrong one, is not answered", async () => {
    await using graph = await openGraph({ access });
    for (const headers of [{}, bearer("unheard-of")]) {
      const { status, errors } = await graph.ask("{ __typename }", {}, headers);
      expect(status).toBe(401);
      expect(errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    }
  });

  test("each may do what its role says, and acts under its own name", async () => {
    await using graph = await openGraph({ access });
    const forbidden = [{ code: "FORBIDDEN" }];
    expect((await graph.ask("{ __typename }", {}, bearer("portal"))).errors).toEqual([]);
    expect((await graph.ask(CHANGE, {}, bearer("portal"))).data).toEqual({ setDomain: { userErrors: forbidden } });
    expect((await graph.ask(MARK, {}, bearer("steward"))).data).toEqual({
      reconcile: { marked: 0, userErrors: forbidden },
    });
    expect(graph.gateway.mutations).toEqual([]);
    expect((await graph.ask(CHANGE, {}, bearer("steward"))).data).toEqual({ setDomain: { userErrors: [] } });
    expect((await graph.ask(MARK, {}, bearer("operations"))).data).toEqual({
      reconcile: { marked: 7, userErrors: [] },
    });
    expect(graph.gateway.mutations[0]?.actor).toEqual({ kind: "service", id: "steward" });
    const bulk =
      'mutation { applyChanges(input: { changes: [] }) { userErrors { code } } setSourceMode(input: { source: "catalog", mode: PAUSE }) { userErrors { code } } scan(input: {}) { userErrors { code } } }';
    expect((await graph.ask(bulk, {}, bearer("portal"))).data).toEqual({
      applyChanges: { userErrors: forbidden },
      setSourceMode: { userErrors: forbidden },
      scan: { userErrors: forbidden },
    });
  });

  test("any host name is answered, but no page of another site", async () => {
    await using graph = await openGraph({ access });
    const headers = { host: "concordat.example", ...bearer("portal") };
    expect((await send(graph.server.graphqlUrl, { headers })).status).toBe(200);
    expect(
      (await send(graph.server.graphqlUrl, { headers: { ...headers, origin: "http://concordat.example" } })).status,
    ).toBe(200);
    expect(
      (await send(graph.server.graphqlUrl, { headers: { ...headers, origin: "https://evil.example" } })).status,
    ).toBe(403);
  });

  test("health tells strangers the status alone", async () => {
    await using graph = await openGraph({ access });
    expect(await (await fetch(`${graph.server.address}/health/ready`)).json()).toEqual({ status: "ready" });
    const known = await fetch(`${graph.server.address}/health/ready`, { headers: bearer("portal") });
    expect(await known.json()).toMatchObject({
      ledger: { status: "up" },
      sources: [{ name: "catalog" }, { name: "lakehouse" }],
    });
  });
});

describe("errors", () => {
  test("an unexpected one is masked with an id that stands in the log", async () => {
    await using graph = await openGraph();
    graph.gateway.bug = new Error("password=hunter2");
    const { data, errors } = await graph.ask(
      'mutation { setDomain(input: { name: "sales.t1", domain: "x" }) { asset { id } } }',
    );
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: expect.stringContaining("Something went wrong in the gateway"),
        locations: expect.any(Array),
        path: ["setDomain"],
        extensions: { code: "INTERNAL_SERVER_ERROR", errorId: expect.stringMatching(/^[0-9A-Z]{26}$/) },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain("hunter2");
    const logged = graph.log.find((it) => it["errorId"] === errors[0]?.extensions["errorId"]);
    expect(logged).toMatchObject({
      event: "request.failed",
      err: { message: "password=hunter2", stack: expect.any(String) },
    });
  });

  test("a document that is wrong is 200 for clients of application/json and 400 for those of GraphQL over HTTP", async () => {
    await using graph = await openGraph();
    for (const query of ["{ nothing }", "{", "query($id: ID!) { node(id: $id) { id } }"]) {
      expect(await graph.ask(query)).toMatchObject({ status: 200, errors: [{ message: expect.any(String) }] });
      expect(await graph.ask(query, {}, { accept: "application/graphql-response+json" })).toMatchObject({
        status: 400,
      });
    }
  });

  test("a body that is no JSON, or too large, or at no address, says so", async () => {
    await using graph = await openGraph();
    const broken = await send(graph.server.graphqlUrl, { body: "{" });
    expect([broken.status, JSON.parse(broken.body)]).toMatchObject([
      400,
      { errors: [{ extensions: { code: "BAD_REQUEST" } }] },
    ]);
    const large = await send(graph.server.graphqlUrl, {
      body: JSON.stringify({ query: " ".repeat(11 * 1024 * 1024) }),
    }).catch(() => undefined);
    if (large)
      expect([large.status, JSON.parse(large.body)]).toMatchObject([
        413,
        { errors: [{ message: expect.stringContaining("10 MiB") }] },
      ]);
    expect((await fetch(`${graph.server.address}/nothing`)).status).toBe(404);
  });
});

describe("limits", () => {
  test.each([
    [
      "nests too deep",
      `{ changes(first: 1) { nodes { ${"causedBy { ".repeat(14)} id ${"}".repeat(14)} } } }`,
      /nests deeper than 15/,
    ],
    [
      "asks for too many fields",
      "{ assets(first: 500) { nodes { columns(first: 500) { nodes { id name } } } } }",
      /more than 250000 fields/,
    ],
    [
      "asks for too many by variables",
      "query($n: Int = 5) { assets(first: $n) { nodes { columns(first: $n) { nodes { id name } } } } }",
      /more than 250000 fields/,
    ],
    [
      "repeats itself under other names",
      `{ ${Array.from({ length: 100 }, (_, index) => `a${index}: assets(first: 500) { nodes { id name kind state status owners { path } } }`).join(" ")} }`,
      /more than 250000 fields/,
    ],
    [
      "hides its size in fragments",
      `{ ...a } fragment a on Query { ${"...b ".repeat(20)} } fragment b on Query { ${"...c ".repeat(20)} } fragment c on Query { assets(first: 500) { nodes { id } } }`,
      /more than 250000 fields/,
    ],
    [
      "multiplies fragments that hold no field",
      `{ ...a0 } ${Array.from({ length: 40 }, (_, index) => `fragment a${index} on Query { ...a${index + 1} ...a${index + 1} }`).join(" ")} fragment a40 on Query { __typename }`,
      /selects more than 100000 times/,
    ],
  ])("an operation that %s is refused before it runs", async (_what, query, message) => {
    await using graph = await openGraph();
    graph.calls.clear();
    const { errors } = await graph.ask(query, { n: 500 });
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message), extensions: { code: "QUERY_TOO_COMPLEX" } },
    ]);
    expect(graph.calls.size).toBe(0);
  });

  test("a document without end is not parsed to its end", async () => {
    await using graph = await openGraph();
    const { errors } = await graph.ask(`{ ${"__typename ".repeat(20_000)} }`);
    expect(errors).toMatchObject([
      { message: expect.stringContaining("tokens"), extensions: { code: "GRAPHQL_PARSE_FAILED" } },
    ]);
  });

  test("the introspection of every tool and a page of 500 rich assets are within them", async () => {
    await using graph = await openGraph();
    const { getIntrospectionQuery } = await import("graphql");
    expect((await graph.ask(getIntrospectionQuery())).errors).toEqual([]);
    const rich =
      "{ status value { __typename } observations { source { name } state value observedAt } lastChange { id } }";
    expect(
      (
        await graph.ask(
          `{ assets(first: 500) { nodes { id name owners ${rich} classifications ${rich} retention ${rich} domain { value { name } } } } }`,
        )
      ).errors,
    ).toEqual([]);
  });
});

describe("health", () => {
  test("ready says what the gateway depends on; a source that is down makes it degraded, not unready", async () => {
    await using graph = await openGraph();
    const ready = async () => {
      const response = await fetch(`${graph.server.address}/health/ready`);
      return { status: response.status, body: (await response.json()) as unknown };
    };
    expect(await ready()).toMatchObject({ status: 200, body: { status: "ready", ledger: { status: "up", head: 0 } } });
    graph.gateway.views = graph.gateway.views.map((it) =>
      it.id === "lakehouse" ? { ...it, error: { code: "timeout", message: "No answer." } } : it,
    );
    expect(await ready()).toMatchObject({
      status: 200,
      body: {
        status: "degraded",
        sources: [
          { name: "catalog", status: "up" },
          { name: "lakehouse", status: "failing", error: { code: "timeout" } },
        ],
      },
    });
    graph.ledger.backlog = () => Promise.reject(new Error("It is gone."));
    expect(await ready()).toMatchObject({
      status: 503,
      body: { status: "unavailable", ledger: { status: "down", error: "It is gone." } },
    });
    expect(await (await fetch(`${graph.server.address}/health/live`)).json()).toEqual({ status: "live" });
  });
});

describe("GraphiQL", () => {
  test("a browser gets the page, and every file that it names comes from the gateway itself", async () => {
    await using graph = await openGraph();
    const page = await fetch(graph.server.graphqlUrl, { headers: { accept: "text/html,application/xhtml+xml" } });
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    const html = await page.text();
    expect(html).not.toMatch(/https?:/);
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((it) => String(it[1]));
    expect(files).toHaveLength(6);
    const imported = new Set<string>();
    for (const file of files) {
      const response = await fetch(new URL(file, graph.server.address));
      expect([file, response.status]).toEqual([file, 200]);
      const text = await response.text();
      if (file.endsWith("page.js")) for (const it of text.matchAll(/from "([^"]+)"/g)) imported.add(String(it[1]));
    }
    expect([...imported]).toHaveLength(1);
    for (const file of imported) {
      const script = await (await fetch(new URL(file, graph.server.address))).text();
      for (const it of script.matchAll(/from '(\.\/[^']+)'/g)) {
        expect((await fetch(new URL(String(it[1]), new URL(file, graph.server.address)))).status).toBe(200);
      }
    }
  });

  test("no other file of the machine can be had that way", async () => {
    await using graph = await openGraph();
    for (const name of [
      "../../package.json",
      "..%2f..%2fpackage.json",
      "graphql-ws/..%2fpackage.json",
      "__proto__",
      "constructor",
    ]) {
      expect((await fetch(`${graph.server.address}/graphql/assets/${name}`)).status).toBe(404);
    }
  });
});

test("a port that is taken is one clear message", async () => {
  await using graph = await openGraph();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  const options = {
    gateway: graph.gateway,
    ledger: graph.ledger,
    bus: graph.bus,
    access: undefined,
    log: pino({ level: "silent" }),
  };
  await expect(createGraphServer({ ...options, host: "127.0.0.1", port })).rejects.toThrow(
    new StartError(
      `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another one with CONCORDAT_PORT.`,
    ),
  );
  await new Promise((resolve) => taken.close(resolve));
});

test("closing lets a request that has begun finish, and takes no other one", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    const { loadStates } = graph.ledger;
    graph.ledger.loadStates = async (ids) => {
      resolve();
      await held;
      return loadStates(ids);
    };
  });
  const asked = graph.ask('{ asset(name: "sales.t1") { name } }');
  await begun;
  const closed = graph.server.close();
  release();
  expect((await asked).data).toEqual({ asset: { name: "sales.t1" } });
  await closed;
  await expect(graph.ask("{ __typename }")).rejects.toThrow();
});
