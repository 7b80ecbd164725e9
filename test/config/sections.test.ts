import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { load, loadGood, SOURCES, TREATY } from "./config-fixture.ts";

const withLake = (lake: string) =>
  `sources:\n  lake: { type: iceberg-rest, ${lake} }\n  catalog: { type: embedded }\n${TREATY}`;
const URI = "uri: https://lake.example.com";

describe("A lakehouse that speaks Iceberg REST", () => {
  test("needs an address only, and writes nothing by default", async () => {
    expect((await loadGood(withLake(URI))).sources[0]).toEqual({
      id: "lake",
      type: "iceberg-rest",
      role: "lakehouse",
      mode: "observe",
      namePrefix: [],
      uri: "https://lake.example.com",
      sandbox: false,
      auth: "none",
      headers: {},
      concurrency: 8,
      scanConcurrency: 16,
      timeouts: { attemptMs: 10_000, overallMs: 30_000 },
      scan: { everyMs: 300_000 },
      conditionalLoads: true,
      visibleWithinMs: 0,
    });
  });

  test("takes every setting", async () => {
    const text = `${URI}, warehouse: prod, mode: enforce, visibleWithin: PT15S, names: { prefix: 'prod."eu.1"' }, scan: { every: PT1M, concurrency: 2, pageSize: 50, conditional: false }, http: { timeout: PT1S, callTimeout: PT2S, concurrency: 3, headers: { X-Realm: a } }`;
    expect((await loadGood(withLake(text))).sources[0]).toMatchObject({
      warehouse: "prod",
      mode: "enforce",
      namePrefix: ["prod", "eu.1"],
      scan: { everyMs: 60_000 },
      scanConcurrency: 2,
      pageSize: 50,
      conditionalLoads: false,
      visibleWithinMs: 15_000,
      timeouts: { attemptMs: 1_000, overallMs: 2_000 },
      concurrency: 3,
      headers: { "X-Realm": "a" },
    });
  });

  test.each([
    ["auth: { tokenFromEnv: T }", { token: "from-env" }],
    ["auth: { tokenFromFile: ./t }", { token: "from-file" }],
    [
      "auth: { oauth2: { clientId: me, clientSecretFromEnv: T } }",
      { oauth2: { clientId: "me", clientSecret: "from-env" } },
    ],
    [
      "auth: { oauth2: { clientId: me, clientSecretFromFile: t, scope: all, uri: 'https://id.example.com/token' } }",
      { oauth2: { clientId: "me", clientSecret: "from-file", scope: "all", uri: "https://id.example.com/token" } },
    ],
  ])("takes its secrets from the environment or a file: %s", async (auth, expected) => {
    const config = await loadGood(withLake(`${URI}, ${auth}`), { T: " from-env\n" }, { t: "from-file\n" });
    expect(config.sources[0]).toMatchObject({ auth: expected });
  });

  test.each([
    ["uri: ftp://lake", "sources.lake.uri"],
    ["uri: https://me:secret@lake.example.com", "sources.lake.uri"],
    ["uri: sandbox", "sources.lake.uri"],
    [`${URI}, auth: {}`, "sources.lake.auth"],
    [`${URI}, auth: { tokenFromEnv: A, tokenFromFile: b }`, "sources.lake.auth"],
    [`${URI}, auth: { tokenFromEnv: MISSING }`, "sources.lake.auth.tokenFromEnv"],
    [`${URI}, auth: { tokenFromFile: missing }`, "sources.lake.auth.tokenFromFile"],
    [`${URI}, auth: { tokenFromFile: empty }`, "sources.lake.auth.tokenFromFile"],
    [`${URI}, auth: { oauth2: { clientId: me } }`, "sources.lake.auth.oauth2"],
    [
      `${URI}, auth: { oauth2: { clientId: me, clientSecretFromEnv: MISSING } }`,
      "sources.lake.auth.oauth2.clientSecretFromEnv",
    ],
    [`${URI}, http: { headers: { Authorization: Bearer abc } }`, "sources.lake.http.headers.Authorization"],
    [`${URI}, http: { timeout: PT0S }`, "sources.lake.http.timeout"],
    [`${URI}, scan: { every: PT0.5S }`, "sources.lake.scan.every"],
    [`${URI}, visibleWithin: PT2H`, "sources.lake.visibleWithin"],
    [`${URI}, names: { prefix: "a..b" }`, "sources.lake.names.prefix"],
  ])("is refused with its place: %s", async (lake, path) => {
    const { raw } = await load(withLake(lake), {}, { empty: " \n" });
    expect(raw.map((it) => it.path)).toEqual([path]);
    expect(raw[0]?.line).toBe(2);
  });

  test.each(["token", "clientSecret", "password"])("a literal %s is refused, and how to do it is told", async (key) => {
    const { problems } = await load(withLake(`${URI}, ${key}: hunter2`));
    expect(problems).toEqual([expect.stringMatching(/Secrets do not stand in this file\. Write .*FromEnv/)]);
    expect(problems[0]).not.toContain("hunter2");
  });
});

