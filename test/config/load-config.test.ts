import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoConfigPath, loadConfig } from "../../src/config/load-config.ts";
import { load, loadGood, makeFolder, SOURCES, TREATY } from "./config-fixture.ts";

describe("Everything that is wrong is told in one go, with its line and column", () => {
  test("in the file's shape", async () => {
    const { problems } = await load(`server: { host: 127.0.0.1, prot: 3 }
sources:
  Lake: { type: embedded }
  lake: { type: iceberg-rest, uri: nope, mode: enforced, auth: { token: abc } }
  other: { type: foo }
  third: { mode: observe }
  catalog: { type: embedded, scan: { every: 10m } }
treaty:
  rules:
    - name: a b
      fields: owners
      mirors: []
      mode: { lake: off }
    - { name: x, fields: [owners], authority: catalog, assets: {} }
treatyFile: nowhere.yaml
`);
    expect(problems.map((it) => it.replace("concordat.yaml:", ""))).toEqual([
      "1:28 server.prot: There is no such setting. Here may stand: host, port, rateLimit.",
      '3:3 sources.Lake: Name a source with lower-case letters, digits and "-", beginning with a letter.',
      '4:36 sources.lake.uri: Expected an http or https address, or "sandbox".',
      expect.stringMatching(/^4:48 sources.lake.mode: .*"observe"/),
      expect.stringMatching(/^4:58 sources.lake.auth: State exactly one of tokenFromEnv/),
      "4:66 sources.lake.auth.token: Secrets do not stand in this file. Write tokenFromEnv: NAME_OF_VARIABLE, or tokenFromFile: PATH.",
      '5:18 sources.other.type: State type: "iceberg-rest" or "embedded".',
      '6:3 sources.third.type: State type: "iceberg-rest" or "embedded".',
      '7:45 sources.catalog.scan.every: Expected an ISO 8601 duration in weeks, days, hours, minutes or seconds, like "PT10M".',
      "8:1 treaty: State exactly one of treaty and treatyFile.",
      "10:7 treaty.rules[0].authority: It is missing. Expected a text.",
      expect.stringMatching(/^10:13 treaty.rules\[0\].name: Expected a name/),
      "11:15 treaty.rules[0].fields: Expected a list.",
      expect.stringMatching(
        /^12:7 treaty.rules\[0\].mirors: There is no such setting. Here may stand: name, assets, .*mirrors/,
      ),
      expect.stringMatching(/^13:7 treaty.rules\[0\].mode: Expected pause, observe, seed-once, enforce/),
      expect.stringMatching(/^14:56 treaty.rules\[1\].assets: It selects nothing in particular/),
      "nowhere.yaml: There is no such file. Check the path.",
    ]);
  });

  test("in what it means: sources, secrets, host and treaty together", async () => {
    const { raw } = await load(
      `server: { host: 0.0.0.0 }
sources:
  lake: { type: iceberg-rest, uri: sandbox, auth: { tokenFromEnv: LAKE_TOKEN } }
  catalog: { type: embedded }
treaty:
  rules:
    - { name: all, fields: ["*"], authority: catalog, mirrors: [lakehouse] }
    - { name: two, fields: [owners], authority: catalog, mirrors: [lake], merge: set }
    - { name: three, fields: [owners], authority: lake }
`,
      { CONCORDAT_PORT: "many", LAKE_TOKEN: " " },
    );
    expect(raw.map(({ line, column, path }) => [line, column, path])).toEqual([
      [undefined, undefined, "CONCORDAT_PORT"],
      [1, 17, "server.host"],
      [3, 36, "sources.lake.uri"],
      [3, 67, "sources.lake.auth.tokenFromEnv"],
      [7, 65, "treaty.rules[0].mirrors[0]"],
      [9, 15, "treaty.rules[2].name"],
    ]);
  });

  test("in a treaty of its own file, by that file's lines", async () => {
    const treaty = "rules:\n  - name: all\n    fields: [owners]\n    authority: nowhere\n";
    const { problems } = await load(`${SOURCES}treatyFile: ./treaty.yaml`, {}, { "treaty.yaml": treaty });
    expect(problems[0]).toMatch(/^treaty.yaml:1:1 rules: No rule gives classifications/);
    expect(problems.at(-1)).toMatch(/^treaty.yaml:4:16 rules\[0\].authority: Rule "all": there is no source "nowhere"/);
  });

  test.each([
    [
      "a: [*]",
      'concordat.yaml:1:5: Not valid YAML: Alias cannot be an empty string. A text that begins with "*" or "&" needs quotes in YAML: "*".',
    ],
    [
      "a: **.x",
      'concordat.yaml:1:4: There is no anchor "*.x". A text that begins with "*" or "&" needs quotes in YAML: "*".',
    ],
    ["a: 1\na: 2", "concordat.yaml:2:1: Not valid YAML: Map keys must be unique."],
    ["- a", "concordat.yaml:1:1: Expected settings below it."],
    ["", "concordat.yaml sources: It is missing. Expected settings below it."],
  ])("in the YAML itself: %j", async (text, expected) => {
    expect((await load(text)).problems[0]).toBe(expected);
  });

  test("a YAML file that unfolds to gigabytes is refused", async () => {
    const bomb = Array.from(
      { length: 30 },
      (_, at) => `a${at}: &a${at} [${at === 0 ? "x" : `*a${at - 1}, *a${at - 1}`}]`,
    ).join("\n");
    expect((await load(bomb)).problems).toEqual([expect.stringContaining("Excessive alias count")]);
  });
});

