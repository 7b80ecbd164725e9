import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../sandbox/main.ts", import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const it of started.splice(0)) it.kill("SIGKILL");
});

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  return child;
}

async function ready(child: ChildProcess): Promise<string> {
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return (JSON.parse(line.toString()) as { url: string }).url;
}

async function refusal(...args: string[]): Promise<[number, string]> {
  const child = start(...args);
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  return [code, text];
}

test("it says where it is in one line, serves, and ends on SIGTERM with its state written", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  try {
    const child = start("--port", "0", "--data", join(folder, "lake.json"));
    const url = await ready(child);
    await fetch(`${url}/v1/namespaces`, { method: "POST", body: '{"namespace":["mine"]}' });
    const closed = once(child, "close");
    child.kill("SIGTERM");
    expect((await closed)[0]).toBe(0);
    expect(await readFile(join(folder, "lake.json"), "utf8")).toContain('"path":["mine"]');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a taken port, a wrong option and a file that is none end with one message and code 2", async () => {
  const { port } = new URL(await ready(start("--port", "0", "--seed", "10")));
  expect(await refusal("--port", port)).toEqual([
    2,
    `The sandbox cannot run: Port ${port} is taken. Stop what listens there, or name another with --port.\n`,
  ]);
  expect(await refusal("--port", "99999")).toEqual([
    2,
    expect.stringContaining("--port takes a whole number from 0 to 65535"),
  ]);
  expect(await refusal("--colour", "red")).toEqual([2, expect.stringContaining("Usage: node sandbox/main.ts")]);
  expect(await refusal("--port", "0", "--data", MAIN)).toEqual([
    2,
    expect.stringContaining("is no data file of the Iceberg sandbox"),
  ]);
});
