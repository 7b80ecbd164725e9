import { mkdir } from "node:fs/promises";
import { openSqliteLedger } from "../src/ledger/sqlite.ts";
import { dataFiles } from "../src/server/data-folder.ts";
import { openSources } from "../src/server/open-sources.ts";
import { tell } from "./child.ts";
import { cycleConfig } from "./cycle-config.ts";
import { recordAt } from "./cycle-tables.ts";

/** Fills the catalog, before there is a gateway. Arguments: the lakehouse's address, a folder, how many tables. */
const BATCH = 5_000;
const [uri = "", folder = "", tables = ""] = process.argv.slice(2);
const config = await cycleConfig(uri, folder);
await mkdir(config.dataFolder, { recursive: true });
await using ledger = await openSqliteLedger({ path: dataFiles(config.dataFolder).ledger });
const { embedded, registered } = await openSources(config, ledger, undefined);
for (let from = 0; from < Number(tables); from += BATCH) {
  const count = Math.min(BATCH, Number(tables) - from);
  await embedded[0]?.importRecords(Array.from({ length: count }, (_, index) => recordAt(from + index)));
}
for (const { source } of registered) await source[Symbol.asyncDispose]();
tell({ imported: Number(tables) });
