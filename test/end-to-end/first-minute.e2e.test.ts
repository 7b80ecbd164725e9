import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { ConcordatProcess, type Ended } from "../support/gateway-process.ts";
import { postQuery } from "../support/graph-client.ts";
import { waitFor } from "../support/wait-for.ts";

vi.setConfig({ testTimeout: 120_000 });

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ASSETS = "{ assets(first: 100) { nodes { id name } } }";
type Assets = { assets: { nodes: { id: string; name: string }[] } };

let folder: string;
const started: ConcordatProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "concordat-stranger-"));
});
afterEach(async () => {
  for (const it of started.splice(0)) await it.end("SIGKILL");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What somebody who has just cloned it types, but on free ports and in a folder of its own. */
function concordat(args: readonly string[], env: Readonly<Record<string, string>> = {}): ConcordatProcess {
  const ports = { CONCORDAT_PORT: "0", CONCORDAT_SANDBOX_PORT: "0", CONCORDAT_DATA: join(folder, "data") };
  const child = new ConcordatProcess(args, { ...ports, ...env }, folder);
  started.push(child);
  return child;
}

interface Demo {
  readonly process: ConcordatProcess;
  readonly graphqlUrl: string;
  readonly sandboxUrl: string;
}

async function startDemo(...args: readonly string[]): Promise<Demo> {
  const process = concordat(["start", ...args]);
  await waitFor("it has said everything", () => {
    if (!process.isRunning) throw new Error(process.stderr);
    return process.stdout.includes("Ctrl-C stops it");
  });
  const [, graphqlUrl = ""] = /Graph\s+(\S+)/.exec(process.stdout) ?? [];
  const [, sandboxUrl = ""] = /Sandbox lakehouse\s+(\S+)/.exec(process.stdout) ?? [];
  return { process, graphqlUrl, sandboxUrl };
}

const assetsOf = async ({ graphqlUrl }: Demo) => (await postQuery<Assets>(graphqlUrl, ASSETS)).assets.nodes;

describe("The first minute", () => {
  test("starts from nothing, says what it found, stops at Ctrl-C, goes on where it was, and begins anew when told to", async () => {
    const first = await startDemo();
    expect(first.process.stdout).toMatch(/\d+ assets: .*25 TABLE/);
    expect(first.process.stdout).toMatch(/\d+ fields with a value, \d+ in sync/);
    expect(first.process.stdout).toMatch(/\d+ drifts: .*FOREIGN_WRITE/);
    const config = (await (await fetch(`${first.sandboxUrl}/v1/config`)).json()) as object;
    expect(config).toHaveProperty("endpoints");
    const found = await assetsOf(first);
    expect(found.map((it) => it.name)).toContain("retail.sales.store_sales");
    const changed = await postQuery<{ setDomain: { userErrors: object[] } }>(
      first.graphqlUrl,
      'mutation { setDomain(input: { name: "retail.sales.store_sales", domain: "mine", awaitMirrors: true }) { userErrors { code message } } }',
    );
    expect(changed.setDomain.userErrors).toEqual([]);
    expect(await first.process.end("SIGINT")).toMatchObject({ code: 0, signal: null });
    expect(first.process.stderr).toContain("Stopping");

    const second = await startDemo();
    expect(await assetsOf(second)).toEqual(found);
    const domain = '{ asset(name: "retail.sales.store_sales") { domain { value { name } status } } }';
    const mine = { asset: { domain: { value: { name: "mine" }, status: "IN_SYNC" } } };
    expect(await postQuery(second.graphqlUrl, domain)).toEqual(mine);
    expect(await second.process.end("SIGTERM")).toMatchObject({ code: 0 });

    const third = await startDemo("--reset");
    expect(third.process.stderr).toMatch(/Deleted .*ledger\.sqlite/);
    const anew = await assetsOf(third);
    expect(anew.map((it) => it.name)).toEqual(found.map((it) => it.name));
    expect(anew.filter((it) => found.some((old) => old.id === it.id))).toEqual([]);
    expect(await postQuery(third.graphqlUrl, domain)).not.toEqual(mine);
    expect(await third.process.end("SIGINT")).toMatchObject({ code: 0 });
  });

  test("is `npm start` in a clone, and one Ctrl-C in its terminal stops all of it", async () => {
    const own = { CONCORDAT_PORT: "0", CONCORDAT_SANDBOX_PORT: "0", CONCORDAT_DATA: join(folder, "npm") };
    const npm = spawn("npm", ["start"], { cwd: ROOT, env: { ...process.env, ...own }, detached: true });
    const closed = once(npm, "close");
    let stdout = "";
    let stderr = "";
    npm.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    npm.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    try {
      await waitFor("it has said everything", () => stdout.includes("Ctrl-C stops it"));
      const [, graphqlUrl = ""] = /Graph\s+(\S+)/.exec(stdout) ?? [];
      expect((await postQuery<Assets>(graphqlUrl, ASSETS)).assets.nodes.length).toBeGreaterThan(24);
      process.kill(-(npm.pid ?? 0), "SIGINT"); // as a terminal does: to everything in its foreground
      await closed; // by npm's own custom with the signal, whatever the script ended with
      expect(stderr).toContain("Stopping");
      expect(stderr).not.toMatch(/npm err|error/i);
      await expect(fetch(graphqlUrl)).rejects.toThrow();
    } finally {
      if (npm.exitCode === null && npm.signalCode === null) process.kill(-(npm.pid ?? 0), "SIGKILL");
    }
  });

  test("prints three commands that work as they stand", async () => {
    const { process } = await startDemo();
    const commands =
      /Try\n([\s\S]*?)\nCtrl-C/
        .exec(process.stdout)?.[1]
        ?.split("\n")
        .map((it) => it.trim()) ?? [];
    expect(commands).toHaveLength(3);
    for (const command of commands.filter((it) => it.startsWith("npx concordat "))) {
      const args = command.slice("npx concordat ".length).split(" ");
      expect(await concordat(args).ended).toMatchObject({ code: expect.toBeOneOf([0, 2]), stderr: "" });
    }
    const curl = commands.find((it) => it.startsWith("curl "));
    const [, url = "", body = ""] = /curl -s (\S+) .* -d '(.*)'/.exec(curl ?? "") ?? [];
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(await answer.json()).toMatchObject({ data: { assets: { nodes: expect.any(Array) } } });
  });

  test("tells how it is, and of what it depends on how that is", async () => {
    const { graphqlUrl } = await startDemo();
    const live = await fetch(new URL("/health/live", graphqlUrl));
    expect([live.status, await live.json()]).toEqual([200, { status: "live" }]);
    const ready = await fetch(new URL("/health/ready", graphqlUrl));
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      {
        status: "ready",
        ledger: { status: "up" },
        sources: [
          { name: "lakehouse", role: "lakehouse", status: "up", mode: "enforce" },
          { name: "catalog", role: "catalog", status: "up", mode: "enforce" },
        ],
      },
    ]);
  });

  test("is not to be reached by a web page, by another name or from another site", async () => {
    const { graphqlUrl } = await startDemo();
    const { port } = new URL(graphqlUrl);
    expect(await statusOf(graphqlUrl, { host: `evil.example:${port}` })).toBe(403);
    expect(await statusOf(graphqlUrl, { host: `localhost:${port}` })).not.toBe(403);
    const answer = await fetch(graphqlUrl, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://evil.example" },
      body: JSON.stringify({ query: "{ __typename }" }),
    });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("ORIGIN_NOT_ALLOWED");
    const socket = new WebSocket(graphqlUrl.replace("http", "ws"), "graphql-transport-ws", {
      origin: "https://evil.example",
    });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain("403");
    const page = await fetch(graphqlUrl, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
  });
});

