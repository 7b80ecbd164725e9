import { parseDurationMs } from "../domain/duration.ts";
import { parseSourceId } from "../domain/ids.ts";
import { parseName } from "../domain/name.ts";
import type { IcebergRestAuth, SourceConfig } from "./config.ts";
import type { SourceText } from "./config-schema.ts";
import type { Environment } from "./environment.ts";
import { readSecret } from "./secrets.ts";
import type { SettingPath } from "./yaml-file.ts";

/** What resolving needs besides the text itself. */
export interface Surroundings {
  readonly env: Environment;
  /** Absolute path of the config file's folder. */
  readonly folder: string;
  /** Undefined where no sandbox is to be started. */
  readonly sandboxPort: number | undefined;
  readonly report: (path: SettingPath, message: string) => void;
}

/** Until then a write that came to nothing is not told, and nobody else writes what it was to write. */
const MOST_VISIBLE_MS = 3_600_000;

type IcebergRestText = Extract<SourceText, { type: "iceberg-rest" }>;

export function resolveSource(id: string, text: SourceText, around: Surroundings): SourceConfig {
  const common = { id: parseSourceId(id), mode: text.mode, scan: { everyMs: toMs(text.scan.every) } };
  switch (text.type) {
    case "embedded":
      return { ...common, type: "embedded", role: "catalog", namePrefix: [] };
    case "iceberg-rest":
      return {
        ...common,
        type: "iceberg-rest",
        role: "lakehouse",
        namePrefix: readPrefix(text, ["sources", id], around),
        ...resolveAddress(text, ["sources", id], around),
        ...(text.warehouse === undefined ? {} : { warehouse: text.warehouse }),
        auth: resolveAuth(text, ["sources", id, "auth"], around),
        headers: text.http.headers,
        concurrency: text.http.concurrency,
        scanConcurrency: text.scan.concurrency,
        timeouts: { attemptMs: toMs(text.http.timeout), overallMs: toMs(text.http.callTimeout) },
        ...(text.scan.pageSize === undefined ? {} : { pageSize: text.scan.pageSize }),
        conditionalLoads: text.scan.conditional,
        visibleWithinMs: toMs(text.visibleWithin),
      };
    default:
      return text satisfies never;
  }
}

/** Durations were checked with the shape. */
function toMs(duration: string): number {
  return parseDurationMs(duration) ?? 0;
}

function readPrefix(text: IcebergRestText, path: SettingPath, { report }: Surroundings): readonly string[] {
  const prefix = text.names?.prefix;
  if (prefix === undefined) return [];
  try {
    return parseName(prefix);
  } catch (error) {
    report([...path, "names", "prefix"], (error as Error).message);
    return [];
  }
}

function resolveAddress(
  text: IcebergRestText,
  path: SettingPath,
  around: Surroundings,
): { uri: string; sandbox: boolean } {
  checkHttp(text, path, around);
  if (text.uri === "sandbox") {
    if (around.sandboxPort === undefined) {
      around.report(
        [...path, "uri"],
        'There is no sandbox. Add "sandbox: { port: 8181 }" at the top level, or state an address.',
      );
    }
    return { uri: `http://127.0.0.1:${around.sandboxPort ?? 0}`, sandbox: true };
  }
  const { username, password } = new URL(text.uri);
  if (username !== "" || password !== "") {
    around.report(
      [...path, "uri"],
      "Secrets do not stand in this file: take name and password out of the address, and state auth.",
    );
  }
  return { uri: text.uri, sandbox: false };
}

function checkHttp(text: IcebergRestText, path: SettingPath, { report }: Surroundings): void {
  for (const name of Object.keys(text.http.headers)) {
    if (/^(authorization|proxy-authorization|cookie)$/i.test(name)) {
      report([...path, "http", "headers", name], "Secrets do not stand in this file. Use auth.");
    }
  }
  for (const setting of ["timeout", "callTimeout"] as const) {
    if (toMs(text.http[setting]) < 1) report([...path, "http", setting], "Expected more than no time at all.");
  }
  if (toMs(text.visibleWithin) > MOST_VISIBLE_MS) report([...path, "visibleWithin"], "Expected at most an hour, PT1H.");
  if (toMs(text.scan.every) < 1_000) report([...path, "scan", "every"], "Expected at least a second, PT1S.");
}

function resolveAuth(text: IcebergRestText, path: SettingPath, around: Surroundings): IcebergRestAuth {
  const { auth } = text;
  if (!auth) return "none";
  const lookup = (below: SettingPath) => ({
    env: around.env,
    folder: around.folder,
    missing: (setting: string, message: string) => around.report([...path, ...below, setting], message),
  });
  if (!auth.oauth2) return { token: readSecret("token", auth.tokenFromEnv, auth.tokenFromFile, lookup([])) };
  const { clientId, clientSecretFromEnv, clientSecretFromFile, scope, uri } = auth.oauth2;
  const clientSecret = readSecret("clientSecret", clientSecretFromEnv, clientSecretFromFile, lookup(["oauth2"]));
  return {
    oauth2: {
      clientId,
      clientSecret,
      ...(scope === undefined ? {} : { scope }),
      ...(uri === undefined ? {} : { uri }),
    },
  };
}
