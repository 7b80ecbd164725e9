import { describe, expect, test } from "vitest";
import { startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { type IcebergRestConfig, settle } from "../../../sources/iceberg-rest/config.ts";
import { connectIcebergRest } from "../../../sources/iceberg-rest/source.ts";
import { retryAfterMs } from "../../../sources/iceberg-rest/status.ts";
import type { NativeRef } from "../../../src/domain/asset.ts";
import { parseSourceId } from "../../../src/domain/ids.ts";
import type { Source } from "../../../src/ports/source.ts";
import { scan } from "../../contract/source-scans.ts";
import { icebergError, type StubAnswer, type StubRequest, StubServer } from "../../support/stub-server.ts";
import { systemClock } from "../../support/system-clock.ts";

const id = parseSourceId("lake");
const NAMESPACE: NativeRef = { kind: "NAMESPACE", name: ["sales"], stableId: null };

function connect(config: Omit<IcebergRestConfig, "id">): Promise<Source> {
  return connectIcebergRest(
    { id, retries: { attempts: 2, baseMs: 1, capMs: 2 }, ...config },
    { clock: systemClock, random: { next: () => 0.5 } },
  );
}

/** Answers the configuration, and everything else as the test says. */
function server(answer: (request: StubRequest) => StubAnswer): Promise<StubServer> {
  return StubServer.start((request) =>
    request.url.startsWith("/v1/config") ? { body: { defaults: {}, overrides: {} } } : answer(request),
  );
}

const FOUND: StubAnswer = { body: { namespace: ["sales"], properties: {} } };

describe("who the source says it is", () => {
  test("client credentials bring one token for all requests, and a new one when it has ended", async ({ signal }) => {
    await using sandbox = await startIcebergSandbox({
      auth: { kind: "oauth2", clientId: "me", clientSecret: "secret" },
    });
    await using source = await connect({
      uri: sandbox.url,
      auth: { oauth2: { clientId: "me", clientSecret: "secret" } },
    });
    sandbox.edit.createNamespace("sales");
    expect(await source.read([NAMESPACE, NAMESPACE, NAMESPACE], signal)).toMatchObject(
      Array(3).fill({ kind: "found" }),
    );
    sandbox.expireTokens();
    expect(await source.read(Array(6).fill(NAMESPACE), signal)).toMatchObject(Array(6).fill({ kind: "found" }));
    const tokens = Object.entries(sandbox.requests.counts().endpoints).find(([it]) => it.includes("oauth/tokens"));
    expect(tokens?.[1].requests).toBe(2);
  });

  test("wrong client credentials are told as such, without the secret", async ({ signal }) => {
    await using stub = await StubServer.start(({ url }) =>
      url.endsWith("/oauth/tokens") ? { status: 401, body: { error: "invalid_client" } } : FOUND,
    );
    await using source = await connect({
      uri: stub.url,
      auth: { oauth2: { clientId: "me", clientSecret: "top-secret" } },
    });
    const health = await source.health(signal);
    expect(health).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify(health)).not.toContain("top-secret");
    expect(stub.requests[0]?.body).toBe(
      "grant_type=client_credentials&scope=catalog&client_id=me&client_secret=top-secret",
    );
  });

  test.each([401, 419])(
    "a fixed token that is refused with %d is told as such, and not tried again",
    async (status) => {
      await using stub = await server(() => icebergError(status, "NotAuthorizedException"));
      await using source = await connect({ uri: stub.url, auth: { token: "t" }, headers: { "x-tenant": "blue" } });
      expect(await source.read([NAMESPACE], AbortSignal.timeout(20_000))).toMatchObject([
        { kind: "failed", error: { code: "unauthorized" } },
      ]);
      expect(stub.requests.map((it) => [it.headers["authorization"], it.headers["x-tenant"]])).toEqual(
        Array(2).fill(["Bearer t", "blue"]),
      );
    },
  );
});

