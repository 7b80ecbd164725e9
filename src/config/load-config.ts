import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parseDurationMs } from "../domain/duration.ts";
import { err, ok, type Result } from "../domain/result.ts";
import { type CompiledTreaty, compileTreaty } from "../treaty/compile.ts";
import type { TreatyText } from "../treaty/treaty-text.ts";
import { checkShape } from "./check-shape.ts";
import { checkSources } from "./check-sources.ts";
import type { Config, SourceConfig } from "./config.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { ConfigSchema, type ConfigText } from "./config-schema.ts";
import { type Environment, readEnvironment, type Settings } from "./environment.ts";
import { configJsonSchema, treatyJsonSchema } from "./json-schema.ts";
import { isLoopback, resolveAccess, resolveLedger } from "./resolve-access.ts";
import { resolveRedis } from "./resolve-redis.ts";
import { resolveSource, type Surroundings } from "./resolve-source.ts";
import { TreatySchema } from "./treaty-schema.ts";
import { readYamlFile, type SettingPath, type YamlFile } from "./yaml-file.ts";

export interface LoadOptions {
  /** As the user named it; otherwise CONCORDAT_CONFIG, then concordat.yaml in `cwd`, then the demo. */
  readonly file?: string | undefined;
  readonly env: Environment;
  /** Absolute path of the working directory. */
  readonly cwd: string;
}

/** Reads everything that the gateway is told from outside. Refused with every problem at once. Never throws for what users wrote. */
export async function loadConfig({ file, env, cwd }: LoadOptions): Promise<Result<Config, readonly ConfigProblem[]>> {
  const problems: ConfigProblem[] = [];
  const settings = readEnvironment(env, problems);
  const named =
    file ?? settings.CONCORDAT_CONFIG ?? (existsSync(join(cwd, "concordat.yaml")) ? "concordat.yaml" : undefined);
  const path = named === undefined ? demoConfigPath() : resolve(cwd, named);
  const loaded = await loadFile({ path, cwd, env, settings, demo: named === undefined }, problems);
  return loaded && problems.length === 0 ? ok(loaded) : err(inReadingOrder(problems));
}

/** File by file, each from top to bottom. */
function inReadingOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const files = [...new Set(problems.map((it) => it.file))];
  return problems.toSorted(
    (left, right) =>
      files.indexOf(left.file) - files.indexOf(right.file) ||
      (left.line ?? 0) - (right.line ?? 0) ||
      (left.column ?? 0) - (right.column ?? 0),
  );
}

/** The demo's config: everything in it can be copied. Found from the sources as well as from a built package. */
export function demoConfigPath(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, "examples", "demo", "concordat.yaml");
    if (existsSync(path) || folder === dirname(folder)) return path;
  }
}

interface Origin {
  readonly path: string;
  readonly cwd: string;
  readonly env: Environment;
  readonly settings: Settings;
  readonly demo: boolean;
}

async function loadFile(origin: Origin, problems: ConfigProblem[]): Promise<Config | undefined> {
  const { settings, path, cwd, env } = origin;
  const file = await readYamlFile(path, toShown(path, cwd));
  if (!file.ok) {
    problems.push(...file.error);
    return undefined;
  }
  const shape = checkShape(file.value, ConfigSchema, configJsonSchema());
  if (!shape.ok) {
    problems.push(...shape.error);
    // A treaty in its own file is looked at all the same, so that its problems are told in the same go.
    const { treatyFile } = (file.value.data ?? {}) as { treatyFile?: unknown };
    if (typeof treatyFile === "string") await readTreatyFile(treatyFile, origin, problems);
    return undefined;
  }
  const text = shape.value;
  const report = (at: SettingPath, message: string) => problems.push(file.value.problemAt(at, message));
  const sandboxPort = text.sandbox && (settings.CONCORDAT_SANDBOX_PORT ?? text.sandbox.port);
  const around: Surroundings = { env, folder: dirname(path), sandboxPort, report };
  const sources = Object.entries(text.sources).map(([id, source]) => resolveSource(id, source, around));
  checkSources(sources, report);
  const access = resolveAccess(text, around);
  const server = resolveServer(text, origin, problems, file.value);
  const ledger = resolveLedger(text, around);
  const redis = resolveRedis(text, around);
  const treaty = await loadTreaty(text, sources, origin, file.value, problems);
  return (
    treaty && {
      file: path,
      demo: origin.demo,
      server,
      dataFolder: resolveDataFolder(text, origin),
      ledger,
      redis,
      access,
      logLevel: settings.CONCORDAT_LOG_LEVEL ?? "info",
      sandbox: sandboxPort === undefined ? undefined : { port: sandboxPort },
      sources,
      treaty,
    }
  );
}

