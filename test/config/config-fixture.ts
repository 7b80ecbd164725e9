import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../src/config/config.ts";
import { type ConfigProblem, formatProblem } from "../../src/config/config-problem.ts";
import type { Environment } from "../../src/config/environment.ts";
import { loadConfig } from "../../src/config/load-config.ts";

/** The rest of a config for tests that are about one section. */
export const TREATY = `
treaty:
  rules:
    - { name: all, fields: ["*"], authority: catalog, mirrors: [lake] }
`;
export const SOURCES = `
sources:
  lake: { type: iceberg-rest, uri: "https://lake.example.com/api" }
  catalog: { type: embedded }
`;

/** A folder with these files in it, which is the working directory; removed at the end of the scope. */
export async function makeFolder(
  files: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "concordat-config-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** What concordat.yaml with this text comes to: the config, or the problems as people see them. */
export async function load(
  text: string,
  env: Environment = {},
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly config?: Config; readonly problems: readonly string[]; readonly raw: readonly ConfigProblem[] }> {
  await using folder = await makeFolder({ ...files, "concordat.yaml": text });
  const result = await loadConfig({ env, cwd: folder.path });
  if (result.ok) return { config: result.value, problems: [], raw: [] };
  return { problems: result.error.map(formatProblem), raw: result.error };
}

/** @throws Error with the problems, if there are any. */
export async function loadGood(
  text: string,
  env: Environment = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Config> {
  const { config, problems } = await load(text, env, files);
  if (!config) throw new Error(problems.join("\n"));
  return config;
}