describe("Which file is read", () => {
  const text = `${SOURCES}${TREATY}`;

  test("the one that is named, then CONCORDAT_CONFIG, then concordat.yaml, then the demo's", async () => {
    await using folder = await makeFolder({ "a.yaml": text, "b.yaml": text, "concordat.yaml": text });
    const fileOf = async (file: string | undefined, env = {}, cwd = folder.path) => {
      const result = await loadConfig({ file, env, cwd });
      return result.ok && [result.value.file, result.value.demo];
    };
    expect(await fileOf("a.yaml", { CONCORDAT_CONFIG: "b.yaml" })).toEqual([join(folder.path, "a.yaml"), false]);
    expect(await fileOf(undefined, { CONCORDAT_CONFIG: "b.yaml" })).toEqual([join(folder.path, "b.yaml"), false]);
    expect(await fileOf(undefined)).toEqual([join(folder.path, "concordat.yaml"), false]);
    await using empty = await makeFolder({});
    expect(await fileOf(undefined, {}, empty.path)).toEqual([demoConfigPath(), true]);
  });

  test("one that is named but is not there is no reason for the demo", async () => {
    await using folder = await makeFolder({});
    const result = await loadConfig({ file: "mine.yaml", env: {}, cwd: folder.path });
    expect(result).toEqual({
      ok: false,
      error: [{ file: "mine.yaml", path: "", message: "There is no such file. Check the path." }],
    });
    const other = await loadConfig({ file: ".", env: {}, cwd: folder.path });
    expect(other.ok ? [] : other.error.map((it) => it.message)).toEqual(["This is a folder. Name a file."]);
  });
});

describe("Where the gateway listens and keeps its data", () => {
  const text = `${SOURCES}${TREATY}`;

  test("defaults to loopback, port 4000 and .concordat in the working directory", async () => {
    await using folder = await makeFolder({ "concordat.yaml": text });
    const result = await loadConfig({ env: {}, cwd: folder.path });
    expect(result.ok && result.value).toMatchObject({
      server: { host: "127.0.0.1", port: 4000 },
      dataFolder: join(folder.path, ".concordat"),
      ledger: { engine: "sqlite" },
      logLevel: "info",
    });
  });

  test("the environment goes before the file; an empty variable says nothing", async () => {
    const config = await loadGood(`server: { port: 1, host: localhost }\ndata: /file\n${text}`, {
      CONCORDAT_PORT: "0",
      CONCORDAT_HOST: "::1",
      CONCORDAT_DATA: "/env",
      CONCORDAT_LOG_LEVEL: "debug",
    });
    expect(config).toMatchObject({ server: { host: "::1", port: 0 }, dataFolder: "/env", logLevel: "debug" });
    const empty = await loadGood(`server: { port: 1, host: localhost }\ndata: /file\n${text}`, {
      CONCORDAT_PORT: "",
      CONCORDAT_DATA: " ",
    });
    expect(empty).toMatchObject({ server: { host: "localhost", port: 1 }, dataFolder: "/file" });
  });

  test.each([
    [{ CONCORDAT_PORT: "70000" }],
    [{ CONCORDAT_PORT: "4000.5" }],
    [{ CONCORDAT_SANDBOX_PORT: "x" }],
    [{ CONCORDAT_LOG_LEVEL: "loud" }],
  ])("a variable that makes no sense is told: %j", async (env) => {
    const [name, value] = Object.entries(env)[0] ?? ["", ""];
    expect((await load(text, env)).problems).toEqual([
      expect.stringMatching(`^environment: ${name} is "${value}"\\. .+`),
    ]);
  });

  test.each(["0.0.0.0", "::", "192.168.1.5", "gateway.example.com", "128.0.0.1", "localhost.example.com"])(
    "%s needs access control",
    async (host) => {
      expect((await load(`server: { host: "${host}" }\n${text}`)).raw).toMatchObject([
        { path: "server.host", line: 1 },
      ]);
      expect((await load(text, { CONCORDAT_HOST: host })).raw).toMatchObject([
        { path: "CONCORDAT_HOST", file: "environment" },
      ]);
      const access = "access: { tokens: [{ name: portal, tokenFromEnv: T, roles: [reader] }] }\n";
      expect((await loadGood(`${access}server: { host: "${host}" }\n${text}`, { T: "x".repeat(32) })).server.host).toBe(
        host,
      );
    },
  );

  test.each(["127.0.0.1", "127.8.8.8", "::1", "localhost"])("%s needs none", async (host) => {
    expect((await loadGood(`server: { host: "${host}" }\n${text}`)).access).toBeUndefined();
  });
});
