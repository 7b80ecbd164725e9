import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Answers, startGatewayDouble } from "./gateway-double.ts";
import { change } from "./sample-graph.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/concordat.js", import.meta.url));

/** A log that grows for ever. */
const endless: Answers = {
  subscription: {
    changes: async function* (args) {
      for (let position = Number(String(args["after"]).slice(1)) + 1; ; position += 1) {
        yield change(position);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  },
};

function concordat(argv: readonly string[], url: string): ChildProcess {
  return spawn(process.execPath, [LAUNCHER, ...argv, "--url", url], { stdio: ["ignore", "pipe", "pipe"] });
}

describe("The process", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "ends a stream cleanly on %s, also where one press arrives twice",
    async (signal) => {
      await using gateway = await startGatewayDouble(endless);
      const child = concordat(["changes", "--follow", "--after", "c0", "--json"], gateway.url);
      await once(child.stdout ?? child, "data");
      child.kill(signal);
      child.kill(signal);
      child.stdout?.resume();
      expect(await once(child, "exit")).toEqual([0, null]);
    },
  );

  test("ends quietly when nobody reads its output any more", async () => {
    await using gateway = await startGatewayDouble(endless);
    const child = concordat(["changes", "--follow", "--after", "c0", "--json"], gateway.url);
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child.stdout ?? child, "data");
    child.stdout?.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(stderr).toBe("");
  });

  test("writes the whole of a long answer into a pipe before it ends", async () => {
    const nodes = Array.from({ length: 500 }, (_, index) => change(index + 1, { after: "x".repeat(5_000) }));
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: "c1", endCursor: "c500" };
    await using gateway = await startGatewayDouble({ query: { changes: () => ({ nodes, pageInfo }) } });
    const child = concordat(["changes", "--json", "--limit", "500"], gateway.url);
    let stdout = "";
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { changes: object[] }).changes).toHaveLength(500);
  });

  test("ends with the code of its command", async () => {
    const gateway = await startGatewayDouble({});
    await gateway[Symbol.asyncDispose]();
    expect(await once(concordat(["plan"], gateway.url), "exit")).toEqual([1, null]);
  });
});
