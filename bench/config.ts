import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Config } from "../src/config/config.ts";
import { loadConfig } from "../src/config/load-config.ts";

const TREATY = resolve(import.meta.dirname, "../examples/demo/treaty.yaml");

/** The demo's sources and treaty over an Iceberg REST catalog at `uri`, with everything else in `folder`. Scans only when asked. */
export async function benchConfig(uri: string, folder: string): Promise<Config> {
  const file = join(folder, "concordat.yaml");
  await writeFile(
    file,
    `sources:
  lakehouse: { type: iceberg-rest, uri: "${uri}", mode: enforce, scan: { every: PT12H } }
  catalog: { type: embedded, mode: enforce, scan: { every: PT12H } }
treatyFile: ${JSON.stringify(TREATY)}
data: ./data
`,
  );
  const loaded = await loadConfig({ file, env: { CONCORDAT_PORT: "0", CONCORDAT_LOG_LEVEL: "error" }, cwd: folder });
  if (!loaded.ok) throw new Error(loaded.error.map((it) => `${it.path}: ${it.message}`).join("\n"));
  return loaded.value;
}
