import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import type { Drift } from "../../src/domain/drift.ts";
import type { FieldPath } from "../../src/domain/field.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { FieldView, Gateway, ObservationView, SourceView } from "../../src/ports/gateway.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { type RunningGateway, StartError, type StartGateway } from "../../src/server/running-gateway.ts";
import { buildDoubleSchema } from "./gateway-double.ts";
import { type RunOptions, runCli } from "./run-cli.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function field(path: string, status: FieldView["status"], state: "VALUE" | "ABSENT", drifts = 0): FieldView {
  const observations = [{ state } as ObservationView];
  return {
    path: path as FieldPath,
    kind: "owners",
    status,
    observations,
    drifts: Array.from({ length: drifts }, () => ({}) as Drift),
  } as Partial<FieldView> as FieldView;
}

/** A gateway that has found two assets with five fields that hold something. */
function foundTwoAssets(events: string[], more: Partial<RunningGateway> = {}): RunningGateway {
  const ids = ["asset:1", "asset:2"] as AssetId[];
  const ledger = {
    counts: async () => ({
      assetsByKind: { TABLE: 2 },
      assetsByStatus: { IN_SYNC: 1 },
      driftsByKind: { CONFLICT: 1 },
      workBySource: {},
      openIntents: 0,
    }),
    listAssetIds: async (after: AssetId | undefined) => (after ? [] : ids),
    loadStates: async (asked: readonly AssetId[]) =>
      asked.map((id) => ({ asset: { id, name: `it's ${id}` } }) as AssetState),
  } as Pick<Ledger, "counts" | "listAssetIds" | "loadStates"> as Ledger;
  const gateway = {
    viewFields: () => [
      field("owners", "CONFLICT", "VALUE", 1),
      field("domain", "IN_SYNC", "VALUE"),
      field("retention", "IN_SYNC", "ABSENT"),
    ],
    sources: () => [
      {
        id: "lakehouse" as SourceId,
        scanning: false,
        scanned: 0,
        error: { code: "timeout", message: "it was slow" },
      } as SourceView,
    ],
  } as Pick<Gateway, "viewFields" | "sources"> as Gateway;
  const close = async () => void events.push("closed");
  return {
    graphqlUrl: "http://127.0.0.1:4123/graphql",
    dataFolder: "/data",
    firstScan: Promise.resolve(),
    gateway,
    ledger,
    close,
    ...more,
  };
}

async function start(argv: readonly string[], startGateway: StartGateway, options: RunOptions = {}) {
  await using folder = await temporaryFolder();
  const env = { CONCORDAT_DATA: join(folder.path, "data"), ...options.env };
  return await runCli(["start", ...argv], { cwd: folder.path, ...options, env, startGateway });
}

const failing = (error: unknown): StartGateway => {
  return async () => {
    throw error;
  };
};
const stopAfter = (end: string) => (text: string, stop: () => void) => void (text.includes(end) && stop());

