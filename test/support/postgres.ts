import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgresBinary } from "./find-program.ts";
import { freePort } from "./free-port.ts";

export interface PostgresServer extends AsyncDisposable {
  /** Of its one superuser, in the database "postgres", over the loopback interface. */
  readonly url: string;
  /** Dies as in a crash and comes back, with what it had committed. Resolves once it answers again. */
  crash(): Promise<void>;
  /** Ends it in good order; `start` has it answer again, on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Starts a cluster of its own in a temporary folder, on a free port. Disposing of it stops it and removes the folder.
 *
 * @param more lines of postgresql.conf.
 */
export async function startPostgres(more: readonly string[] = []): Promise<PostgresServer> {
  const account = unprivilegedAccount();
  const folder = mkdtempSync(join(tmpdir(), "concordat-postgres-"));
  if (account) {
    chmodSync(folder, 0o755);
    chownSync(folder, account.uid, account.gid);
  }
  try {
    const data = join(folder, "data");
    execFileSync(program("initdb"), ["-D", data, "-U", "concordat", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], {
      cwd: folder,
      stdio: "pipe",
      ...account,
    });
    const port = await freePort();
    writeFileSync(join(data, "postgresql.auto.conf"), [...settings(folder, port), ...more].join("\n"));
    let stop: Stop | undefined = await startServer(data, account);
    return {
      url: `postgresql://concordat@127.0.0.1:${port}/postgres`,
      async crash() {
        await stop?.("SIGQUIT");
        stop = await startServer(data, account);
      },
      async stop() {
        await stop?.("SIGINT");
        stop = undefined;
      },
      async start() {
        stop ??= await startServer(data, account);
      },
      async [Symbol.asyncDispose]() {
        await stop?.("SIGINT");
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function settings(folder: string, port: number): readonly string[] {
  return [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    `unix_socket_directories = '${folder}'`,
    "max_connections = 100",
  ];
}

/** PostgreSQL refuses to run as root: then it runs as the account that its package made, or as nobody. */
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (option: string): number => Number(execFileSync("id", [option, name], { stdio: "pipe" }).toString());
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // no such account: the next one
    }
  }
  throw new Error("PostgreSQL does not run as root, and there is no account postgres or nobody.");
}

function program(name: string): string {
  const path = findPostgresBinary(name);
  if (path === undefined) throw new Error(`No ${name} on this machine.`);
  return path;
}

/** SIGINT is "fast": ends the sessions, then itself. SIGQUIT is "immediate": no goodbye, and a recovery at the next start. */
type Stop = (signal: "SIGINT" | "SIGQUIT") => Promise<void>;

/** Resolves once it answers, with what stops it. */
async function startServer(data: string, account: Account | undefined): Promise<Stop> {
  const server = spawn(program("postgres"), ["-D", data], {
    cwd: data,
    stdio: ["ignore", "ignore", "pipe"],
    ...account,
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  // Tests that are interrupted must not leave a server behind.
  const killed = (): void => void server.kill("SIGQUIT");
  process.once("exit", killed);
  let said = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    void ended.then(() => reject(new Error(`PostgreSQL ended at once: ${said}`)));
  });
  return async (signal) => {
    process.off("exit", killed);
    server.kill(signal);
    await ended;
  };
}