describe("A start that cannot be is one clear message and exit code 2", () => {
  let taken: Server;
  let port: string;
  beforeAll(async () => {
    taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    port = String((taken.address() as { port: number }).port);
    await writeFile(join(folder, "a-file"), "");
  });
  afterAll(() => taken.close());

  const refusal = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> => {
    const ended = await concordat(["start", ...args], { CONCORDAT_DATA: join(folder, "other"), ...env }).ended;
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    // Where a start takes long, its log is written too; here that is a slow machine.
    const lines = ended.stderr.split("\n").filter((it) => it !== "" && !it.startsWith("{"));
    expect(lines).toEqual([expect.any(String)]);
    return { ...ended, stderr: lines.join("\n") };
  };

  test("where its port is taken, or the sandbox's", async () => {
    const own = await refusal({ CONCORDAT_PORT: port });
    expect(own.stderr).toMatch(new RegExp(`Port ${port} .*is taken.*CONCORDAT_PORT`));
    const sandbox = await refusal({ CONCORDAT_SANDBOX_PORT: port });
    expect(sandbox.stderr).toMatch(new RegExp(`Port ${port} for the sandbox .*taken.*CONCORDAT_SANDBOX_PORT`));
  });

  test("where its folder cannot be written", async () => {
    const { stderr } = await refusal({ CONCORDAT_DATA: join(folder, "a-file", "data") });
    expect(stderr).toMatch(/data folder.*a-file.*CONCORDAT_DATA/);
  });

  test("where another gateway has the folder", async () => {
    await startDemo();
    const { stderr } = await refusal({ CONCORDAT_DATA: join(folder, "data") });
    expect(stderr).toMatch(/in use by another process/);
  });

  test("where its config is broken, with the line", async () => {
    await writeFile(
      join(folder, "broken.yaml"),
      "sources:\n  lake: { type: iceberg, uri: http://x }\ntreaty: { rules: [] }\n",
    );
    const { stderr } = await refusal({}, "--config", "broken.yaml");
    expect(stderr).toMatch(/^broken\.yaml:2:\d+ sources\.lake.*iceberg-rest/);
  });

  test("where others could reach it and nobody has to show a token", async () => {
    const { stderr } = await refusal({ CONCORDAT_HOST: "0.0.0.0" });
    expect(stderr).toMatch(/CONCORDAT_HOST.*access/);
  });
});

/** `fetch` sets Host itself, so this asks as a browser would after DNS rebinding. */
function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}