describe("concordat start", () => {
  test("prints the addresses, what was found, and three commands; Ctrl-C stops it cleanly with 0", async () => {
    const events: string[] = [];
    const running = foundTwoAssets(events, { sandboxUrl: "http://127.0.0.1:8181" });
    const { code, stdout, stderr } = await start([], async () => running, { onStdout: stopAfter("Ctrl-C stops it") });
    expect(code).toBe(0);
    expect(events).toEqual(["closed"]);
    expect(stderr).toBe("First scan …\nStopping …\n");
    expect(stdout).toContain("http://127.0.0.1:4123/graphql");
    expect(stdout).toContain("http://127.0.0.1:8181");
    expect(stdout).toContain("2 assets: 2 TABLE\n  4 fields with a value, 2 in sync\n  1 drift: 1 CONFLICT\n");
    expect(stdout).toContain("lakehouse failed: it was slow");
    expect(stdout).toContain("npx concordat drift --url http://127.0.0.1:4123\n");
    expect(stdout).toContain(`npx concordat explain 'it'\\''s asset:1' owners --url http://127.0.0.1:4123\n`);
  });

  test("prints a curl command whose query fits the graph", async () => {
    const { stdout } = await start([], async () => foundTwoAssets([]), { onStdout: stopAfter("Ctrl-C stops it") });
    const body = /curl -s http:\/\/127\.0\.0\.1:4123\/graphql .* -d '(.*)'/.exec(stdout)?.[1] ?? "";
    expect(validate(buildDoubleSchema(), parse((JSON.parse(body) as { query: string }).query))).toEqual([]);
  });

  test("prints one JSON object a line where it is asked to", async () => {
    const { stdout } = await start(["--json"], async () => foundTwoAssets([]), { onStdout: stopAfter('"scanned"') });
    const lines = stdout
      .trim()
      .split("\n")
      .map((it) => JSON.parse(it) as object);
    expect(lines).toMatchObject([
      { event: "listening", graphqlUrl: "http://127.0.0.1:4123/graphql", sandboxUrl: null },
      { event: "scanned", assets: { TABLE: 2 }, fields: { governed: 4, inSync: 2 }, drift: { CONFLICT: 1 } },
    ]);
  });

  test("goes on when the ledger is away for a moment after the first scan", async () => {
    const events: string[] = [];
    const running = foundTwoAssets(events);
    let asked = 0;
    const counts: Ledger["counts"] = async () => {
      asked += 1;
      if (asked === 1) throw new Error("the database system is starting up");
      return running.ledger.counts();
    };
    const ledger = { ...running.ledger, counts };
    const { code, stderr, stdout } = await start([], async () => ({ ...running, ledger }), {
      onStdout: stopAfter("Ctrl-C stops it"),
    });
    expect([code, events]).toEqual([0, ["closed"]]);
    expect(stderr).toContain("The ledger does not answer yet: the database system is starting up\n");
    expect(stdout).toContain("2 assets: 2 TABLE");
  });

  test("stops during the first scan too", async () => {
    const events: string[] = [];
    const never = new Promise<void>(() => undefined);
    const { code } = await start([], async () => foundTwoAssets(events, { firstScan: never }), {
      onStdout: stopAfter("Data"),
    });
    expect([code, events]).toEqual([0, ["closed"]]);
  });

  test("closes what runs when the gateway fails", async () => {
    const events: string[] = [];
    const { code, stderr } = await start([], async () =>
      foundTwoAssets(events, { firstScan: Promise.reject(new Error("disk gone")) }),
    );
    expect([code, events]).toEqual([1, ["closed"]]);
    expect(stderr).toContain("disk gone");
  });

  const system = (code: string, more: object = {}) => Object.assign(new Error(`${code}: failed`), { code, ...more });
  test.each([
    [
      system("EADDRINUSE", { port: 4000 }),
      "Port 4000 is taken, perhaps by another gateway. Stop that, or set CONCORDAT_PORT to another port.",
    ],
    [
      system("EADDRINUSE", { port: 8181 }),
      "Port 8181 for the sandbox is taken, perhaps by another gateway. Stop that, or set CONCORDAT_SANDBOX_PORT to another port.",
    ],
    [
      system("EACCES", { path: "/data" }),
      "The data folder is not writable: /data. Change its permissions, or set CONCORDAT_DATA to another folder.",
    ],
    [
      system("EROFS", { path: "/data" }),
      "The data folder is on a read-only disk: /data. Set CONCORDAT_DATA to another folder.",
    ],
    [
      new StartError("The ledger is in use by another gateway. Stop that one."),
      "The ledger is in use by another gateway. Stop that one.",
    ],
  ])("says in one line why it cannot start, and ends with 2: %s", async (error, message) => {
    const { code, stdout, stderr } = await start([], failing(error));
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `${message}\n` });
  });

  test("keeps its log out of the one clear message, and shows it where it helps", async () => {
    const logging =
      (error?: Error): StartGateway =>
      async ({ log }) => {
        log.info("scan began");
        log.warn("treaty warning");
        if (error) throw error;
        return foundTwoAssets([]);
      };
    const known = await start([], logging(new StartError("The folder is in use.")));
    expect(known.stderr).toBe("The folder is in use.\n");
    const unknown = await start([], logging(new TypeError("oops")));
    expect(unknown.stderr).toContain('"msg":"scan began"');
    const inPipe = await start([], logging(), { onStdout: stopAfter("Ctrl-C stops it") });
    expect(
      inPipe.stderr
        .split("\n")
        .slice(0, 2)
        .map((it) => (JSON.parse(it) as { msg: string }).msg),
    ).toEqual(["scan began", "treaty warning"]);
    const onTerminal = await start([], logging(), { terminal: 100, onStdout: stopAfter("Ctrl-C stops it") });
    expect(onTerminal.stderr).toContain("treaty warning");
    expect(onTerminal.stderr).not.toContain("scan began");
  });

  test("shows what nobody but us can put right with its trace", async () => {
    const { code, stderr } = await start([], failing(new TypeError("x is not a function")));
    expect(code).toBe(1);
    expect(stderr).toMatch(/bug in Concordat.*\nTypeError: x is not a function\n\s+at /);
  });

  test("says in one line what is wrong with the config, and ends with 2", async () => {
    await using folder = await temporaryFolder();
    await writeFile(
      join(folder.path, "concordat.yaml"),
      "sources:\n  x: { type: embedded, token: abc }\ntreaty: { rules: [] }\n",
    );
    const { code, stderr } = await runCli(["start"], {
      cwd: folder.path,
      startGateway: failing(new Error("must not start")),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^concordat\.yaml:2:\d+ sources\.x\.token: .*Secrets do not stand in this file/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    const missing = await runCli(["start", "--config", "nowhere.yaml"], { cwd: folder.path });
    expect(missing).toMatchObject({ code: 2, stderr: "nowhere.yaml: There is no such file. Check the path.\n" });
  });
});

