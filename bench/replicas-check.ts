import type pg from "pg";
import { readProperties } from "./replicas-lakehouse.ts";
import type { Entry } from "./replicas-log.ts";
import type { GovernedTable, MutationPlan } from "./replicas-plan.ts";
import type { Site } from "./replicas-site.ts";

const PROPERTY_OF: Readonly<Record<MutationPlan["field"], string>> = {
  description: "comment",
  domain: "concordat.domain",
};

/**
 * Asks both sources themselves whether they hold the last value of every field that was changed.
 *
 * @throws Error if one does not.
 */
export async function checkSources(
  site: Site,
  tables: readonly GovernedTable[],
  entries: readonly Entry[],
): Promise<number> {
  const properties = await readProperties(site.lakehouse.url, tables);
  const inLakehouse = new Map(tables.map((it, index) => [it.id, properties[index]]));
  const inCatalog = await readCatalog(site.client);
  const last = new Map(entries.filter((it) => it.kind === "FIELD_CHANGED").map((it) => [`${it.asset} ${it.key}`, it]));
  for (const { after, asset, key } of last.values()) {
    const field = key as MutationPlan["field"];
    const found = {
      lakehouse: inLakehouse.get(asset ?? "")?.[PROPERTY_OF[field]],
      catalog: inCatalog.get(asset ?? "")?.[field],
    };
    if (found.lakehouse === after && found.catalog === after) continue;
    throw new Error(`${field} of ${asset} was last ${String(after)}, and the sources hold ${JSON.stringify(found)}`);
  }
  return last.size;
}

async function readCatalog(client: pg.Client): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const { rows } = await client.query<{ asset: string; fields: string }>(
    `select binding.asset, embedded_record.fields from binding
     join embedded_record on embedded_record.id = binding.stable_id where binding.source = 'catalog'`,
  );
  return new Map(rows.map((it) => [it.asset, JSON.parse(it.fields) as Record<string, unknown>]));
}
