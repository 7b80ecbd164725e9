import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ran, runCli } from "./run-cli.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/concordat.js", import.meta.url));

describe("The command line and the demo's gateway", () => {
  let folder: TemporaryFolder;
  let ended: Promise<Ran>;
  let stop: () => void;
  let printed = "";
  let url = "";

  beforeAll(async () => {
    folder = await temporaryFolder();
    const ready = Promise.withResolvers<void>();
    const env = { CONCORDAT_PORT: "0", CONCORDAT_SANDBOX_PORT: "0", CONCORDAT_DATA: join(folder.path, "data") };
    ended = runCli(["start"], {
      cwd: folder.path,
      env,
      onStdout: (text, stopIt) => {
        printed = text;
        stop = stopIt;
        if (text.includes("Ctrl-C stops it")) ready.resolve();
      },
    });
    const early = await Promise.race([ready.promise, ended]);
    if (early) throw new Error(early.stderr);
    url = /http:\/\/127\.0\.0\.1:\d+\/graphql/.exec(printed)?.[0] ?? "";
  });

  afterAll(async () => {
    stop();
    expect((await ended).code).toBe(0);
    await folder[Symbol.asyncDispose]();
  });

  const ask = async (...argv: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await runCli([...argv, "--json", "--url", url]);
    if (code === 1) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  test("start says what is there", () => {
    expect(printed).toMatch(/\d+ assets: .*24 TABLE|\d+ assets: .*25 TABLE/);
    expect(printed).toMatch(/\d+ fields with a value, \d+ in sync/);
    expect(printed).toMatch(/\d+ drifts?: /);
  });

  test("its three commands work as printed", async () => {
    const commands = printed.split("Try\n")[1]?.split("\n").slice(0, 3) ?? [];
    expect(commands.map((it) => it.trim().split(" ").slice(0, 2).join(" "))).toEqual([
      "npx concordat",
      "npx concordat",
      "curl -s",
    ]);
    for (const command of commands) {
      const script = `npx() { shift; "${process.execPath}" "${LAUNCHER}" "$@"; }; ${command}`;
      const { stdout } = await promisify(execFile)("sh", ["-c", script]);
      expect(stdout.length).toBeGreaterThan(40);
      expect(stdout).not.toContain('"errors"');
    }
  });

  test("every command understands what the gateway answers", async () => {
    expect(await ask("scan")).toMatchObject([{ complete: true }, { complete: true }]);
    expect(await ask("reconcile")).toMatchObject({ settled: true });
    expect(await ask("reconcile", "retail.**", "--no-wait")).toMatchObject({ settled: null });
    expect(await ask("plan")).toMatchObject({ more: 0 });
    const { drift } = (await ask("drift")) as { drift: { asset: { name: string }; field: string }[] };
    expect(drift.length).toBeGreaterThan(0);
    const { asset, field } = drift[0] ?? { asset: { name: "" }, field: "" };
    expect(await ask("explain", asset.name, field)).toMatchObject({
      asset: { name: asset.name },
      field: { path: field },
    });
  });

  test("what changes names as its cursor goes on where it ended", async () => {
    const all = (await ask("changes", "--limit", "100000")) as { changes: { cursor: string }[]; more: boolean };
    expect(all.more).toBe(false);
    const tenth = all.changes[9]?.cursor ?? "";
    const rest = (await ask("changes", "--after", tenth, "--limit", "100000")) as typeof all;
    expect(rest.changes.map((it) => it.cursor)).toEqual(all.changes.slice(10).map((it) => it.cursor));
    const last = all.changes.at(-1)?.cursor ?? "";
    const followed = await runCli(["changes", "--follow", "--after", tenth, "--json", "--url", url], {
      onStdout: (text, stopIt) => void (text.includes(`"cursor":"${last}"`) && stopIt()),
    });
    expect(
      followed.stdout
        .trim()
        .split("\n")
        .map((it) => (JSON.parse(it) as { cursor: string }).cursor),
    ).toEqual(all.changes.slice(10).map((it) => it.cursor));
  });

  test("watching shows all the drift that is listed", async () => {
    const { drift } = (await ask("drift")) as { drift: { id: string }[] };
    const last = drift.at(-1)?.id ?? "";
    const watched = await runCli(["drift", "--watch", "--json", "--url", url], {
      onStdout: (text, stopIt) => void (text.includes(last) && stopIt()),
    });
    expect(
      watched.stdout
        .trim()
        .split("\n")
        .map((it) => (JSON.parse(it) as { drift: { id: string } }).drift.id),
    ).toEqual(drift.map((it) => it.id));
  });

  test("a second gateway on the same data is refused in one line with 2", async () => {
    const env = { CONCORDAT_PORT: "0", CONCORDAT_SANDBOX_PORT: "0", CONCORDAT_DATA: join(folder.path, "data") };
    for (const argv of [["start"], ["start", "--reset"]]) {
      const { code, stderr } = await runCli(argv, { cwd: folder.path, env });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^[^\n]*(in use by another process|a gateway is running)[^\n]*\n$/);
    }
  });

  test("a port that is taken is one line with 2", async () => {
    const env = {
      CONCORDAT_PORT: new URL(url).port,
      CONCORDAT_SANDBOX_PORT: "0",
      CONCORDAT_DATA: join(folder.path, "other"),
    };
    const { code, stderr } = await runCli(["start"], {
      cwd: folder.path,
      env,
      pause: () => new Promise(() => undefined),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Port \d+ [^\n]*taken[^\n]*CONCORDAT_PORT[^\n]*\n$/);
  });
});