describe("Several sources", () => {
  const lakes = (a: string, b: string) =>
    `sources:\n  a: { type: iceberg-rest, ${URI} ${a} }\n  b: { type: iceberg-rest, ${URI} ${b} }\n  catalog: { type: embedded }\ntreaty:\n  rules:\n    - { name: all, fields: ["*"], authority: catalog }\n    - { name: schema, fields: [schema], authority: a }\n`;

  test("lakehouses with prefixes that keep their names apart are taken", async () => {
    const config = await loadGood(lakes(", names: { prefix: a.x }", ", names: { prefix: a.y }"));
    expect(config.sources.map((it) => it.namePrefix)).toEqual([["a", "x"], ["a", "y"], []]);
  });

  test.each([
    ["", "", ["sources.a", "sources.b"]],
    [", names: { prefix: a }", "", ["sources.b"]],
    [", names: { prefix: a }", ", names: { prefix: a }", ["sources.b.names.prefix"]],
    [", names: { prefix: a }", ", names: { prefix: a.b }", ["sources.b.names.prefix"]],
    [", names: { prefix: a.b }", ", names: { prefix: a }", ["sources.b.names.prefix"]],
  ])("%j and %j are refused", async (a, b, paths) => {
    expect((await load(lakes(a, b))).raw.map((it) => it.path)).toEqual(paths);
  });

  test("there is one embedded catalog", async () => {
    const { raw } = await load(
      `sources:\n  catalog: { type: embedded }\n  second: { type: embedded }\n  lake: { type: iceberg-rest, ${URI} }\n${TREATY}`,
    );
    expect(raw.map((it) => it.path)).toEqual(["sources.second"]);
  });

  test("there is at least one source", async () => {
    expect((await load(`sources: {}\n${TREATY}`)).raw.map((it) => it.path)).toContain("sources");
  });
});

describe("The sandbox", () => {
  const text = `sandbox: {}\nsources:\n  lake: { type: iceberg-rest, uri: sandbox }\n  catalog: { type: embedded }\n${TREATY}`;

  test("is where its source points, and CONCORDAT_SANDBOX_PORT moves both", async () => {
    expect(await loadGood(text)).toMatchObject({
      sandbox: { port: 8181 },
      sources: [{ uri: "http://127.0.0.1:8181", sandbox: true }, {}],
    });
    expect(await loadGood(text, { CONCORDAT_SANDBOX_PORT: "9000" })).toMatchObject({
      sandbox: { port: 9000 },
      sources: [{ uri: "http://127.0.0.1:9000" }, {}],
    });
  });

  test("is not started where the file has none, whatever the environment says", async () => {
    expect((await loadGood(`${SOURCES}${TREATY}`, { CONCORDAT_SANDBOX_PORT: "9000" })).sandbox).toBeUndefined();
  });
});

describe("The ledger", () => {
  const rest = `${SOURCES}${TREATY}`;

  test.each([
    ["ledger: { url: postgres://me@db/concordat }", {}, "postgres://me@db/concordat"],
    ["ledger: { urlFromEnv: DB }", { DB: "postgresql://me:pw@db/concordat" }, "postgresql://me:pw@db/concordat"],
    ["ledger: { urlFromFile: db }", {}, "postgres://file@db/concordat"],
  ])("is PostgreSQL where it is told: %s", async (ledger, env, url) => {
    expect((await loadGood(`${ledger}\n${rest}`, env, { db: "postgres://file@db/concordat\n" })).ledger).toEqual({
      engine: "postgres",
      url,
    });
  });

  test.each([
    ["ledger: { url: postgres://me:pw@db/concordat }", "ledger.url"],
    ["ledger: { url: mysql://db }", "ledger.url"],
    ["ledger: { urlFromEnv: DB }", "ledger.urlFromEnv"],
    ["ledger: { urlFromEnv: WRONG }", "ledger.urlFromEnv"],
    ["ledger: { urlFromEnv: WRONG, url: postgres://db }", "ledger"],
    ["ledger: {}", "ledger"],
  ])("%s is refused", async (ledger, path) => {
    const { raw, problems } = await load(`${ledger}\n${rest}`, { WRONG: "mysql://me:pw@db" });
    expect(raw.map((it) => it.path)).toEqual([path]);
    expect(problems[0]).not.toContain("pw");
  });
});

