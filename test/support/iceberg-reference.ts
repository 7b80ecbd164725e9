import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findCommand } from "./find-program.ts";
import { findIcebergReference, findNextIcebergReference } from "./services.ts";

/** A running Apache Iceberg REST reference server with an empty catalog. */
export interface IcebergReference extends AsyncDisposable {
  /** The catalog's `uri`: "http://127.0.0.1:40123". */
  readonly url: string;
  readonly pid: number;
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts the server on a free port over a SQLite catalog in a folder of its own; both are gone after disposal.
 *
 * @throws Error with what the server printed, if it does not answer within a minute.
 */
export async function startIcebergReference(version: "1.10" | "1.11" = "1.10"): Promise<IcebergReference> {
  const program = version === "1.10" ? jarProgram() : folderProgram();
  const java = findCommand("java");
  if (!program || !java) throw new Error("The Iceberg reference server needs java and scripts/iceberg-reference.sh.");
  const folder = await mkdtemp(join(tmpdir(), "concordat-iceberg-"));
  const port = await freePort();
  const child = spawn(java, ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...program], {
    env: {
      ...process.env,
      CATALOG_URI: `jdbc:sqlite:${join(folder, "catalog.db")}`,
      CATALOG_WAREHOUSE: join(folder, "warehouse"),
      CATALOG_REST_PORT: String(port),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString("utf8")).slice(-10_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const exited = once(child, "exit");
  // A server that cannot be started at all says so here; the wait below reports it.
  child.on("error", (error) => keep(Buffer.from(error.message)));
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.kill()) await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`The Iceberg reference server did not start:\n${printed}`);
    }
    await delay(100);
  }
  return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: stop };
}

function jarProgram(): readonly string[] | undefined {
  const jar = findIcebergReference();
  return jar === undefined ? undefined : ["-jar", jar];
}

function folderProgram(): readonly string[] | undefined {
  const folder = findNextIcebergReference();
  return folder === undefined ? undefined : ["-cp", join(folder, "*"), "org.apache.iceberg.rest.RESTCatalogServer"];
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/v1/config`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** The server cannot be told to take a free port, so one is taken, given back and named to it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
