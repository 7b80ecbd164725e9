import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { type OpenSubscription, openSubscription, postQuery, postRaw, type Variables } from "./graph-client.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/concordat.js", import.meta.url));

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `concordat` with these arguments in a process of its own; its environment is this one's without the gateway's variables. */
export class ConcordatProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("CONCORDAT_"));
    this.child = spawn(process.execPath, [LAUNCHER, ...args], {
      cwd,
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString("utf8")));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString("utf8")));
    this.ended = once(this.child, "close").then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async end(signal: NodeJS.Signals): Promise<Ended> {
    if (this.isRunning) this.child.kill(signal);
    return this.ended;
  }
}

export interface GatewayOptions {
  /** What stands in concordat.yaml; `server.port` is a free one unless it is stated. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A gateway in a process of its own, with a config file and a data folder that outlive it. Only HTTP and WebSocket reach it. */
export class GatewayProcess implements AsyncDisposable {
  readonly folder: string;
  readonly #env: Readonly<Record<string, string>>;
  #process: ConcordatProcess | undefined;
  #graphqlUrl = "";

  /** Starts it and waits until everything was scanned once. */
  static async start({ config, env = {} }: GatewayOptions): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(await mkdtemp(join(tmpdir(), "concordat-e2e-")), env);
    try {
      const text = stringify({ server: { port: 0 }, data: "./data", ...config });
      await writeFile(join(gateway.folder, "concordat.yaml"), text);
      await gateway.restart();
    } catch (error) {
      await gateway[Symbol.asyncDispose]();
      throw error;
    }
    return gateway;
  }

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#env = env;
  }

  /** "http://127.0.0.1:40123/graphql"; another one after a restart. */
  get graphqlUrl(): string {
    return this.#graphqlUrl;
  }

  /** What it wrote to stderr so far: its log, one JSON object a line. */
  get log(): string {
    return this.#process?.stderr ?? "";
  }

  /** Starts a process over the same data, once the last one has ended; resolves after its first scan. */
  async restart(...options: readonly string[]): Promise<void> {
    await this.#process?.ended;
    const process = new ConcordatProcess(["start", "--json", ...options], this.#env, this.folder);
    this.#process = process;
    const ended = process.ended.then((it) => {
      throw new Error(`The gateway ended with ${it.code ?? it.signal}: ${it.stderr.slice(-3_000)}`);
    });
    await Promise.race([ended, this.#untilScanned(process)]);
    ended.catch(() => undefined); // from now on it may end
  }

  #untilScanned({ child }: ConcordatProcess): Promise<void> {
    const { stdout } = child;
    if (!stdout) throw new TypeError("The process has no pipes.");
    return new Promise((resolve) => {
      createInterface({ input: stdout }).on("line", (line) => {
        const said = JSON.parse(line) as { event: string; graphqlUrl?: string };
        if (said.graphqlUrl !== undefined) this.#graphqlUrl = said.graphqlUrl;
        if (said.event === "scanned") resolve();
      });
    });
  }

  query<T>(document: string, variables?: Variables): Promise<T> {
    return postQuery<T>(this.#graphqlUrl, document, variables);
  }

  queryRaw(document: string, variables?: Variables): ReturnType<typeof postRaw> {
    return postRaw(this.#graphqlUrl, document, variables);
  }

  subscribe<T>(document: string, variables?: Variables): OpenSubscription<T> {
    return openSubscription<T>(this.#graphqlUrl, document, variables);
  }

  /** kill -9: no goodbye, nothing flushed. */
  async kill(): Promise<void> {
    await this.#process?.end("SIGKILL");
  }

  /** SIGTERM, and what it came to. */
  async stop(): Promise<Ended> {
    if (!this.#process) throw new Error("It was never started.");
    return this.#process.end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}
