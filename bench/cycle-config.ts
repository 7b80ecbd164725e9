import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../src/config/config.ts";
import { loadConfig } from "../src/config/load-config.ts";

/**
 * The catalog has authority over everything but descriptions and is mirrored to the lakehouse; what somebody writes in the
 * lakehouse is for a person to decide. Descriptions are the lakehouse's, and mirrored to the catalog.
 */
const TREATY = {
  defaults: { mode: "enforce", onForeignWrite: "review", onConflict: "authority", onFirstSight: "review" },
  rules: [
    { name: "governance", fields: ["*"], authority: "catalog", mirrors: ["lakehouse"] },
    { name: "descriptions", fields: ["description"], authority: "lakehouse", mirrors: ["catalog"] },
  ],
};

/** A gateway over the lakehouse at `uri` and its own catalog, with its data in `folder`. Scans only when asked. */
export async function cycleConfig(uri: string, folder: string): Promise<Config> {
  const file = join(folder, "concordat.yaml");
  const text = {
    sources: {
      lakehouse: { type: "iceberg-rest", uri, mode: "enforce", scan: { every: "PT12H" } },
      catalog: { type: "embedded", mode: "enforce", scan: { every: "PT12H" } },
    },
    treaty: TREATY,
    data: "./data",
  };
  await writeFile(file, JSON.stringify(text)); // which is YAML too
  const loaded = await loadConfig({ file, env: { CONCORDAT_PORT: "0", CONCORDAT_LOG_LEVEL: "error" }, cwd: folder });
  if (!loaded.ok) throw new Error(loaded.error.map((it) => `${it.path}: ${it.message}`).join("\n"));
  return loaded.value;
}