describe("a server in trouble", () => {
  test.each<[number, string, number]>([
    [500, "server", 3],
    [503, "throttled", 3],
    [429, "throttled", 3],
    [403, "forbidden", 1],
    [400, "protocol", 1],
  ])("answering %d is told as %s after %d attempts", async (status, code, attempts) => {
    await using stub = await server(() => icebergError(status, "Trouble"));
    await using source = await connect({ uri: stub.url, auth: "none" });
    expect(await source.read([NAMESPACE], AbortSignal.timeout(20_000))).toMatchObject([
      { kind: "failed", error: { code } },
    ]);
    expect(stub.requests.length - 1).toBe(attempts);
  });

  test("is asked again after a passing failure", async ({ signal }) => {
    let left = 2;
    await using stub = await server(() => (left-- > 0 ? { status: 502, body: "bad gateway" } : FOUND));
    await using source = await connect({ uri: stub.url, auth: "none" });
    expect(await source.read([NAMESPACE], signal)).toMatchObject([{ kind: "found" }]);
  });

  test("is left alone once most requests failed, and tried again later", async ({ signal }) => {
    let up = false;
    await using stub = await server(() => (up ? FOUND : icebergError(500, "Trouble")));
    await using source = await connect({ uri: stub.url, auth: "none", circuitOpenMs: 50 });
    await source.read(Array(12).fill(NAMESPACE), signal);
    const asked = stub.requests.length;
    expect(await source.read([NAMESPACE], signal)).toMatchObject([{ kind: "failed", error: { code: "circuit-open" } }]);
    expect(stub.requests.length).toBe(asked);
    up = true;
    await expect.poll(async () => (await source.read([NAMESPACE], signal))[0]?.kind, { timeout: 5_000 }).toBe("found");
  });

  test("that hangs is given up in time, and more requests than can wait are refused", async ({ signal }) => {
    await using sandbox = await startIcebergSandbox();
    sandbox.edit.createNamespace("sales");
    const limits = {
      concurrency: 1,
      queueLimit: 0,
      timeouts: { attemptMs: 200, overallMs: 300 },
      retries: { attempts: 0 },
    };
    await using source = await connect({ uri: sandbox.url, auth: "none", ...limits });
    sandbox.faults.add({ kind: "hang", path: "namespaces/sales" });
    const [slow, refused] = await Promise.all([source.read([NAMESPACE], signal), source.read([NAMESPACE], signal)]);
    expect(slow).toMatchObject([{ kind: "failed", error: { code: "timeout" } }]);
    expect(refused).toMatchObject([{ kind: "failed", error: { code: "busy" } }]);
  });

  test("that drips its answer byte by byte is given up in time, by a read and by a scan", async ({ signal }) => {
    await using sandbox = await startIcebergSandbox();
    sandbox.edit.createNamespace("sales");
    const timeouts = { attemptMs: 5_000, overallMs: 300 };
    await using source = await connect({ uri: sandbox.url, auth: "none", timeouts });
    sandbox.faults.add({ kind: "drip", path: "namespaces/sales", bytesPerSecond: 20 });
    expect(await source.read([NAMESPACE], signal)).toMatchObject([{ kind: "failed", error: { code: "timeout" } }]);
    const { assets } = await scan(source, {}, signal);
    expect(assets).toMatchObject([{ kind: "failed", error: { code: "timeout" } }]);
  });
});

describe("a server that never ends an answer", () => {
  test("is left alone as one that gives none is", async ({ signal }) => {
    await using sandbox = await startIcebergSandbox();
    sandbox.edit.createNamespace("sales");
    const limits = { concurrency: 12, timeouts: { attemptMs: 5_000, overallMs: 300 }, circuitOpenMs: 60_000 };
    await using source = await connect({ uri: sandbox.url, auth: "none", ...limits });
    sandbox.faults.add({ kind: "drip", path: "namespaces/sales", bytesPerSecond: 20 });
    await source.read(Array(12).fill(NAMESPACE), signal);
    expect(await source.read([NAMESPACE], signal)).toMatchObject([{ kind: "failed", error: { code: "circuit-open" } }]);
  });

  test("at its token endpoint holds nobody for ever, and is asked again", async ({ signal }) => {
    let isStuck = true;
    await using stub = await StubServer.start(({ url }) => {
      if (url.startsWith("/v1/config")) return { body: { defaults: {}, overrides: {} } };
      if (!url.endsWith("/oauth/tokens")) return FOUND;
      const token = { access_token: "t", token_type: "bearer", expires_in: 3_600 };
      return { body: token, ...(isStuck ? { msPerByte: 50 } : {}) };
    });
    const oauth2 = { clientId: "me", clientSecret: "secret" };
    const timeouts = { attemptMs: 300, overallMs: 1_000 };
    await using source = await connect({ uri: stub.url, auth: { oauth2 }, timeouts });
    expect(await source.health(signal)).toMatchObject({ code: "timeout" });
    expect(await source.read([NAMESPACE], signal)).toMatchObject([{ kind: "failed", error: { code: "timeout" } }]);
    isStuck = false;
    expect(await source.read([NAMESPACE], signal)).toMatchObject([{ kind: "found" }]);
  });
});

describe("a configuration", () => {
  test.each([
    ["ftp://host/", "Not an http or https address"],
    ["catalog.example.com", "Not an http or https address"],
    ["https://me:secret@host/", 'put them into "auth"'],
  ])("with the address %s is refused", (uri, message) => {
    expect(() => settle({ id, uri, auth: "none" })).toThrow(message);
  });

  test("with a number out of bounds is refused by name", () => {
    expect(() => settle({ id, uri: "http://host", auth: "none", concurrency: 0 })).toThrow(
      "concurrency must be a whole number of at least 1, got 0",
    );
  });
});

test("Retry-After is seconds or a date, and never more than a day", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(retryAfterMs("7", now)).toBe(7_000);
  expect(retryAfterMs("Thu, 01 Jan 2026 00:00:30 GMT", now)).toBe(30_000);
  expect(retryAfterMs("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  expect(retryAfterMs("999999999", now)).toBe(86_400_000);
  expect(retryAfterMs("soon", now)).toBeUndefined();
});
