import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { findCommand, findPostgresBinary } from "./find-program.ts";

/** What a suite may need and a machine may lack. */
export type Service =
  | "chromium"
  | "iceberg-reference"
  | "iceberg-reference-1.11"
  | "java"
  | "maven"
  | "postgres"
  | "pyiceberg"
  | "redis";

/** Where the project's scripts put what they download: the Iceberg reference server and the Python environment. */
const CACHE_FOLDER = fileURLToPath(new URL("../../.cache/", import.meta.url));

const REASONS: { readonly [name in Service]: () => string | undefined } = {
  chromium: () => (findChromium() === undefined ? "no chromium on this machine" : undefined),
  java: () => (findCommand("java") === undefined ? "no java on this machine" : undefined),
  maven: () => (findCommand("mvn") === undefined ? "no mvn on this machine" : undefined),
  redis: () => (findCommand("redis-server") === undefined ? "no redis-server on this machine" : undefined),
  postgres: () => (findPostgresBinary("postgres") === undefined ? "no postgres server on this machine" : undefined),
  pyiceberg: () => (findPython() === undefined ? "no Python with pyiceberg: run scripts/python-env.sh" : undefined),
  "iceberg-reference": () =>
    serviceReason("java") ??
    (findIcebergReference() === undefined
      ? "no Iceberg reference server: run scripts/iceberg-reference.sh"
      : undefined),
  "iceberg-reference-1.11": () =>
    serviceReason("java") ??
    (findNextIcebergReference() === undefined
      ? "no Iceberg reference server 1.11: run scripts/iceberg-reference.sh"
      : undefined),
};
const known = new Map<Service, string | undefined>();

/** Why a suite that needs `name` cannot run on this machine; `undefined` where it can. */
function serviceReason(name: Service): string | undefined {
  if (!known.has(name)) known.set(name, REASONS[name]());
  return known.get(name);
}

/**
 * A suite that needs `names`. Where one is missing the suite is skipped under a title that says why, and the test
 * report lists it; with CONCORDAT_REQUIRE_SERVICES=1, as in CI, it fails instead.
 */
export function describeWithService(names: Service | readonly Service[], title: string, body: () => void): void {
  const wanted = typeof names === "string" ? [names] : names;
  const reason = wanted.map(serviceReason).find((it) => it !== undefined);
  if (reason === undefined) {
    describe(title, body);
  } else if (process.env["CONCORDAT_REQUIRE_SERVICES"] === "1") {
    describe(title, () => {
      test("has the services that it needs", () => {
        throw new Error(`${reason}, and CONCORDAT_REQUIRE_SERVICES=1 forbids skipping`);
      });
    });
  } else {
    describe.skip(`${title} (skipped: ${reason})`, body);
  }
}

function findChromium(): string | undefined {
  return ["chromium", "chromium-browser", "google-chrome"].map(findCommand).find((it) => it !== undefined);
}

/** The Python that can import pyiceberg: CONCORDAT_PYTHON, the one in .cache/venv, or the machine's. */
export function findPython(): string | undefined {
  const named = process.env["CONCORDAT_PYTHON"];
  const candidates = named === undefined ? [join(CACHE_FOLDER, "venv/bin/python"), findCommand("python3")] : [named];
  return candidates.find((it) => it !== undefined && importsPyiceberg(it));
}

/** The jar of the Apache Iceberg REST reference server: CONCORDAT_ICEBERG_JAR, or the newest one in .cache. */
export function findIcebergReference(): string | undefined {
  const named = process.env["CONCORDAT_ICEBERG_JAR"];
  if (named !== undefined) return existsSync(named) ? named : undefined;
  if (!existsSync(CACHE_FOLDER)) return undefined;
  const jars = readdirSync(CACHE_FOLDER).filter((it) => /^iceberg-open-api-[\d.]+\.jar$/.test(it));
  const newest = jars.sort((a, b) => b.localeCompare(a, "en", { numeric: true }))[0];
  return newest === undefined ? undefined : join(CACHE_FOLDER, newest);
}

/** The folder with the jars of the Apache Iceberg REST reference server 1.11. */
export function findNextIcebergReference(): string | undefined {
  const folder = join(CACHE_FOLDER, "iceberg-reference-1.11");
  return existsSync(folder) ? folder : undefined;
}

function importsPyiceberg(python: string): boolean {
  try {
    const program = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pyiceberg') is None)";
    execFileSync(python, ["-c", program], { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}