describe("The rate limit", () => {
  const server = (rateLimit: string) => `server: { rateLimit: ${rateLimit} }\n${SOURCES}${TREATY}`;

  test("is none where none is configured", async () => {
    expect((await loadGood(`${SOURCES}${TREATY}`)).server.rateLimit).toBeUndefined();
  });

  test.each([
    ["{ operations: 600 }", { operations: 600, perSeconds: 60 }],
    ["{ operations: 5, per: PT1S }", { operations: 5, perSeconds: 1 }],
  ])("is so many operations in a time: %s", async (text, expected) => {
    expect((await loadGood(server(text))).server.rateLimit).toEqual(expected);
  });

  test.each([
    ["{ operations: 0 }", "server.rateLimit.operations"],
    ["{ operations: 5, per: PT0.5S }", "server.rateLimit.per"],
    ["{ operations: 5, per: PT1.5S }", "server.rateLimit.per"],
    ["{}", "server.rateLimit.operations"],
  ])("%s is refused", async (text, path) => {
    expect((await load(server(text))).raw.map((it) => it.path)).toEqual([path]);
  });
});

describe("Redis", () => {
  const rest = `${SOURCES}${TREATY}`;

  test("is none where it is not configured", async () => {
    expect((await loadGood(rest)).redis).toBeUndefined();
  });

  test.each([
    ["redis: { url: redis://cache:6379/2 }", {}, { url: "redis://cache:6379/2", prefix: "concordat" }],
    [
      "redis: { urlFromEnv: R, prefix: prod }",
      { R: "rediss://me:pw@cache" },
      { url: "rediss://me:pw@cache", prefix: "prod" },
    ],
    ["redis: { urlFromFile: redis }", {}, { url: "redis://:pw@cache", prefix: "concordat" }],
  ])("is where it is told: %s", async (redis, env, expected) => {
    expect((await loadGood(`${redis}\n${rest}`, env, { redis: "redis://:pw@cache\n" })).redis).toEqual(expected);
  });

  test.each([
    ["redis: { url: redis://me:pw@cache }", "redis.url"],
    ["redis: { url: http://cache }", "redis.url"],
    ["redis: { urlFromEnv: R }", "redis.urlFromEnv"],
    ["redis: { urlFromEnv: WRONG }", "redis.urlFromEnv"],
    ["redis: { urlFromEnv: WRONG, url: redis://cache }", "redis"],
    ["redis: { url: redis://cache, prefix: 'a b' }", "redis.prefix"],
    ["redis: {}", "redis"],
  ])("%s is refused", async (redis, path) => {
    const { raw, problems } = await load(`${redis}\n${rest}`, { WRONG: "http://me:pw@cache" });
    expect(raw.map((it) => it.path)).toEqual([path]);
    expect(problems[0]).not.toContain("pw");
  });
});

describe("Access", () => {
  const access = (tokens: string) => `access: { tokens: [${tokens}] }\n${SOURCES}${TREATY}`;

  test("is by bearer tokens from the environment or files", async () => {
    const text = access(
      "{ name: portal, tokenFromEnv: T, roles: [reader] }, { name: jobs, tokenFromFile: t, roles: [reader, editor] }",
    );
    expect((await loadGood(text, { T: "a".repeat(20) }, { t: "b".repeat(20) })).access).toEqual({
      tokens: [
        { name: "portal", token: "a".repeat(20), roles: ["reader"] },
        { name: "jobs", token: "b".repeat(20), roles: ["reader", "editor"] },
      ],
    });
  });

  test.each([
    ["{ name: a, tokenFromEnv: SHORT, roles: [reader] }", "access.tokens[0]"],
    ["{ name: a, tokenFromEnv: SPACED, roles: [reader] }", "access.tokens[0]"],
    [
      "{ name: a, tokenFromEnv: T, roles: [reader] }, { name: b, tokenFromEnv: T, roles: [editor] }",
      "access.tokens[1]",
    ],
    ["{ name: a, tokenFromEnv: MISSING, roles: [reader] }", "access.tokens[0].tokenFromEnv"],
    ["{ name: a, roles: [reader] }", "access.tokens[0]"],
    ["{ name: a, tokenFromEnv: T, roles: [king] }", "access.tokens[0].roles[0]"],
    ["{ name: a, tokenFromEnv: T, roles: [] }", "access.tokens[0].roles"],
    ["", "access.tokens"],
  ])("%s is refused", async (tokens, path) => {
    const { raw, problems } = await load(access(tokens), {
      SHORT: "abcdef",
      SPACED: "a b".repeat(20),
      T: "t".repeat(40),
    });
    expect(raw.map((it) => it.path)).toEqual([path]);
    expect(problems[0]).not.toMatch(/abcdef|a ba b|tttt/);
  });
});

test("only one file reads the process's environment", async () => {
  const { globSync } = await import("node:fs");
  const files = globSync("{src,sources,resolvers}/**/*.ts").filter(
    (it) => !it.startsWith("src/cli/") && !it.includes("generated"),
  );
  const reading = [];
  for (const file of files) if (/process\.env\b/.test(await readFile(file, "utf8"))) reading.push(file);
  expect(files.length).toBeGreaterThan(50);
  expect(reading).toEqual(["src/config/environment.ts"]);
});
