import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCommand } from "./find-program.ts";
import { freePort } from "./free-port.ts";

/** A Redis of the test's own, which it can take away and give back. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** As kill -9 does. Resolves once it is gone. */
  kill(): Promise<void>;
  /** A new one on the same port, empty. */
  restart(): Promise<void>;
  /** Holds it: connections stay open, and nothing is answered. */
  freeze(): void;
  thaw(): void;
}

/** Starts a Redis that keeps nothing on disk, on loopback and a free port. */
export async function startRedis({ password }: { readonly password?: string } = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "concordat-redis-"));
  const port = await freePort();
  const start = () => startServer(folder, port, password);
  let server = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: () => server.stop(),
    async restart() {
      await server.stop();
      server = await start();
    },
    freeze: () => void server.process.kill("SIGSTOP"),
    thaw: () => void server.process.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(
  folder: string,
  port: number,
  password: string | undefined,
): Promise<{ readonly process: ChildProcess; stop(): Promise<void> }> {
  const program = findCommand("redis-server");
  if (program === undefined) throw new Error("No redis-server on this machine.");
  const options = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder];
  if (password !== undefined) options.push("--requirepass", password);
  const server = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  // Tests that are interrupted must not leave a server behind.
  const killed = (): void => void server.kill("SIGKILL");
  process.once("exit", killed);
  let said = "";
  await new Promise<void>((resolve, reject) => {
    server.stdout.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
      if (said.includes("Ready to accept connections")) resolve();
    });
    server.once("error", reject);
    void ended.then(() => reject(new Error(`Redis ended at once: ${said}`)));
  });
  return {
    process: server,
    async stop() {
      process.off("exit", killed);
      server.kill("SIGKILL");
      await ended;
    },
  };
}
