import { describe, expect, test } from "vitest";
import type { IcebergRestConfig } from "../../../sources/iceberg-rest/config.ts";
import { connectIcebergRest } from "../../../sources/iceberg-rest/source.ts";
import type { NativeRef } from "../../../src/domain/asset.ts";
import { parseSourceId } from "../../../src/domain/ids.ts";
import type { Source } from "../../../src/ports/source.ts";
import { scan } from "../../contract/source-scans.ts";
import { icebergError, type StubAnswer, type StubRequest, StubServer } from "../../support/stub-server.ts";
import { systemClock } from "../../support/system-clock.ts";

const TABLE: NativeRef = { kind: "TABLE", name: ["sales", "orders"], stableId: null };

function tableBody(more: object = {}): object {
  const schema = { type: "struct", "schema-id": 0, fields: [{ id: 1, name: "id", required: true, type: "long" }] };
  const metadata = {
    "format-version": 2,
    "table-uuid": "uuid-1",
    schemas: [schema],
    "current-schema-id": 0,
    properties: {},
  };
  return { "metadata-location": "s3://bucket/1.json", metadata: { ...metadata, ...more } };
}

interface Scene extends AsyncDisposable {
  readonly server: StubServer;
  readonly source: Source;
}

/** A server with one namespace and one table, but for what a test answers otherwise. */
async function open(
  odd: (request: StubRequest) => StubAnswer | undefined,
  config: Partial<IcebergRestConfig> = {},
): Promise<Scene> {
  const server = await StubServer.start((request) => odd(request) ?? usual(request));
  const base: IcebergRestConfig = {
    id: parseSourceId("lake"),
    uri: server.url,
    auth: "none",
    retries: { attempts: 2, baseMs: 1, capMs: 2 },
  };
  const source = await connectIcebergRest({ ...base, ...config }, { clock: systemClock, random: { next: () => 0.5 } });
  return {
    server,
    source,
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function usual({ url }: StubRequest): StubAnswer {
  const [path = "", query = ""] = url.split("?");
  if (path === "/v1/config") return { body: { defaults: {}, overrides: {} } };
  if (path === "/v1/namespaces") return { body: { namespaces: query.includes("parent=") ? [] : [["sales"]] } };
  if (path === "/v1/namespaces/sales") return { body: { namespace: ["sales"], properties: {} } };
  if (path.endsWith("/tables")) return { body: { identifiers: [{ namespace: ["sales"], name: "orders" }] } };
  return path.endsWith("/tables/orders") ? { body: tableBody() } : icebergError(404, "NoSuchTableException");
}

describe("what a server says of itself", () => {
  test("decides on paths, separator and page size", async ({ signal }) => {
    const overrides = { prefix: "ws/main|dev", "namespace-separator": "%2E", "rest-page-size": "7" };
    await using scene = await open(
      ({ url }) => (url.startsWith("/v1/config") ? { body: { defaults: { prefix: "other" }, overrides } } : undefined),
      {
        warehouse: "my warehouse",
      },
    );
    await scene.source.read([{ kind: "TABLE", name: ["a b", "c/d", "t?1"], stableId: null }], signal);
    await scan(scene.source, {}, signal);
    const urls = scene.server.requests.map((it) => it.url);
    expect(urls).toContain("/v1/config?warehouse=my%20warehouse");
    expect(urls).toContain("/v1/ws/main%7Cdev/namespaces/a%20b%2Ec%2Fd/tables/t%3F1?snapshots=refs");
    expect(urls).toContain("/v1/ws/main%7Cdev/namespaces?pageToken=&pageSize=7");
  });

  test("without a list of endpoints means tables and namespaces, no views", async () => {
    await using scene = await open(() => undefined);
    const kinds = new Set(scene.source.capabilities.fields.flatMap((it) => it.kinds));
    expect([...kinds]).toEqual(["NAMESPACE", "TABLE"]);
    expect(scene.source.capabilities).toMatchObject({
      conditionalWrite: false,
      createsAssets: false,
      provesExistence: true,
    });
  });

  test("with a list of endpoints is all that is used", async ({ signal }) => {
    const endpoints = [
      "GET /v1/{prefix}/namespaces",
      "GET /v1/{prefix}/namespaces/{namespace}/tables",
      "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}",
    ];
    await using scene = await open(({ url }) =>
      url === "/v1/config" ? { body: { defaults: {}, overrides: {}, endpoints } } : undefined,
    );
    expect(scene.source.capabilities.fields.filter((it) => it.write || it.kinds[0] !== "TABLE")).toEqual([]);
    const { assets, end } = await scan(scene.source, {}, signal);
    expect(end).toEqual({ complete: true });
    expect(assets.map((it) => it.kind)).toEqual(["found", "found"]);
    expect(scene.server.requests.map((it) => it.url)).not.toContain("/v1/namespaces/sales");
  });

  test("is asked for again and again until it answers; the source is not well until then", async ({ signal }) => {
    let up = false;
    await using scene = await open(() => (up ? undefined : { status: 503, body: "starting" }));
    expect(await scene.source.health(signal)).toMatchObject({ code: "throttled" });
    expect(await scene.source.read([TABLE], signal)).toMatchObject([{ kind: "failed" }]);
    up = true;
    expect(await scene.source.read([TABLE], signal)).toMatchObject([{ kind: "found" }]);
    expect(await scene.source.health(signal)).toBeUndefined();
  });
});

describe("an answer that cannot be trusted", () => {
  test.each<[string, StubAnswer]>([
    ["is no JSON", { body: "<html>" }],
    ["is cut off", { body: '{"metadata":{"table-uuid":' }],
    ["has no uuid", { body: tableBody({ "table-uuid": 7 }) }],
    ["has no current schema", { body: tableBody({ "current-schema-id": 5 }) }],
    ["has a property that is no text", { body: tableBody({ properties: { owner: { name: "x" } } }) }],
    ["is larger than allowed", { body: tableBody({ properties: { comment: "x".repeat(5_000) } }) }],
    ["leads elsewhere", { status: 302, headers: { location: "http://example.com/" } }],
    ["is a proxy's 404", { status: 404, body: "<h1>Not Found</h1>" }],
    [
      "is a 404 about the warehouse",
      { status: 404, body: { error: { message: "No such warehouse", type: "NotFoundException", code: 404 } } },
    ],
  ])("fails the read where it %s", async (what, answer) => {
    const gone = what.includes("warehouse");
    await using scene = await open(
      ({ url }) => (url.includes("/tables/") || (gone && url.includes("pageSize=1")) ? answer : undefined),
      { maxBodyBytes: 4_096 },
    );
    expect(await scene.source.read([TABLE], AbortSignal.timeout(20_000))).toMatchObject([
      { kind: "failed", error: { code: "protocol" } },
    ]);
  });

  test("does not lead a scan in circles: a server that ignores the parent, or gives a page for ever", async ({
    signal,
  }) => {
    await using ignoring = await open(({ url }) =>
      url.startsWith("/v1/namespaces?") ? { body: { namespaces: [["sales"]] } } : undefined,
    );
    expect((await scan(ignoring.source, {}, signal)).end).toMatchObject({
      complete: false,
      error: { code: "protocol" },
    });
    const page = { identifiers: [], "next-page-token": "again" };
    await using endless = await open(({ url }) => (url.includes("/tables?") ? { body: page } : undefined));
    expect((await scan(endless.source, {}, signal)).end).toMatchObject({
      complete: false,
      error: { code: "protocol" },
    });
  });

  test("a namespace that is gone, and says so itself, has nothing in it", async ({ signal }) => {
    let listed = false;
    await using scene = await open(({ url }) => {
      if (url.includes("/tables?")) listed = true;
      return listed && url.startsWith("/v1/namespaces/sales")
        ? icebergError(404, "NoSuchNamespaceException")
        : undefined;
    });
    const { assets, end } = await scan(scene.source, {}, signal);
    expect(end).toEqual({ complete: true });
    expect(assets).toMatchObject([{ kind: "found", snapshot: { ref: { kind: "NAMESPACE" } } }]);
  });
});

describe("a table that has not changed", () => {
  test("is told as unchanged by its ETag, and only an ETag is sent", async ({ signal }) => {
    await using scene = await open(({ url, headers }) => {
      if (!url.includes("/tables/")) return undefined;
      return headers["if-none-match"] === '"e1"' ? { status: 304 } : { body: tableBody(), headers: { etag: '"e1"' } };
    });
    const first = await scan(scene.source, {}, signal);
    expect(first.assets[1]).toMatchObject({ kind: "found", snapshot: { version: 'etag:"e1"' } });
    const second = await scan(scene.source, { knownVersions: async (refs) => refs.map(() => 'etag:"e1"') }, signal);
    expect(second.assets[1]).toEqual({ kind: "unchanged", ref: TABLE, version: 'etag:"e1"' });
    await scan(scene.source, { knownVersions: async (refs) => refs.map(() => "s3://bucket/1.json") }, signal);
    expect(scene.server.requests.at(-1)?.headers["if-none-match"]).toBeUndefined();
  });

  test("is loaded anyway where the configuration says that ETags do not cover properties", async ({ signal }) => {
    await using scene = await open(() => undefined, { conditionalLoads: false });
    const { assets } = await scan(scene.source, { knownVersions: async (refs) => refs.map(() => 'etag:"e1"') }, signal);
    expect(assets[1]).toMatchObject({ kind: "found" });
    expect(scene.server.requests.filter((it) => it.headers["if-none-match"] !== undefined)).toEqual([]);
  });
});
