import { type EmbeddedCatalog, openEmbeddedCatalog } from "../../sources/embedded/source.ts";
import { connectIcebergRest } from "../../sources/iceberg-rest/source.ts";
import type { Config, SourceConfig } from "../config/config.ts";
import type { SqlLedger } from "../ledger/sql-ledger.ts";
import type { RegisteredSource } from "./registry.ts";
import { systemClock, systemIds, systemRandom } from "./system.ts";

export interface OpenedSources {
  readonly registered: readonly RegisteredSource[];
  /** The embedded catalogs among them, by id: for importing records. */
  readonly embedded: readonly EmbeddedCatalog[];
}

/** Opens every source of the config. One that does not answer is unhealthy, not an error. */
export async function openSources(
  config: Config,
  ledger: SqlLedger,
  sandboxUrl: string | undefined,
): Promise<OpenedSources> {
  const registered: RegisteredSource[] = [];
  const embedded: EmbeddedCatalog[] = [];
  for (const source of config.sources) {
    if (source.type === "embedded") {
      const catalog = await openEmbeddedCatalog({
        id: source.id,
        database: ledger.database,
        clock: systemClock,
        ids: systemIds,
      });
      embedded.push(catalog);
      registered.push(register(source, catalog));
    } else {
      const { mode: _mode, namePrefix: _prefix, sandbox, scan: _scan, type: _type, ...rest } = source;
      const uri = sandbox ? (sandboxUrl ?? source.uri) : source.uri;
      registered.push(
        register(source, await connectIcebergRest({ ...rest, uri }, { clock: systemClock, random: systemRandom })),
      );
    }
  }
  return { registered, embedded };
}

function register({ mode, namePrefix }: SourceConfig, source: RegisteredSource["source"]): RegisteredSource {
  return { source, initialMode: mode, prefix: namePrefix };
}