describe("concordat start --reset", () => {
  const stopped: StartGateway = async ({ config }) => foundTwoAssets([], { dataFolder: config.dataFolder });

  async function reset(data: string, startGateway = stopped) {
    return await runCli(["start", "--reset"], {
      cwd: data,
      env: { CONCORDAT_DATA: data },
      startGateway,
      onStdout: stopAfter("Data"),
    });
  }

  test("deletes the ledger and the sandbox and leaves the folder", async () => {
    await using folder = await temporaryFolder();
    const own = ["ledger.sqlite", "ledger.sqlite-shm", "ledger.sqlite-wal", "sandbox.json"];
    for (const name of own) await writeFile(join(folder.path, name), "");
    const { code, stderr } = await reset(folder.path);
    expect(code).toBe(0);
    expect(stderr).toContain(`Deleted ${own.join(", ")} in ${folder.path}.`);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("needs no folder", async () => {
    await using folder = await temporaryFolder();
    expect((await reset(join(folder.path, "none"))).code).toBe(0);
  });

  test.each([
    ["a file of somebody else", (path: string) => writeFile(join(path, "thesis.docx"), "")],
    ["a folder by the name of the ledger", (path: string) => mkdir(join(path, "ledger.sqlite"))],
    ["a hidden file", (path: string) => writeFile(join(path, ".git"), "")],
  ])("deletes nothing where there is %s", async (_title, make) => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "sandbox.json"), "");
    await make(folder.path);
    const { code, stderr } = await reset(folder.path, failing(new Error("must not start")));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^--reset deletes nothing: .* holds what is not Concordat's \((thesis\.docx|ledger\.sqlite|\.git)\)/,
    );
    expect(await readdir(folder.path)).toHaveLength(2);
  });

  test("deletes nothing while a gateway has the ledger open", async () => {
    await using folder = await temporaryFolder();
    const holder = await openSqliteLedger({ path: join(folder.path, "ledger.sqlite") });
    const before = await readdir(folder.path);
    const { code, stderr } = await reset(folder.path, failing(new Error("must not start")));
    await holder[Symbol.asyncDispose]();
    expect(code).toBe(2);
    expect(stderr).toContain("a gateway is running with");
    expect(before).toContain("ledger.sqlite");
    expect((await readdir(folder.path)).includes("ledger.sqlite")).toBe(true);
  });

  test("begins anew over a ledger that is damaged", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "ledger.sqlite"), "not a database, ".repeat(100));
    expect((await reset(folder.path)).code).toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("deletes a link and not what it points to", async () => {
    await using folder = await temporaryFolder();
    await using elsewhere = await temporaryFolder();
    await writeFile(join(elsewhere.path, "precious"), "");
    await symlink(join(elsewhere.path, "precious"), join(folder.path, "sandbox.json"));
    expect((await reset(folder.path)).code).toBe(0);
    expect(await readdir(elsewhere.path)).toEqual(["precious"]);
  });
});