/** Without access control nobody but this machine may reach the gateway. */
function resolveServer(
  text: ConfigText,
  { settings }: Origin,
  problems: ConfigProblem[],
  file: YamlFile,
): Config["server"] {
  const host = settings.CONCORDAT_HOST ?? text.server.host;
  const port = settings.CONCORDAT_PORT ?? text.server.port;
  if (!text.access && !isLoopback(host)) {
    const message =
      `Without an "access" section only this machine may reach the gateway, and ${host} can be reached by others. ` +
      "Use 127.0.0.1, or add access.";
    const path = "CONCORDAT_HOST";
    problems.push(
      settings.CONCORDAT_HOST === undefined
        ? file.problemAt(["server", "host"], message)
        : { file: "environment", path, message: `${path} is "${host}". ${message}` },
    );
  }
  const { rateLimit } = text.server;
  const perMs = parseDurationMs(rateLimit?.per ?? "");
  if (rateLimit && (perMs === undefined || perMs < 1_000 || perMs % 1_000 !== 0)) {
    problems.push(file.problemAt(["server", "rateLimit", "per"], "Expected a whole number of seconds, at least one."));
  }
  if (!rateLimit || perMs === undefined) return { host, port };
  return { host, port, rateLimit: { operations: rateLimit.operations, perSeconds: perMs / 1_000 } };
}

function resolveDataFolder(text: ConfigText, { settings, cwd, path }: Origin): string {
  if (settings.CONCORDAT_DATA !== undefined) return resolve(cwd, settings.CONCORDAT_DATA);
  return text.data === undefined ? join(cwd, ".concordat") : resolve(dirname(path), text.data);
}

async function loadTreaty(
  text: ConfigText,
  sources: readonly SourceConfig[],
  origin: Origin,
  file: YamlFile,
  problems: ConfigProblem[],
): Promise<CompiledTreaty | undefined> {
  const read = text.treaty
    ? { treaty: text.treaty, at: ["treaty"], file }
    : await readTreatyFile(text.treatyFile ?? "", origin, problems);
  if (!read) return undefined;
  const compiled = compileTreaty(read.treaty, sources);
  if (compiled.ok) return compiled.value;
  for (const { path, message } of compiled.error) problems.push(read.file.problemAt([...read.at, ...path], message));
  return undefined;
}

async function readTreatyFile(
  named: string,
  { path, cwd }: Origin,
  problems: ConfigProblem[],
): Promise<{ treaty: TreatyText; at: SettingPath; file: YamlFile } | undefined> {
  const treatyPath = resolve(dirname(path), named);
  const file = await readYamlFile(treatyPath, toShown(treatyPath, cwd));
  const shape = file.ok ? checkShape(file.value, TreatySchema, treatyJsonSchema()) : file;
  if (!file.ok || !shape.ok) {
    if (!shape.ok) problems.push(...shape.error);
    return undefined;
  }
  return { treaty: shape.value, at: [], file: file.value };
}

/** As short as it can be without leaving the working directory. */
function toShown(path: string, cwd: string): string {
  const from = relative(cwd, path);
  return from === "" || from.startsWith("..") || isAbsolute(from) ? path : from || basename(path);
}
